import { expect, test } from 'vitest';
import { anOrder, aSellerOrder } from '../checkout/test-orders';
import { isRefundable, isShippable, refundableMinor } from './fulfilment-rules';

const shipped = { status: 'shipped' as const, carrier: null, trackingNumber: null };

test('only what is paid and still here can be shipped', () => {
  expect(isShippable(anOrder({ status: 'paid' }))).toBe(true);
  expect(isShippable(anOrder({ status: 'pending' }))).toBe(false);
  expect(isShippable(anOrder({ status: 'paid', fulfilment: shipped }))).toBe(false);
});

test('what was returned already cannot be returned again', () => {
  const refunded = { amountMinor: 29_900, currency: 'inr' as const };
  const half = aSellerOrder({ status: 'partially_refunded', refunded });
  expect(refundableMinor(half)).toBe(100_000);
  expect(isRefundable(aSellerOrder({ status: 'refunded' }))).toBe(false);
});

test('while the bank decides nothing can be returned, and what it took cannot be returned again', () => {
  expect(isRefundable(aSellerOrder({ status: 'paid', isDisputed: true }))).toBe(false);
  const takenBack = { amountMinor: 100_000, currency: 'inr' as const };
  expect(refundableMinor(aSellerOrder({ status: 'paid', takenBack }))).toBe(29_900);
  expect(isRefundable(aSellerOrder({ status: 'paid', takenBack: aSellerOrder().total }))).toBe(false);
});
