import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { Badge } from '../../ui/live-badge';
import { Picture } from '../../ui/picture';
import { RetryButton } from '../../ui/retry-button';
import { SkeletonRows } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { type Buyable, buyableFromProduct, withRoomStock } from '../checkout/buyable';
import { BuyButton, PriceLine } from '../room/pin-card';
import { useRoomValue } from '../room/room-context';
import { useLineup } from './use-lineup';

interface Props {
  streamId: string;
  onScreen: readonly Buyable[];
  onBuy(item: Buyable): void;
}

/** Everything that this show sells, with the stock of this moment; what is pinned stands first. */
export function LineupList({ streamId, onScreen, onBuy }: Props) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const stock = useRoomValue((view) => view.stock);
  const lineup = useLineup(streamId);
  if (lineup.isPending) return <SkeletonRows count={3} height={76} />;
  if (lineup.isError) {
    return (
      <View style={styles.note}>
        <Text tone="danger">{errorMessage(lineup.error)}</Text>
        <RetryButton kind="secondary" onPress={() => void lineup.refetch()} />
      </View>
    );
  }
  const pinned = new Set(onScreen.map((item) => item.productId));
  const others = lineup.data.items
    .filter((product) => !pinned.has(product.id))
    .map((product) => withRoomStock(buyableFromProduct(product), stock));
  const items = [...onScreen, ...others];
  if (items.length === 0) return <Text tone="muted">{t('room.bagEmpty')}</Text>;
  return (
    <View role="list" style={styles.list}>
      {items.map((item) => (
        <View key={item.productId} role="listitem" style={styles.row} testID={`product-${item.productId}`}>
          <Picture seed={item.productId} name={item.title} url={item.imageUrl} style={styles.picture} />
          <View style={styles.words}>
            {pinned.has(item.productId) ? (
              <View style={styles.line}>
                <Badge tone="warm" label={t('room.onScreen')} />
              </View>
            ) : null}
            <Text variant="label" numberOfLines={2}>
              {item.title}
            </Text>
            <PriceLine item={item} />
          </View>
          <BuyButton item={item} onBuy={onBuy} />
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.s },
  note: { gap: space.s, alignItems: 'flex-start' },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.s,
    paddingRight: space.m,
    borderRadius: radius.l,
    backgroundColor: color.raised,
  },
  picture: { width: 64, height: 64, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0, gap: 2 },
  line: { flexDirection: 'row' },
});
