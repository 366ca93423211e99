import { expect, test } from 'vitest';
import { anOrder, aSellerOrder } from '../checkout/test-orders';
import {
  cameBack,
  cashToCollectMinor,
  isCancelable,
  isDeliverable,
  isRefundable,
  isRefusable,
  isRestockable,
  isShippable,
  mustRefundAll,
  refundableMinor,
} from './fulfilment-rules';

const shipped = { status: 'shipped' as const, carrier: null, trackingNumber: null };

test('only what is paid and still here can be shipped', () => {
  expect(isShippable(anOrder({ status: 'paid' }))).toBe(true);
  expect(isShippable(anOrder({ status: 'pending' }))).toBe(false);
  expect(isShippable(anOrder({ status: 'paid', fulfilment: shipped }))).toBe(false);
});

test('what is promised ships unpaid, and the courier collects', () => {
  const promised = anOrder({ status: 'confirmed', paymentMethod: 'cash_on_delivery' });
  expect(isShippable(promised)).toBe(true);
  expect(isCancelable(promised)).toBe(true);
  expect(isDeliverable(promised)).toBe(false);
  expect(cashToCollectMinor(promised)).toBe(promised.total.amountMinor);
  const onTheRoad = { ...promised, fulfilment: shipped };
  expect(isDeliverable(onTheRoad)).toBe(true);
  expect(isRefusable(onTheRoad)).toBe(true);
  expect(isCancelable(onTheRoad)).toBe(false);
});

test('a parcel that was paid before cannot be refused at the door, only refunded', () => {
  const paid = anOrder({ status: 'paid', fulfilment: shipped });
  expect(isDeliverable(paid)).toBe(true);
  expect(isRefusable(paid)).toBe(false);
  expect(cashToCollectMinor(paid)).toBe(0);
});

test('only what was refused comes back to the shelf', () => {
  const returned = { status: 'returned' as const, carrier: null, trackingNumber: null };
  expect(cameBack(anOrder({ status: 'canceled', fulfilment: returned }))).toBe(true);
  expect(cameBack(anOrder({ status: 'canceled' }))).toBe(false);
});

test('what was returned already cannot be returned again', () => {
  const refunded = { amountMinor: 29_900, currency: 'inr' as const };
  const half = aSellerOrder({ status: 'partially_refunded', refunded });
  expect(refundableMinor(half)).toBe(100_000);
  expect(isRefundable(aSellerOrder({ status: 'refunded' }))).toBe(false);
  const waiting = aSellerOrder({ status: 'refund_pending' });
  expect(isRefundable(waiting)).toBe(false);
  expect(isRefundable({ ...waiting, hasFailedRefund: true })).toBe(true);
});

test('what was not sent goes back on the shelf only with all of the money', () => {
  const paid = aSellerOrder({ status: 'paid', paidAt: '2026-07-01T10:00:00.000Z' });
  expect(isRestockable(paid)).toBe(true);
  expect(mustRefundAll(paid, false)).toBe(false);
  expect(mustRefundAll(paid, true)).toBe(true);
  expect(mustRefundAll({ ...paid, fulfilment: shipped }, true)).toBe(false);
});

test('money that came when the order was gone goes back whole, and nothing with it', () => {
  const late = aSellerOrder({ status: 'refund_pending', hasFailedRefund: true, paidAt: null });
  expect(isRestockable(late)).toBe(false);
  expect(mustRefundAll(late, false)).toBe(true);
});

test('while the bank decides nothing can be returned, and what it took cannot be returned again', () => {
  expect(isRefundable(aSellerOrder({ status: 'paid', isDisputed: true }))).toBe(false);
  const takenBack = { amountMinor: 100_000, currency: 'inr' as const };
  expect(refundableMinor(aSellerOrder({ status: 'paid', takenBack }))).toBe(29_900);
  expect(isRefundable(aSellerOrder({ status: 'paid', takenBack: aSellerOrder().total }))).toBe(false);
});
