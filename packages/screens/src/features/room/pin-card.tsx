import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { availableUnits, type Buyable, priceRange } from '../checkout/buyable';

/** Fewer than this are worth a hurry. */
const scarceBelow = 10;

interface Props {
  item: Buyable;
  onBuy(item: Buyable): void;
}

/** The product that the seller is holding up, at the moment when the viewer sees it. */
export function PinCard({ item, onBuy }: Props) {
  return (
    <View
      style={[styles.card, effects.lift, effects.pinIn]}
      testID="pin-card"
      role="group"
      aria-label={item.title}
    >
      <Picture seed={item.productId} name={item.title} url={item.imageUrl} style={styles.picture} />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={1}>
          {item.title}
        </Text>
        <View aria-live="polite">
          <PriceLine item={item} />
        </View>
      </View>
      <BuyButton item={item} onBuy={onBuy} />
    </View>
  );
}

/** What it costs, and how few are left. */
export function PriceLine({ item }: { item: Buyable }) {
  const { t } = useTranslation();
  const units = availableUnits(item);
  return (
    <View style={styles.line}>
      <PriceTag item={item} />
      {units > 0 && units < scarceBelow ? (
        <View style={styles.scarce}>
          <Text variant="micro" style={styles.scarceText}>
            {t('common.left', { count: units })}
          </Text>
        </View>
      ) : null}
    </View>
  );
}

/** Struck through when nothing is left. */
export function PriceTag({ item }: { item: Buyable }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { lowest, varies } = priceRange(item);
  const price = format.money(lowest);
  const isGone = availableUnits(item) === 0;
  return (
    <Text variant="heading" tone={isGone ? 'faint' : 'marigold'} tabular style={isGone && styles.struck}>
      {varies ? t('room.fromPrice', { price }) : price}
    </Text>
  );
}

export function BuyButton({ item, onBuy }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const soldOut = availableUnits(item) === 0;
  return (
    <Button
      label={soldOut ? t('common.soldOut') : t('room.buyNow')}
      testID="buy-now"
      disabled={soldOut}
      kind={soldOut ? 'secondary' : 'primary'}
      hint={
        soldOut
          ? t('room.soldOutProduct', { product: item.title })
          : t('room.buyProduct', { product: item.title, price: format.money(priceRange(item).lowest) })
      }
      onPress={() => onBuy(item)}
      style={styles.buy}
    />
  );
}

const styles = StyleSheet.create({
  card: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.s,
    paddingRight: space.m,
    borderRadius: radius.l + 2,
    borderWidth: 1,
    borderColor: 'rgba(255, 178, 36, 0.35)',
    backgroundColor: color.glassStrong,
  },
  picture: { width: 60, height: 60, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0 },
  line: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', columnGap: space.s },
  struck: { textDecorationLine: 'line-through' },
  scarce: { backgroundColor: color.raniSoft, borderRadius: radius.s, paddingHorizontal: 6 },
  scarceText: { color: '#FFB3CC' },
  buy: { paddingHorizontal: space.l },
});
