import type { Stream } from '@vybekart/contract';
import { type ReactNode, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Skeleton } from '../../ui/skeleton';
import { radius, space } from '../../ui/tokens';
import { gridLayout } from './grid-layout';

interface Props {
  items: readonly Stream[];
  renderCard(stream: Stream, width: number, featured: boolean): ReactNode;
}

/** Two columns on a phone with the first card across both; more columns of equal cards on a desk. */
export function StreamGrid({ items, renderCard }: Props) {
  const [width, setWidth] = useState(0);
  const layout = gridLayout(width, items.length);
  return (
    <View style={styles.grid} onLayout={(event) => setWidth(event.nativeEvent.layout.width)}>
      {width === 0
        ? null
        : items.map((stream, index) => {
            const featured = layout.featuresFirst && index === 0;
            return renderCard(stream, featured ? layout.innerWidth : layout.cardWidth, featured);
          })}
    </View>
  );
}

export function StreamGridSkeleton() {
  const [width, setWidth] = useState(0);
  const layout = gridLayout(width, 5);
  return (
    <View style={styles.grid} onLayout={(event) => setWidth(event.nativeEvent.layout.width)}>
      {['first', 'second', 'third', 'fourth', 'fifth'].map((name, index) => {
        const featured = layout.featuresFirst && index === 0;
        const cardWidth = featured ? layout.innerWidth : layout.cardWidth;
        return (
          <Skeleton
            key={name}
            width={cardWidth}
            height={cardWidth * (featured ? 1.22 : 1.5)}
            style={styles.skeleton}
          />
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  grid: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m, paddingHorizontal: space.l },
  skeleton: { borderRadius: radius.xl },
});
