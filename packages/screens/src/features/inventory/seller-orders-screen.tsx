import type { SellerOrder, SellerTask } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chip } from '../../ui/chip';
import { Icon } from '../../ui/icon';
import { Badge } from '../../ui/live-badge';
import { Notice } from '../../ui/notice';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, space } from '../../ui/tokens';
import { addressLine } from '../checkout/address';
import { OrderItems } from '../orders/order-items';
import { orderBadge } from '../orders/order-status';
import { RequireShop } from '../studio/require-shop';
import { DeclineSheet } from './decline-sheet';
import { DoorButtons } from './door-buttons';
import { ExportSheet } from './export-sheet';
import { cashToCollectMinor, isDeliverable, isRefundable, isShippable } from './fulfilment-rules';
import { RefundSheet } from './refund-sheet';
import { ShipSheet } from './ship-sheet';

const tasks = ['all', 'pack', 'deliver', 'answer'] as const satisfies (SellerTask | 'all')[];
type Task = (typeof tasks)[number];

export function SellerOrdersScreen() {
  const { t } = useTranslation();
  const [isExporting, setIsExporting] = useState(false);
  const [task, setTask] = useState<Task>('all');
  return (
    <Shell>
      <Screen
        title={t('fulfilment.title')}
        backTo={paths.studio}
        testID="seller-orders-screen"
        actions={
          <IconButton
            icon="Download"
            label={t('fulfilment.export.title')}
            testID="export-orders"
            onPress={() => setIsExporting(true)}
          />
        }
      >
        <RequireShop>
          {() => (
            <View style={styles.list}>
              <View role="radiogroup" aria-label={t('fulfilment.task.label')} style={styles.tasks}>
                {tasks.map((choice) => (
                  <Chip
                    key={choice}
                    label={t(`fulfilment.task.${choice}`)}
                    selected={choice === task}
                    testID={`task-${choice}`}
                    onPress={() => setTask(choice)}
                  />
                ))}
              </View>
              <SellerOrdersInner task={task} />
            </View>
          )}
        </RequireShop>
        <ExportSheet open={isExporting} onClose={() => setIsExporting(false)} />
      </Screen>
    </Shell>
  );
}

function SellerOrdersInner({ task }: { task: Task }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const [shipping, setShipping] = useState<SellerOrder | null>(null);
  const [refunding, setRefunding] = useState<SellerOrder | null>(null);
  const [declining, setDeclining] = useState<SellerOrder | null>(null);
  const orders = useList({
    queryKey: queryKeys.sellerOrdersFor(task),
    fetchPage: (cursor) =>
      api.call('sellerOrders', { query: { limit: 20, cursor, task: task === 'all' ? undefined : task } }),
    refetchIntervalMs: 20_000,
  });
  switch (orders.kind) {
    case 'loading':
      return <SkeletonRows height={160} />;
    case 'error':
      return (
        <StateView
          icon="WifiOff"
          tone="trouble"
          title={t('fulfilment.failed')}
          body={errorMessage(orders.error)}
        >
          <RetryButton onPress={orders.retry} />
        </StateView>
      );
    case 'empty':
      return (
        <StateView
          icon="Package"
          tone="warm"
          title={t(task === 'all' ? 'fulfilment.empty.title' : 'fulfilment.nothingToDo')}
          {...(task === 'all' ? { body: t('fulfilment.empty.body') } : {})}
        />
      );
    case 'ready':
      return (
        <View style={styles.list}>
          {orders.items.map((order) => (
            <OrderToPack
              key={order.id}
              order={order}
              onShip={() => setShipping(order)}
              onRefund={() => setRefunding(order)}
              onDecline={() => setDeclining(order)}
            />
          ))}
          <MoreButton list={orders} />
          <ShipSheet order={shipping} onClose={() => setShipping(null)} />
          <DeclineSheet order={declining} onClose={() => setDeclining(null)} />
          <RefundSheet order={refunding} onClose={() => setRefunding(null)} />
        </View>
      );
  }
}

interface OrderToPackProps {
  order: SellerOrder;
  onShip(): void;
  onRefund(): void;
  onDecline(): void;
}

