import type { Stream, StreamStatus } from '@vybekart/contract';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useServerClockOffset } from '../../app/server-clock';
import { formatElapsed } from '../../i18n/format';
import { paths } from '../../paths';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';

interface Props {
  stream: Stream;
  status: StreamStatus;
}

/** The one line that a seller glances at: on air or not, and for how long. */
export function ShowStatusBar({ stream, status }: Props) {
  const { t } = useTranslation();
  const isLive = status === 'live';
  const isBroken = status === 'interrupted';
  return (
    <View style={[styles.bar, isLive && styles.live, isBroken && styles.broken]}>
      <View
        style={[
          styles.dot,
          effects.pulseDot,
          { backgroundColor: isLive ? color.onLive : isBroken ? color.danger : color.marigold },
        ]}
      />
      <View style={styles.words} role="status" aria-live="polite" aria-label={t('studio.status.label')}>
        <Text variant="heading" style={isLive && styles.onLive} testID="show-status">
          {t(`studio.status.${status}`)}
        </Text>
        <Text variant="caption" numberOfLines={1} style={isLive ? styles.onLive : styles.quiet}>
          {stream.title}
        </Text>
      </View>
      {isLive && stream.startedAt ? <Timer since={stream.startedAt} /> : null}
      <Link to={paths.live(stream.id)} label={t('studio.openRoom')} style={styles.view}>
        <Icon name="Eye" tint={isLive ? color.onLive : color.marigold} />
      </Link>
    </View>
  );
}

function Timer({ since }: { since: string }) {
  const offsetMs = useServerClockOffset();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text variant="title" tabular role="timer" style={styles.onLive} testID="show-timer">
      {formatElapsed(nowMs + offsetMs - Date.parse(since))}
    </Text>
  );
}

const styles = StyleSheet.create({
  bar: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: space.m,
    padding: space.l,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: 'rgba(255, 178, 36, 0.35)',
    backgroundColor: color.marigoldSoft,
  },
  live: { backgroundColor: color.live, borderColor: color.live },
  broken: { backgroundColor: color.dangerSoft, borderColor: color.danger },
  dot: { width: 12, height: 12, borderRadius: 6 },
  words: { flex: 1, minWidth: 160 },
  onLive: { color: color.onLive },
  quiet: { color: color.muted },
  view: {
    width: tapTarget,
    height: tapTarget,
    alignItems: 'center',
    justifyContent: 'center',
    borderRadius: radius.pill,
    backgroundColor: 'rgba(18, 11, 16, 0.22)',
  },
});
