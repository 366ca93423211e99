import { useQuery } from '@tanstack/react-query';
import type { PinnedProduct } from '@vybekart/client';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { failureCode } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import {
  availableUnits,
  type Buyable,
  buyableFromPin,
  buyableFromProduct,
  priceRange,
} from '../checkout/buyable';

interface Props {
  pin: PinnedProduct;
  onBuy(item: Buyable): void;
}

/** The product that was on screen at this moment: what it cost and what was left then, and for what it is had today. */
export function ReplayPinCard({ pin, onBuy }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const then = buyableFromPin(pin);
  const unitsThen = availableUnits(then);
  const today = useToday(pin.product.id);
  const price = format.money(priceRange(then).lowest);
  return (
    <View style={[styles.card, effects.lift]} testID="replay-pin" role="group" aria-label={then.title}>
      <Picture seed={then.productId} name={then.title} url={then.imageUrl} style={styles.picture} />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={1}>
          {then.title}
        </Text>
        <Text variant="caption" tone="muted" tabular testID="replay-pin-then">
          {unitsThen === 0
            ? t('replay.soldOutThen', { price })
            : t('replay.then', { price, count: unitsThen })}
        </Text>
        {today.item ? <TodayLine item={today.item} /> : null}
      </View>
      {today.isGone ? (
        <Text variant="caption" tone="muted">
          {t('replay.notSold')}
        </Text>
      ) : (
        <BuyToday item={today.item} onBuy={onBuy} />
      )}
    </View>
  );
}

function TodayLine({ item }: { item: Buyable }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Text variant="label" tone="marigold" tabular testID="replay-pin-today">
      {t('replay.today', { price: format.money(priceRange(item).lowest) })}
    </Text>
  );
}

function BuyToday({ item, onBuy }: { item: Buyable | null; onBuy(item: Buyable): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const soldOut = item !== null && availableUnits(item) === 0;
  return (
    <Button
      testID="buy-now"
      label={soldOut ? t('common.soldOut') : t('room.buyNow')}
      hint={
        item && !soldOut
          ? t('room.buyProduct', { product: item.title, price: format.money(priceRange(item).lowest) })
          : undefined
      }
      kind={soldOut ? 'secondary' : 'primary'}
      busy={item === null}
      disabled={soldOut}
      onPress={() => item && onBuy(item)}
    />
  );
}

/** The product as it is sold now. */
function useToday(productId: string): { item: Buyable | null; isGone: boolean } {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.product(productId),
    queryFn: () => api.call('getProduct', { params: { id: productId } }),
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
  const isGone = query.isError && failureCode(query.error) === 'not_found';
  return { item: query.data ? buyableFromProduct(query.data) : null, isGone };
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
    borderColor: color.line,
    backgroundColor: color.glassStrong,
  },
  picture: { width: 60, height: 60, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0 },
});
