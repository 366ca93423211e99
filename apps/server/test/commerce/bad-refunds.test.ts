import type { Problem } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

const paidOrder = async () => (await shop.paid(buyer, await shop.product(seller, 3, 10_000))).order.id;
const unpaidOrder = async () => (await shop.placed(buyer, await shop.product(seller, 3, 10_000))).order.id;
const refund = (
  orderId: string,
  body: unknown,
  by: Person | null = seller,
  key: string | undefined = newId(),
) => shop.send<Problem>('POST', `/seller/orders/${orderId}/refunds`, by, body, key);
const cancel = (orderId: string, by: Person | null = buyer, key: string | undefined = newId()) =>
  shop.send<Problem>('POST', `/orders/${orderId}/cancel`, by, undefined, key);
const strangeIds = ['no-id', '%00', '..%2f..%2fme', 'x'.repeat(90), newId()];

describe('an order is not shown', () => {
  test('to another buyer, to its own seller as if it were bought, or to a guest', async () => {
    const orderId = await paidOrder();
    for (const other of [await shop.buyer(), seller]) {
      const answer = await shop.send('GET', `/orders/${orderId}`, other);
      expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect((await shop.send('GET', `/orders/${orderId}`, null)).status).toBe(401);
  });

  test.each(strangeIds)('for the id %s', async (id) => {
    expect((await shop.send('GET', `/orders/${id}`, buyer)).body).toMatchObject({ status: 404 });
  });
});

describe('an order is not cancelled', () => {
  test('by anybody but its buyer', async () => {
    const orderId = await unpaidOrder();
    for (const other of [await shop.buyer(), seller]) {
      expect((await cancel(orderId, other)).body).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect((await cancel(orderId, null)).status).toBe(401);
    expect(await shop.status(orderId)).toBe('pending');
  });

  test('once it is paid', async () => {
    const orderId = await paidOrder();
    expect((await cancel(orderId)).body).toMatchObject({ code: 'order_not_cancelable', orderStatus: 'paid' });
    expect(await shop.status(orderId)).toBe('paid');
  });

  test('once it is refunded', async () => {
    const orderId = await paidOrder();
    await refund(orderId, { amountMinor: 10_000 });
    expect((await cancel(orderId)).body).toMatchObject({
      code: 'order_not_cancelable',
      orderStatus: 'refunded',
    });
  });

  test('without an Idempotency-Key', async () => {
    const orderId = await unpaidOrder();
    const answer = await shop.send('POST', `/orders/${orderId}/cancel`, buyer);
    expect(answer.body).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
    expect(await shop.status(orderId)).toBe('pending');
  });

  test('with the key of another cancellation', async () => {
    const key = newId();
    await cancel(await unpaidOrder(), buyer, key);
    const orderId = await unpaidOrder();
    expect((await cancel(orderId, buyer, key)).body).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect(await shop.status(orderId)).toBe('pending');
  });

  test.each(strangeIds)('for the id %s', async (id) => {
    expect((await cancel(id)).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('nothing is refunded', () => {
  const untouched = async (orderId: string, answer: { body: object }, expected: object) => {
    expect(answer.body).toMatchObject(expected);
    expect(await shop.rows('select id from refunds where order_id = $1', [orderId])).toEqual([]);
  };

  test('by another seller', async () => {
    const orderId = await paidOrder();
    await untouched(orderId, await refund(orderId, { amountMinor: 1 }, await shop.seller()), { status: 404 });
  });

  test('by the buyer', async () => {
    const orderId = await paidOrder();
    const answer = await refund(orderId, { amountMinor: 1 }, buyer);
    await untouched(orderId, answer, { status: 403, code: 'not_a_seller' });
  });

  test('by a guest', async () => {
    const orderId = await paidOrder();
    await untouched(orderId, await refund(orderId, { amountMinor: 1 }, null), { status: 401 });
  });

  test('beyond what was paid', async () => {
    const orderId = await paidOrder();
    await untouched(orderId, await refund(orderId, { amountMinor: 10_001 }), {
      code: 'order_not_refundable',
      refundableMinor: 10_000,
    });
  });

  test('beyond what is left after an earlier refund', async () => {
    const orderId = await paidOrder();
    await refund(orderId, { amountMinor: 6_000 });
    expect((await refund(orderId, { amountMinor: 4_001 })).body).toMatchObject({
      code: 'order_not_refundable',
      refundableMinor: 4_000,
    });
  });

  test('of what was not paid', async () => {
    const orderId = await unpaidOrder();
    await untouched(orderId, await refund(orderId, { amountMinor: 1 }), {
      code: 'order_not_refundable',
      orderStatus: 'pending',
    });
  });

  test('without an Idempotency-Key', async () => {
    const orderId = await paidOrder();
    const where = `/seller/orders/${orderId}/refunds`;
    const answer = await shop.send('POST', where, seller, { amountMinor: 1 });
    await untouched(orderId, answer, { status: 400, code: 'idempotency_key_missing' });
  });

  test.each<[string, unknown]>([
    ['amount 0', { amountMinor: 0 }],
    ['amount -1', { amountMinor: -1 }],
    ['amount 1.5', { amountMinor: 1.5 }],
    ['amount as text', { amountMinor: '100' }],
    ['amount 1e21', { amountMinor: 1e21 }],
    ['no amount', {}],
    ['a currency of one’s own', { amountMinor: 1, currency: 'usd' }],
    ['a restock that is neither yes nor no', { amountMinor: 1, restock: 'yes' }],
    ['null', null],
    ['a list', []],
  ])('for a body with %s', async (_, body) => {
    const orderId = await paidOrder();
    const answer = await refund(orderId, body);
    await untouched(orderId, answer, { status: 422, code: 'validation_failed' });
  });

  test.each(strangeIds)('for the id %s', async (id) => {
    expect((await refund(id, { amountMinor: 1 })).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});
