import type { SellerOrder } from '@vybekart/contract';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { queryKeys } from '../../app/query-keys';
import { useFormat } from '../../i18n/use-format';
import { Card } from '../../ui/card';
import { effects } from '../../ui/effects';
import { Skeleton } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { radius, space } from '../../ui/tokens';

/** What this show sold, the newest first; a new line glows for a moment. */
export function ShowOrders({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const orders = useList({
    queryKey: queryKeys.sellerOrdersOf(streamId),
    fetchPage: (cursor) => api.call('sellerOrders', { query: { streamId, limit: 20, cursor } }),
    refetchIntervalMs: 10_000,
  });
  const seen = useRef<Set<string> | null>(null);
  if (orders.kind === 'ready' && seen.current === null) {
    seen.current = new Set(orders.items.map((order) => order.id));
  }
  if (orders.kind === 'empty') seen.current ??= new Set();
  return (
    <Card title={t('studio.orders')} testID="show-orders">
      {orders.kind === 'loading' ? <Skeleton height={56} /> : null}
      {orders.kind === 'empty' ? <Text tone="muted">{t('studio.ordersEmpty')}</Text> : null}
      {orders.kind === 'ready'
        ? orders.items.map((order) => (
            <OrderLine key={order.id} order={order} isNew={!(seen.current?.has(order.id) ?? true)} />
          ))
        : null}
    </Card>
  );
}

function OrderLine({ order, isNew }: { order: SellerOrder; isNew: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const items = order.items.map((item) =>
    t('orders.quantity', { count: item.quantity, title: `${item.title} (${item.variantTitle})` }),
  );
  return (
    <View style={[styles.line, isNew && effects.newRow]} testID={`show-order-${order.id}`}>
      <View style={styles.words}>
        <Text variant="label" numberOfLines={1}>
          {order.buyer.displayName}
        </Text>
        <Text variant="caption" tone="muted" numberOfLines={2}>
          {items.join(', ')}
        </Text>
      </View>
      <View style={styles.end}>
        <Text variant="label" tone="marigold" tabular>
          {format.money(order.total)}
        </Text>
        <Text variant="micro" tone="faint">
          {format.ago(order.createdAt)}
        </Text>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  line: { flexDirection: 'row', gap: space.m, padding: space.s, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0 },
  end: { alignItems: 'flex-end' },
});
