import type { Stream } from '@vybekart/contract';
import type { ReactNode } from 'react';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { color, radius, space } from '../../ui/tokens';

const deskMinWidth = 900;

/** A show stands upright beside other things on a desk, and takes the whole of a phone. */
export const useIsDesk = () => useWindowDimensions().width >= deskMinWidth;

interface Props {
  stream: Stream;
  /** The picture, in front of the show's cover. */
  video: ReactNode;
  /** Between the picture and what lies over it. */
  notice?: ReactNode;
  /** Over the picture, from its top to its bottom. */
  children: ReactNode;
  /** In front of all. */
  front?: ReactNode;
}

/** A show's picture with what lies over it, live or again. */
export function StageFrame({ stream, video, notice, children, front }: Props) {
  const isDesk = useIsDesk();
  const { height } = useWindowDimensions();
  return (
    <View style={[styles.stage, isDesk && [styles.desk, { height: height - 2 * space.xl }]]}>
      <Picture
        seed={stream.seller.id}
        name={stream.seller.displayName}
        url={stream.thumbnailUrl}
        letterSize={120}
        style={[StyleSheet.absoluteFill, styles.poster]}
      />
      {video}
      <View pointerEvents="none" style={[styles.scrimTop, effects.scrimTop]} />
      <View pointerEvents="none" style={[styles.scrimBottom, effects.scrimBottom]} />
      {notice}
      <View
        style={[StyleSheet.absoluteFill, styles.overlay, effects.safeTop, effects.safeBottom]}
        pointerEvents="box-none"
      >
        {children}
      </View>
      {front}
    </View>
  );
}

const styles = StyleSheet.create({
  stage: { flex: 1, width: '100%', overflow: 'hidden', backgroundColor: '#000000' },
  desk: {
    flexGrow: 0,
    flexShrink: 1,
    flexBasis: 'auto',
    width: 'auto',
    aspectRatio: 9 / 16,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
  },
  poster: { opacity: 0.55 },
  scrimTop: { position: 'absolute', top: 0, left: 0, right: 0, height: 150 },
  scrimBottom: { position: 'absolute', bottom: 0, left: 0, right: 0, height: '46%' },
  overlay: { justifyContent: 'space-between' },
});
