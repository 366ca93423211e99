import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { availableUnits, type Buyable } from '../checkout/buyable';
import { BuyButton, PriceLine } from '../room/pin-card';

/** A product on the shelf of a shop. */
export function ProductTile({ item, onBuy }: { item: Buyable; onBuy(item: Buyable): void }) {
  const isPhone = useWindowDimensions().width < 560;
  return (
    <View
      role="listitem"
      style={[styles.tile, { width: isPhone ? '48.2%' : 222 }]}
      testID={`product-${item.productId}`}
    >
      <Picture
        seed={item.productId}
        name={item.title}
        url={item.imageUrl}
        letterSize={56}
        style={[styles.picture, availableUnits(item) === 0 && styles.gone]}
      />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={2} style={styles.title}>
          {item.title}
        </Text>
        <PriceLine item={item} />
        <BuyButton item={item} onBuy={onBuy} />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  tile: {
    borderRadius: radius.l,
    overflow: 'hidden',
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  picture: { width: '100%', aspectRatio: 1 },
  gone: { opacity: 0.45 },
  words: { padding: space.m, gap: space.s, flexGrow: 1 },
  title: { flexGrow: 1, minHeight: 42 },
});
