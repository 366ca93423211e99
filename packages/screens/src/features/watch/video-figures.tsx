import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useServerClockOffset } from '../../app/server-clock';
import type { PlaybackClock } from '../../platform/player';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

const readEveryMs = 500;

interface Figures {
  firstFrameMs: number | null;
  behindMs: number | null;
  stalls: number;
}

/** How the video does on this device at this moment. */
export function VideoFigures({ clock }: { clock: PlaybackClock | null }) {
  const { t, i18n } = useTranslation();
  const { firstFrameMs, behindMs, stalls } = useFigures(clock);
  const seconds = (ms: number | null, digits: number) =>
    ms === null
      ? t('room.videoSheet.unknown')
      : t('room.videoSheet.secondsValue', {
          value: (ms / 1000).toLocaleString(i18n.language, {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }),
        });
  return (
    <View style={styles.figures}>
      <Text variant="label" level={3}>
        {t('room.videoSheet.figures')}
      </Text>
      <Row name="firstFrame" value={seconds(firstFrameMs, 2)} />
      <Row name="behind" value={seconds(behindMs, 1)} />
      <Row name="stalls" value={String(stalls)} />
    </View>
  );
}

function Row({ name, value }: { name: 'firstFrame' | 'behind' | 'stalls'; value: string }) {
  const { t } = useTranslation();
  return (
    <View style={styles.row}>
      <Text tone="muted" style={styles.name}>
        {t(`room.videoSheet.${name}`)}
      </Text>
      <Text tabular testID={`figure-${name}`}>
        {value}
      </Text>
    </View>
  );
}

function useFigures(clock: PlaybackClock | null): Figures {
  const offsetMs = useServerClockOffset();
  const read = (): Figures => {
    const shownMs = clock?.playingDate() ?? null;
    // The date of the picture says more than the playlist: that one is old when the network is away.
    const behindMs =
      shownMs === null ? (clock?.latencyMs() ?? null) : Math.max(0, Date.now() + offsetMs - shownMs);
    return { behindMs, firstFrameMs: clock?.firstFrameMs() ?? null, stalls: clock?.stalls() ?? 0 };
  };
  const [figures, setFigures] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setFigures(read()), readEveryMs);
    return () => clearInterval(timer);
  });
  return figures;
}

const styles = StyleSheet.create({
  figures: { gap: space.s },
  row: {
    flexDirection: 'row',
    justifyContent: 'space-between',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.m,
    backgroundColor: color.raised,
  },
  name: { flexShrink: 1 },
});
