import { useQuery } from '@tanstack/react-query';
import type { IngestHealth } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useFormat } from '../../i18n/use-format';
import { Card } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

/** How the video arrives, and what to change at the encoder when it could arrive better. */
export function ShowHealth({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const { data } = useQuery({
    queryKey: queryKeys.health(streamId),
    queryFn: () => api.call('streamHealth', { params: { id: streamId } }),
    refetchInterval: 3000,
  });
  if (!data?.health) return null;
  return (
    <Card title={t('studio.health.title')} testID="show-health">
      <Figures health={data.health} />
      {data.health.advice.length === 0 ? (
        <Notice tone="good" title={t('studio.health.good')} testID="health-good" />
      ) : null}
      {data.health.advice.map((advice) => (
        <Notice
          key={advice}
          tone="warm"
          title={t(`studio.health.advice.${advice}`, { seconds: inSeconds(data.health?.keyFrameIntervalMs) })}
          testID={`health-${advice}`}
        />
      ))}
    </Card>
  );
}

function Figures({ health }: { health: IngestHealth }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bitsPerSecond, framesPerSecond, keyFrameIntervalMs, framesLost, width, height } = health;
  const figures: [name: 'bitRate' | 'frameRate' | 'keyFrames' | 'lost' | 'size', value: string][] = [
    ['bitRate', t('studio.health.megabits', { count: Number((bitsPerSecond / 1e6).toFixed(1)) })],
    ['frameRate', t('studio.health.perSecond', { count: Math.round(framesPerSecond) })],
    [
      'keyFrames',
      keyFrameIntervalMs === null
        ? '–'
        : t('studio.health.seconds', { seconds: inSeconds(keyFrameIntervalMs) }),
    ],
    ['lost', format.count(framesLost)],
    ['size', width === null || height === null ? '–' : `${width} × ${height}`],
  ];
  return (
    <View style={styles.grid}>
      {figures.map(([name, value]) => (
        <View
          key={name}
          style={styles.figure}
          role="group"
          aria-label={`${t(`studio.health.${name}`)}: ${value}`}
        >
          <Text variant="micro" tone="muted">
            {t(`studio.health.${name}`)}
          </Text>
          <Text variant="label" tabular testID={`health-figure-${name}`}>
            {value}
          </Text>
        </View>
      ))}
    </View>
  );
}

const inSeconds = (ms: number | null | undefined) => Number(((ms ?? 0) / 1000).toFixed(1));

const styles = StyleSheet.create({
  grid: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  figure: {
    flexGrow: 1,
    flexBasis: 88,
    gap: 2,
    padding: space.s,
    borderRadius: radius.m,
    backgroundColor: color.ground,
  },
});
