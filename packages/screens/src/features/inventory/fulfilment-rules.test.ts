import { expect, test } from 'vitest';
import { anOrder } from '../checkout/test-orders';
import { isRefundable, isShippable, refundableMinor } from './fulfilment-rules';

const shipped = { status: 'shipped' as const, carrier: null, trackingNumber: null };

test('only what is paid and still here can be shipped', () => {
  expect(isShippable(anOrder({ status: 'paid' }))).toBe(true);
  expect(isShippable(anOrder({ status: 'pending' }))).toBe(false);
  expect(isShippable(anOrder({ status: 'paid', fulfilment: shipped }))).toBe(false);
});

test('what was returned already cannot be returned again', () => {
  const half = anOrder({ status: 'partially_refunded', refunded: { amountMinor: 29_900, currency: 'inr' } });
  expect(refundableMinor(half)).toBe(100_000);
  expect(isRefundable(anOrder({ status: 'refunded' }))).toBe(false);
});