function OrderToPack({ order, onShip, onRefund, onDecline }: OrderToPackProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const badge = orderBadge(order);
  const number = orderNumber(order.id);
  const collectMinor = cashToCollectMinor(order);
  return (
    <Card testID={`seller-order-${order.id}`}>
      <View style={styles.head}>
        <View style={styles.words}>
          <Text variant="label">{t('orders.number', { number })}</Text>
          <Text variant="caption" tone="muted">
            {`${t('fulfilment.buyer', { name: order.buyer.displayName })} · ${format.ago(order.createdAt)}`}
          </Text>
        </View>
        <View style={styles.badges}>
          <Badge tone={badge.tone} label={t(badge.key)} />
          {order.isDisputed ? (
            <Badge tone="bad" label={t('fulfilment.disputed')} testID={`disputed-${order.id}`} />
          ) : null}
        </View>
      </View>
      <OrderItems order={order} />
      <View style={styles.address}>
        <Icon name="MapPin" size={18} tint={color.muted} />
        <Text variant="caption" tone="muted" selectable style={styles.words}>
          {order.shippingAddress
            ? `${addressLine(order.shippingAddress)} · ${order.shippingAddress.phone}`
            : t('fulfilment.noAddress')}
        </Text>
      </View>
      {isDeliverable(order) ? (
        <View style={styles.address}>
          <Icon name="Truck" size={18} tint={color.muted} />
          <Text variant="caption" tone="muted" selectable style={styles.words}>
            {[order.fulfilment.carrier, order.fulfilment.trackingNumber].filter(Boolean).join(' · ') ||
              t('fulfilment.noTracking')}
          </Text>
          <Button
            kind="quiet"
            label={t('checkout.change')}
            hint={`${t('fulfilment.correctParcel')}: ${number}`}
            testID={`correct-${order.id}`}
            onPress={onShip}
          />
        </View>
      ) : null}
      {order.refundRequest?.status === 'open' ? (
        <Notice
          tone="warm"
          title={t('fulfilment.refundAsked', { name: order.buyer.displayName })}
          body={order.refundRequest.reason}
          testID={`refund-asked-${order.id}`}
        >
          <Button
            kind="quiet"
            label={t('fulfilment.decline')}
            hint={`${t('fulfilment.decline')}: ${number}`}
            testID={`decline-${order.id}`}
            onPress={onDecline}
            style={styles.inNotice}
          />
        </Notice>
      ) : null}
      {order.isDisputed ? <Notice tone="warm" title={t('fulfilment.disputedBody')} /> : null}
      {order.hasFailedRefund ? (
        <Notice tone="trouble" title={t('fulfilment.refundFailed')} testID={`refund-failed-${order.id}`} />
      ) : null}
      {order.hasInquiry ? (
        <Notice tone="warm" title={t('fulfilment.inquiryBody')} testID={`inquiry-${order.id}`} />
      ) : null}
      {order.refunded.amountMinor > 0 ? (
        <Text variant="label" testID={`refunded-${order.id}`}>
          {t('fulfilment.refunded', { amount: format.money(order.refunded) })}
        </Text>
      ) : null}
      {order.takenBack.amountMinor > 0 ? (
        <Text variant="label" tone="danger">
          {t('fulfilment.takenBack', { amount: format.money(order.takenBack) })}
        </Text>
      ) : null}
      <View style={styles.foot}>
        <View style={styles.price}>
          <Text variant="heading" tabular numberOfLines={1}>
            {format.money(order.total)}
          </Text>
          {collectMinor > 0 ? (
            <Text variant="caption" tone="marigold" testID={`collect-${order.id}`}>
              {t('fulfilment.collect', {
                amount: format.money({ ...order.total, amountMinor: collectMinor }),
              })}
            </Text>
          ) : null}
        </View>
        {isRefundable(order) ? (
          <Button
            kind="quiet"
            label={t('fulfilment.refund')}
            hint={`${t('fulfilment.refund')}: ${number}`}
            testID={`refund-${order.id}`}
            onPress={onRefund}
          />
        ) : null}
        {isShippable(order) ? (
          <Button
            icon="Truck"
            label={t('fulfilment.ship')}
            hint={`${t('fulfilment.ship')}: ${number}`}
            testID={`ship-${order.id}`}
            onPress={onShip}
          />
        ) : null}
      </View>
      <DoorButtons order={order} />
    </Card>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.m },
  tasks: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  head: { flexDirection: 'row', alignItems: 'flex-start', gap: space.m },
  words: { flex: 1, minWidth: 0 },
  /** As wide as the amount: what does not fit beside it goes below. */
  price: { flexGrow: 1 },
  inNotice: { alignSelf: 'flex-start', marginLeft: -space.s },
  badges: { alignItems: 'flex-end', gap: space.xs },
  address: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  foot: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
});
