import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { formatElapsed } from '../../i18n/format';
import { color, tapTarget } from '../../ui/tokens';
import { webProps } from '../../ui/web-props';
import { seekByKey } from './seek-keys';

interface Props {
  positionS: number;
  durationS: number;
  /** Places worth a jump, in seconds. */
  marksS: readonly number[];
  onSeek(positionS: number): void;
}

/** The whole show as one line, to be dragged, tapped or walked through with the keys. It has the focus at first. */
export function Scrubber({ positionS, durationS, marksS, onSeek }: Props) {
  const { t } = useTranslation();
  const track = useRef<View>(null);
  const [width, setWidth] = useState(0);
  const [draggedS, setDraggedS] = useState<number | null>(null);
  const shownS = draggedS ?? positionS;
  const share = (seconds: number) => `${(100 * seconds) / Math.max(1, durationS)}%` as const;
  const placeOf = (x: number) => Math.max(0, Math.min(1, x / Math.max(1, width))) * durationS;
  useEffect(() => track.current?.focus(), []);
  return (
    <View
      ref={track}
      role="slider"
      testID="replay-scrubber"
      aria-label={t('replay.seek')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationS)}
      aria-valuenow={Math.round(shownS)}
      aria-valuetext={t('replay.position', {
        at: formatElapsed(shownS * 1000),
        of: formatElapsed(durationS * 1000),
      })}
      style={styles.hit}
      onLayout={(event) => setWidth(event.nativeEvent.layout.width)}
      onStartShouldSetResponder={() => true}
      onResponderGrant={(event) => setDraggedS(placeOf(event.nativeEvent.locationX))}
      onResponderMove={(event) => setDraggedS(placeOf(event.nativeEvent.locationX))}
      onResponderRelease={() => {
        if (draggedS !== null) onSeek(draggedS);
        setDraggedS(null);
      }}
      onResponderTerminate={() => setDraggedS(null)}
      {...webProps({
        tabIndex: 0,
        onKeyDown: (event) => {
          const wantedS = seekByKey(event.key, positionS, durationS);
          if (wantedS === null) return;
          event.preventDefault();
          onSeek(wantedS);
        },
      })}
    >
      <View style={styles.track} pointerEvents="none">
        <View style={[styles.played, { width: share(shownS) }]} />
        {marksS.map((markS) => (
          <View key={markS} style={[styles.mark, { left: share(markS) }]} />
        ))}
      </View>
      <View style={[styles.thumb, { left: share(shownS) }]} pointerEvents="none" />
    </View>
  );
}

const thumbSize = 16;
const styles = StyleSheet.create({
  hit: { flex: 1, height: tapTarget, justifyContent: 'center' },
  track: { height: 5, borderRadius: 3, backgroundColor: color.lineStrong, overflow: 'hidden' },
  played: { height: 5, backgroundColor: color.marigold },
  mark: { position: 'absolute', top: 0, width: 3, height: 5, marginLeft: -1, backgroundColor: color.rani },
  thumb: {
    position: 'absolute',
    width: thumbSize,
    height: thumbSize,
    marginLeft: -thumbSize / 2,
    borderRadius: thumbSize / 2,
    backgroundColor: color.marigold,
  },
});
