import type { Order } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { RequireSignIn } from '../../app/require-sign-in';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Link } from '../../ui/link';
import { Badge } from '../../ui/live-badge';
import { Picture } from '../../ui/picture';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { orderBadge } from './order-status';

export function OrdersScreen() {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('orders.title')} testID="orders-screen">
        <RequireSignIn icon="Package" title={t('orders.signIn.title')} body={t('orders.signIn.body')}>
          {() => <OrdersInner />}
        </RequireSignIn>
      </Screen>
    </Shell>
  );
}

function OrdersInner() {
  const { t } = useTranslation();
  const api = useApi();
  const { navigation } = usePlatform();
  const errorMessage = useErrorMessage();
  const orders = useList({
    queryKey: queryKeys.orders,
    fetchPage: (cursor) => api.call('listOrders', { query: { limit: 20, cursor } }),
    refetchIntervalMs: 30_000,
  });
  switch (orders.kind) {
    case 'loading':
      return <SkeletonRows height={104} />;
    case 'error':
      return (
        <StateView icon="WifiOff" tone="trouble" title={t('orders.failed')} body={errorMessage(orders.error)}>
          <RetryButton onPress={orders.retry} />
        </StateView>
      );
    case 'empty':
      return (
        <StateView
          icon="ShoppingBag"
          tone="warm"
          title={t('orders.empty.title')}
          body={t('orders.empty.body')}
        >
          <Button label={t('orders.empty.action')} icon="Radio" onPress={() => navigation.push(paths.feed)} />
        </StateView>
      );
    case 'ready':
      return (
        <View style={styles.list}>
          <View role="list" style={styles.list}>
            {orders.items.map((order) => (
              <OrderCard key={order.id} order={order} />
            ))}
          </View>
          <MoreButton list={orders} />
        </View>
      );
  }
}

function OrderCard({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const badge = orderBadge(order);
  const [first] = order.items;
  const units = order.items.reduce((sum, item) => sum + item.quantity, 0);
  if (!first) return null;
  return (
    <View role="listitem">
      <Link
        to={paths.order(order.id)}
        testID={`order-${order.id}`}
        label={`${t('orders.number', { number: orderNumber(order.id) })}, ${first.title}, ${t(badge.key)}, ${format.money(order.total)}`}
        style={styles.card}
      >
        <Picture seed={first.productId} name={first.title} url={first.imageUrl} style={styles.picture} />
        <View style={styles.words}>
          <View style={styles.state}>
            <Badge tone={badge.tone} label={t(badge.key)} />
            <Text variant="caption" tone="faint">
              {format.ago(order.createdAt)}
            </Text>
          </View>
          <Text variant="label" numberOfLines={1}>
            {first.title}
          </Text>
          <Text variant="caption" tone="muted" numberOfLines={1}>
            {`${t('orders.items', { count: units })} · ${order.shop.name}`}
          </Text>
        </View>
        <Text variant="heading" tabular>
          {format.money(order.total)}
        </Text>
      </Link>
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.m },
  card: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.l,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  picture: { width: 68, height: 68, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0, gap: 3 },
  state: { flexDirection: 'row', alignItems: 'center', gap: space.s },
});
