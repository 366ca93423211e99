import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { newId } from '@vybekart/client';
import type { Order } from '@vybekart/contract';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { RequireSignIn } from '../../app/require-sign-in';
import { useServerClockOffset } from '../../app/server-clock';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Confirm } from '../../ui/confirm';
import { CopyRow } from '../../ui/copy-row';
import { Link } from '../../ui/link';
import { Badge } from '../../ui/live-badge';
import { Notice } from '../../ui/notice';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { HoldCountdown } from '../checkout/hold-countdown';
import { ConfirmOrder } from './confirm-order';
import { OrderItems } from './order-items';
import { mayCancel, orderBadge } from './order-status';
import { OrderTimeline } from './order-timeline';
import { PayOrder } from './pay-order';
import { Receipt } from './receipt';
import { RefundRequest } from './refund-request';

export function OrderScreen({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen
        title={t('orders.number', { number: orderNumber(orderId) })}
        backTo={paths.orders}
        testID="order-screen"
      >
        <RequireSignIn icon="Package" title={t('orders.signIn.title')} body={t('orders.signIn.body')}>
          {() => <OrderInner orderId={orderId} />}
        </RequireSignIn>
      </Screen>
    </Shell>
  );
}

function OrderInner({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const query = useQuery({
    queryKey: queryKeys.order(orderId),
    queryFn: () => api.call('getOrder', { params: { id: orderId } }),
    refetchInterval: 15_000,
  });
  if (query.data) return <OrderDetails order={query.data} />;
  if (!query.isError) return <SkeletonRows height={140} count={3} />;
  return (
    <StateView icon="WifiOff" tone="trouble" title={t('orders.failed')} body={errorMessage(query.error)}>
      <RetryButton onPress={() => void query.refetch()} />
    </StateView>
  );
}

function OrderDetails({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const serverClockOffsetMs = useServerClockOffset();
  const badge = orderBadge(order);
  const isCash = order.paymentMethod === 'cash_on_delivery';
  const { carrier, trackingNumber } = order.fulfilment;
  return (
    <View style={styles.column}>
      <View style={styles.head}>
        <Badge tone={badge.tone} label={t(badge.key)} testID="order-status" />
        <Text variant="caption" tone="muted">
          {t('orders.placed', { when: format.dateTime(order.createdAt) })}
        </Text>
      </View>
      {order.status === 'pending' && order.holdExpiresAt ? (
        isCash ? (
          <>
            <HoldCountdown expiresAt={order.holdExpiresAt} serverClockOffsetMs={serverClockOffsetMs} />
            <ConfirmOrder order={order} />
          </>
        ) : (
          <PayOrder order={order} expiresAt={order.holdExpiresAt} />
        )
      ) : null}
      <Card>
        <OrderTimeline order={order} />
        {trackingNumber ? (
          <CopyRow
            label={carrier ? `${t('orders.tracking')} · ${carrier}` : t('orders.tracking')}
            value={trackingNumber}
            copyLabel={t('orders.copyTracking')}
          />
        ) : null}
      </Card>
      <Card>
        <Link to={paths.shop(order.shop.handle)} label={t('orders.soldBy', { shop: order.shop.name })}>
          <Text variant="label" tone="marigold">
            {t('orders.soldBy', { shop: order.shop.name })}
          </Text>
        </Link>
        <OrderItems order={order} />
        <View style={styles.total}>
          <Text tone="muted">{t('orders.total')}</Text>
          <Text variant="title" tabular>
            {format.money(order.total)}
          </Text>
        </View>
        {isCash && order.status === 'confirmed' ? (
          <Text variant="label" tone="marigold" testID="pay-at-the-door">
            {t('orders.payAtTheDoor', { amount: format.money(order.total) })}
          </Text>
        ) : null}
        {order.refunded.amountMinor > 0 ? (
          <Text variant="label" tone="leaf">
            {t('orders.refunded', { amount: format.money(order.refunded) })}
          </Text>
        ) : null}
      </Card>
      {order.paidAt ? <Receipt orderId={order.id} /> : null}
      {order.paidAt ? <RefundRequest order={order} /> : null}
      {mayCancel(order) ? <CancelOrder order={order} /> : null}
    </View>
  );
}

function CancelOrder({ order }: { order: Order }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [isAsking, setIsAsking] = useState(false);
  // One key for this intent: tapping again after a lost answer must not be another cancellation.
  const key = useRef(newId(Date.now()));
  const cancel = useMutation({
    mutationFn: () => api.call('cancelOrder', { params: { id: order.id }, idempotencyKey: key.current }),
    onSuccess: (cancelled) => {
      queries.setQueryData(queryKeys.order(order.id), cancelled);
      void queries.invalidateQueries({ queryKey: queryKeys.orders });
    },
    onSettled: () => setIsAsking(false),
  });
  return (
    <View style={styles.cancel}>
      {cancel.isError ? <Notice tone="trouble" title={errorMessage(cancel.error)} /> : null}
      <Button
        kind="secondary"
        label={t('orders.cancel')}
        onPress={() => setIsAsking(true)}
        testID="cancel-order"
      />
      <Confirm
        open={isAsking}
        title={t('orders.cancel')}
        question={t('orders.cancelAsk')}
        yes={t('orders.cancelYes')}
        busy={cancel.isPending}
        testID="cancel-order-yes"
        onYes={() => cancel.mutate()}
        onClose={() => setIsAsking(false)}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.l },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.m, flexWrap: 'wrap' },
  total: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between' },
  cancel: { gap: space.m, alignItems: 'flex-start' },
});
