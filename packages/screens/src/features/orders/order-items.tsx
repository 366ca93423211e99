import type { Order } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { radius, space } from '../../ui/tokens';

/** What was bought, line by line, at the price of that moment. */
export function OrderItems({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <View role="list" style={styles.list}>
      {order.items.map((item) => (
        <View key={item.variantId} role="listitem" style={styles.item}>
          <Picture seed={item.productId} name={item.title} url={item.imageUrl} style={styles.picture} />
          <View style={styles.words}>
            <Text variant="label" numberOfLines={2}>
              {item.title}
            </Text>
            <Text variant="caption" tone="muted">
              {t('orders.quantity', { count: item.quantity, title: item.variantTitle })}
            </Text>
          </View>
          <Text variant="label" tabular>
            {format.money({ ...item.unitPrice, amountMinor: item.unitPrice.amountMinor * item.quantity })}
          </Text>
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.m },
  item: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  picture: { width: 56, height: 56, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0 },
});
