import { type DimensionValue, type StyleProp, StyleSheet, View, type ViewStyle } from 'react-native';
import { effects } from './effects';
import { color, radius, space } from './tokens';

interface Props {
  height: DimensionValue;
  width?: DimensionValue;
  style?: StyleProp<ViewStyle>;
}

/** The shape of what is coming. */
export function Skeleton({ height, width = '100%', style }: Props) {
  return <View aria-hidden style={[styles.block, effects.skeleton, { height, width }, style]} />;
}

export function SkeletonRows({ count = 4, height = 84 }: { count?: number; height?: number }) {
  return (
    <View style={styles.rows}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: equal, stateless blocks that never change their order
        <Skeleton key={index} height={height} />
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  block: { backgroundColor: color.raised, borderRadius: radius.l },
  rows: { gap: space.m },
});
