import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { CopyRow } from '../../ui/copy-row';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

interface Ingest {
  streamKey: string;
  rtmpIngestUrl: string;
}

/** The key is told once, when it is made; here it lives in memory until the page is left. */
function useIngest(streamId: string) {
  const api = useApi();
  const queries = useQueryClient();
  const key = queryKeys.ingest(streamId);
  const { data } = useQuery<Ingest | null>({ queryKey: key, queryFn: () => null, enabled: false });
  const rotate = useMutation({
    mutationFn: () => api.call('rotateStreamKey', { params: { id: streamId } }),
    onSuccess: ({ streamKey, rtmpIngestUrl }) =>
      queries.setQueryData<Ingest>(key, { streamKey, rtmpIngestUrl }),
  });
  return { ingest: data ?? null, rotate };
}

/** Where an encoder sends its picture, and with which key. `steps`: for OBS, or for an app on a phone. */
export function EncoderWay({ streamId, steps }: { streamId: string; steps: 'obs' | 'phone' }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { ingest, rotate } = useIngest(streamId);
  const [isRevealed, setIsRevealed] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  return (
    <View style={styles.content} testID="ingest-card">
      {ingest ? (
        <>
          <CopyRow label={t('studio.ingest.server')} value={ingest.rtmpIngestUrl} testID="rtmp-url" />
          <CopyRow
            label={t('studio.ingest.key')}
            value={ingest.streamKey}
            masked={isRevealed ? undefined : '••••••••••••'}
            testID="stream-key"
          />
          <Text variant="caption" tone="faint">
            {t('studio.ingest.keyWarning')}
          </Text>
        </>
      ) : (
        <Notice tone="warm" title={t('studio.ingest.keyGone')} />
      )}
      {rotate.isError ? <Notice tone="trouble" title={errorMessage(rotate.error)} /> : null}
      <View style={styles.buttons}>
        {ingest ? (
          <Button
            kind="secondary"
            icon={isRevealed ? 'EyeOff' : 'Eye'}
            testID="reveal-key"
            label={t(isRevealed ? 'studio.ingest.hide' : 'studio.ingest.reveal')}
            onPress={() => setIsRevealed(!isRevealed)}
          />
        ) : null}
        <Button
          kind="secondary"
          icon="RefreshCw"
          testID="rotate-key"
          label={t('studio.ingest.rotate')}
          onPress={() => setIsAsking(true)}
        />
      </View>
      <Steps steps={stepsOf[steps]} />
      {steps === 'obs' ? <Terminal ingest={isRevealed ? ingest : null} /> : null}
      <Confirm
        open={isAsking}
        title={t('studio.ingest.rotate')}
        question={t('studio.ingest.rotateAsk')}
        yes={t('studio.ingest.rotateYes')}
        busy={rotate.isPending}
        testID="rotate-key-yes"
        onYes={() => rotate.mutate(undefined, { onSettled: () => setIsAsking(false) })}
        onClose={() => setIsAsking(false)}
      />
    </View>
  );
}

const stepsOf = {
  obs: ['studio.ingest.step1', 'studio.ingest.step2', 'studio.ingest.step3'],
  phone: ['studio.goLive.phoneStep1', 'studio.goLive.phoneStep2', 'studio.goLive.phoneStep3'],
} as const;

function Steps({ steps }: { steps: (typeof stepsOf)[keyof typeof stepsOf] }) {
  const { t } = useTranslation();
  return (
    <View style={styles.steps}>
      <Text variant="label">{t('studio.ingest.steps')}</Text>
      {steps.map((step, index) => (
        <View key={step} style={styles.step}>
          <View style={styles.number}>
            <Text variant="micro" tone="marigold" tabular>
              {index + 1}
            </Text>
          </View>
          <Text variant="caption" tone="muted" style={styles.words}>
            {t(step)}
          </Text>
        </View>
      ))}
    </View>
  );
}

function Terminal({ ingest }: { ingest: Ingest | null }) {
  const { t } = useTranslation();
  const target = ingest ? `${ingest.rtmpIngestUrl}/${ingest.streamKey}` : '<server>/<key>';
  return (
    <View style={styles.steps}>
      <Text variant="caption" tone="muted">
        {t('studio.ingest.ffmpeg')}
      </Text>
      <View style={styles.code}>
        <Text variant="caption" selectable>
          {`ffmpeg -re -i show.mp4 -c:v libx264 -preset veryfast -tune zerolatency -g 30 -c:a aac -f flv ${target}`}
        </Text>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  content: { gap: space.m },
  buttons: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  steps: { gap: space.s, marginTop: space.s },
  step: { flexDirection: 'row', gap: space.m },
  number: {
    width: 24,
    height: 24,
    borderRadius: 12,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: color.marigoldSoft,
  },
  words: { flex: 1 },
  code: { padding: space.m, borderRadius: radius.m, backgroundColor: color.ground },
});
