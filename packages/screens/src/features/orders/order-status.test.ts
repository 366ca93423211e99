import { FulfilmentStatus, OrderStatus } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { anOrder } from '../checkout/test-orders';
import { mayAskForRefund, mayCancel, orderBadge, orderTimeline } from './order-status';

type Parcel = (typeof FulfilmentStatus.options)[number];
const parcel = (status: Parcel) => ({ status, carrier: null, trackingNumber: null });

test('every state of an order has a badge and a way that was begun', () => {
  for (const status of OrderStatus.options) {
    for (const fulfilment of FulfilmentStatus.options) {
      const order = anOrder({ status, fulfilment: parcel(fulfilment) });
      expect(orderBadge(order).key).toMatch(/^orders\./);
      expect(orderTimeline(order)[0]).toEqual({ key: 'placed', state: 'done' });
    }
  }
});

test('a paid order speaks of its parcel as soon as there is one', () => {
  expect(orderBadge(anOrder({ status: 'paid' })).key).toBe('orders.status.paid');
  expect(orderBadge(anOrder({ status: 'paid', fulfilment: parcel('shipped') })).key).toBe(
    'orders.fulfilment.shipped',
  );
  expect(orderBadge(anOrder({ status: 'partially_refunded' })).key).toBe('orders.status.partially_refunded');
  expect(orderBadge(anOrder({ status: 'partially_refunded', fulfilment: parcel('delivered') })).key).toBe(
    'orders.fulfilment.delivered',
  );
});

test('what is paid at the door is promised first, and speaks of its parcel from then on', () => {
  const cash = { status: 'confirmed', paymentMethod: 'cash_on_delivery' } as const;
  expect(orderBadge(anOrder({ ...cash, status: 'pending' })).key).toBe('orders.unconfirmed.pending');
  expect(orderBadge(anOrder({ ...cash, status: 'expired' })).key).toBe('orders.unconfirmed.expired');
  expect(orderBadge(anOrder(cash)).key).toBe('orders.status.confirmed');
  expect(orderBadge(anOrder({ ...cash, fulfilment: parcel('shipped') })).key).toBe(
    'orders.fulfilment.shipped',
  );
  expect(orderTimeline(anOrder(cash)).map((step) => step.key)).toEqual([
    'placed',
    'confirmed',
    'packed',
    'shipped',
    'delivered',
  ]);
});

test('a refused parcel ends an order as returned, nothing charged', () => {
  const refused = anOrder({ status: 'canceled', fulfilment: parcel('returned') });
  expect(orderBadge(refused).key).toBe('orders.fulfilment.returned');
  expect(orderTimeline(refused).map((step) => step.key)).toEqual(['placed', 'returned', 'closed']);
});

test('a buyer may cancel until the order is paid or its parcel is on the road', () => {
  expect(mayCancel(anOrder())).toBe(true);
  expect(mayCancel(anOrder({ status: 'confirmed' }))).toBe(true);
  expect(mayCancel(anOrder({ status: 'confirmed', fulfilment: parcel('shipped') }))).toBe(false);
  expect(mayCancel(anOrder({ status: 'paid' }))).toBe(false);
});

test('exactly one step of an order on its way is the present one', () => {
  for (const fulfilment of ['none', 'packed', 'shipped'] as const) {
    const timeline = orderTimeline(anOrder({ status: 'paid', fulfilment: parcel(fulfilment) }));
    expect(timeline.filter((step) => step.state === 'now')).toHaveLength(1);
  }
});

test('a delivered order has nothing left to come', () => {
  const timeline = orderTimeline(anOrder({ status: 'paid', fulfilment: parcel('delivered') }));
  expect(timeline.every((step) => step.state === 'done')).toBe(true);
});

test('an order that was not paid in time says that nothing was charged', () => {
  expect(orderTimeline(anOrder({ status: 'expired' })).map((step) => step.key)).toEqual(['placed', 'closed']);
});

test('a buyer may ask for what was paid and is not back, once at a time', () => {
  const request = { id: anOrder().id, reason: 'Torn', answer: null, createdAt: '2026-11-22T09:00:00.000Z' };
  const paid = anOrder({ status: 'paid' });
  expect(mayAskForRefund(paid)).toBe(true);
  expect(mayAskForRefund({ ...paid, refundRequest: { ...request, status: 'open' } })).toBe(false);
  expect(mayAskForRefund({ ...paid, refundRequest: { ...request, status: 'declined' } })).toBe(true);
  expect(mayAskForRefund({ ...paid, refunded: paid.total })).toBe(false);
  for (const status of ['pending', 'expired', 'refund_pending', 'refunded'] as const) {
    expect(mayAskForRefund(anOrder({ status }))).toBe(false);
  }
});
