import { useTranslation } from 'react-i18next';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { availableUnits, type Buyable } from '../checkout/buyable';
import { BuyButton, PriceTag, StockHint } from '../room/pin-card';

/** A product on the shelf of a shop. */
export function ProductTile({ item, onBuy }: { item: Buyable; onBuy(item: Buyable): void }) {
  const { t } = useTranslation();
  const units = availableUnits(item);
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
        style={[styles.picture, units === 0 && styles.gone]}
      />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={2} style={styles.title}>
          {item.title}
        </Text>
        <View style={styles.line}>
          <PriceTag item={item} struck={units === 0} />
          {units === 0 ? null : <StockHint units={units} />}
        </View>
        <BuyButton
          item={item}
          soldOut={units === 0}
          label={units === 0 ? t('common.soldOut') : t('room.buyNow')}
          onBuy={onBuy}
        />
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
  line: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', columnGap: space.s },
});
