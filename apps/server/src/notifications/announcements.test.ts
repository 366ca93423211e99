import { expect, test } from 'vitest';
import { newOrder, type OrderFacts, orderClosed, orderRefunded, orderWithdrawn } from './announcements.ts';

const order: OrderFacts = {
  orderId: '019a0000-0000-7000-8000-000000000000',
  streamId: null,
  totalMinor: 49_900,
  refundedMinor: 100,
  currency: 'inr',
  shopName: 'Silks',
  buyerName: 'Asha',
  productTitle: 'Saree',
  otherLines: 0,
  isCash: false,
};
const cash = { ...order, isCash: true };

test('what is told of an order carries every fact of its words, so that a client can say them in its own language', () => {
  expect(newOrder(order).facts).toEqual({
    shop: 'Silks',
    buyer: 'Asha',
    product: 'Saree',
    amountMinor: '49900',
    refundedMinor: '100',
    currency: 'inr',
    payment: 'online',
  });
  expect(newOrder({ ...order, otherLines: 2 }).facts.product).toBe('Saree +2');
  expect(newOrder(cash).facts.payment).toBe('cash');
  expect(orderRefunded(order, 'one').facts.refundedMinor).toBe('100');
  expect(
    [orderClosed(order), orderClosed(cash), orderWithdrawn(cash)].map(({ facts }) => facts.cause),
  ).toEqual(['unpaid', 'unconfirmed', 'withdrawn']);
});
