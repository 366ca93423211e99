import type { Order, SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { UserSockets } from '../../src/platform/user-sockets.ts';
import { expectInvariants } from './invariants.ts';
import { type Answer, type Person, type SellerPerson, type Shop, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

type Refusal = { code: string };
const reason = 'It came torn\nat the sleeve';
const ask = (orderId: string, body: unknown = { reason }, by: Person = buyer, key?: string) =>
  shop.send<Order & Refusal>('POST', `/orders/${orderId}/refund-requests`, by, body, key ?? newId());
const answer = (
  requestId: string,
  kind: 'approval' | 'refusal',
  body: object,
  options: { by?: Person; key?: string } = {},
): Promise<Answer<SellerOrder & Refusal>> =>
  shop.send(
    'POST',
    `/seller/refund-requests/${requestId}/${kind}`,
    options.by ?? seller,
    body,
    options.key ?? newId(),
  );
const paidOrder = async () => (await shop.paid(buyer, await shop.product(seller, 3, 10_000))).order.id;
const askedFor = async () => {
  const orderId = await paidOrder();
  const { body } = await ask(orderId);
  return { orderId, requestId: body.refundRequest?.id ?? '' };
};
const requestsOf = (orderId: string) =>
  shop.rows<{ status: string }>('select status from refund_requests where order_id = $1 order by id', [
    orderId,
  ]);

describe('a buyer who wants the money back', () => {
  test('asks with a reason; the seller sees it at once, beside the order', async () => {
    const send = vi.spyOn(shop.get(UserSockets), 'send');
    const orderId = await paidOrder();
    const asked = await ask(orderId);
    expect(asked.status, asked.text).toBe(200);
    expect(asked.body).toMatchObject({
      id: orderId,
      status: 'paid',
      refundRequest: { status: 'open', reason, answer: null },
    });
    expect(asked.body.refundRequest?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { body } = await shop.send<{ items: SellerOrder[] }>('GET', '/seller/orders', seller);
    expect(body.items[0]).toMatchObject({ id: orderId, refundRequest: { status: 'open', reason } });
    await shop.quiet();
    expect(shop.heardOf('refund.requested', orderId)).toBe(1);
    const told = send.mock.calls.filter(([userId, event]) => {
      return userId === seller.userId && event === 'order_updated';
    });
    expect(told).toMatchObject([[seller.userId, 'order_updated', { order: { id: orderId } }]]);
    send.mockRestore();
  });

  test('asks once, however often the tap is sent', async () => {
    const orderId = await paidOrder();
    const key = newId();
    const taps = await Promise.all(Array.from({ length: 5 }, () => ask(orderId, { reason }, buyer, key)));
    const done = taps.find((tap) => tap.status === 200);
    const again = await ask(orderId, { reason }, buyer, key);
    expect(again.text).toBe(done?.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await ask(orderId, { reason: 'Other' }, buyer, key)).body.code).toBe('idempotency_key_reused');
    expect(await requestsOf(orderId)).toEqual([{ status: 'open' }]);
  });

  test('has one open request for an order, whichever key it comes with', async () => {
    const orderId = await paidOrder();
    const taps = await Promise.all(Array.from({ length: 5 }, () => ask(orderId)));
    expect(taps.map((tap) => tap.status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await ask(orderId)).body).toMatchObject({ code: 'conflict' });
    expect(await requestsOf(orderId)).toEqual([{ status: 'open' }]);
  });

  test('may ask again after a refusal, three times at most', async () => {
    const orderId = await paidOrder();
    for (let count = 0; count < 3; count += 1) {
      const { body } = await ask(orderId);
      await answer(body.refundRequest?.id ?? '', 'refusal', { reason: 'Worn' });
    }
    expect((await ask(orderId)).body).toMatchObject({ status: 409, code: 'limit_reached' });
  });

  test('cannot ask for what was not paid, is back already, or is with the bank', async () => {
    const item = await shop.product(seller, 9, 10_000);
    const unpaid = await shop.placed(buyer, item);
    expect((await ask(unpaid.order.id)).body).toMatchObject({ code: 'order_not_refundable' });
    const { order } = await shop.paid(buyer, item);
    await shop.send('POST', `/seller/orders/${order.id}/refunds`, seller, { amountMinor: 10_000 }, newId());
    expect((await ask(order.id)).body).toMatchObject({
      orderStatus: 'refunded',
      code: 'order_not_refundable',
    });
    const disputed = await shop.paid(buyer, item);
    shop.stripe.control.openDispute(disputed.payment.paymentIntentId);
    await waitFor(async () => {
      const rows = await shop.rows('select from orders where id = $1 and is_disputed', [disputed.order.id]);
      return rows.length === 1;
    });
    expect((await ask(disputed.order.id)).body).toMatchObject({ code: 'order_not_refundable' });
  });

  test.each<[string, unknown]>([
    ['no reason', {}],
    ['an empty reason', { reason: '  ' }],
    ['a reason of 501 characters', { reason: 'x'.repeat(501) }],
    ['a reason that is no text', { reason: 5 }],
    ['bidirectional overrides', { reason: 'a\u202eb' }],
    ['an amount of the buyer’s own', { reason, amountMinor: 1 }],
    ['nothing', null],
  ])('is refused with %s', async (_, body) => {
    const orderId = await paidOrder();
    expect((await ask(orderId, body)).status).toBe(422);
    expect(await requestsOf(orderId)).toEqual([]);
  });

  test('is refused without a key, and for orders of others', async () => {
    const orderId = await paidOrder();
    const keyless = await shop.send('POST', `/orders/${orderId}/refund-requests`, buyer, { reason });
    expect(keyless.body).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
    for (const other of [await shop.buyer(), seller]) {
      expect((await ask(orderId, { reason }, other)).status).toBe(404);
    }
    expect((await ask(newId())).status).toBe(404);
    expect((await ask('no-id')).status).toBe(404);
    expect(await requestsOf(orderId)).toEqual([]);
  });
});

describe('the seller', () => {
  test('approves with a refund of all or a part, once', async () => {
    const { orderId, requestId } = await askedFor();
    const key = newId();
    const body = { amountMinor: 4_000, restock: false };
    const approved = await answer(requestId, 'approval', body, { key });
    expect(approved.body).toMatchObject({
      status: 'partially_refunded',
      refunded: { amountMinor: 4_000 },
      refundRequest: { id: requestId, status: 'approved', answer: null },
    });
    expect((await answer(requestId, 'approval', body, { key })).text).toBe(approved.text);
    expect((await answer(requestId, 'approval', body)).body).toMatchObject({ code: 'conflict' });
    expect((await answer(requestId, 'refusal', { reason: 'No' })).body).toMatchObject({ code: 'conflict' });
    const refunds = await shop.rows('select amount_minor, status from refunds where order_id = $1', [
      orderId,
    ]);
    expect(refunds).toEqual([{ amount_minor: 4_000, status: 'succeeded' }]);
    await expectInvariants(shop);
  });

  test('declines with a reason that the buyer reads', async () => {
    const { orderId, requestId } = await askedFor();
    const declined = await answer(requestId, 'refusal', { reason: 'It was worn <b>often</b>' });
    expect(declined.body).toMatchObject({ status: 'paid', refundRequest: { status: 'declined' } });
    const own = await shop.send<Order>('GET', `/orders/${orderId}`, buyer);
    expect(own.body.refundRequest).toMatchObject({ answer: 'It was worn <b>often</b>', reason });
    expect((await answer(requestId, 'refusal', { reason: 'No' })).body).toMatchObject({ code: 'conflict' });
    expect((await answer(requestId, 'approval', { amountMinor: 1 })).body).toMatchObject({
      code: 'conflict',
    });
    expect(await shop.rows('select id from refunds where order_id = $1', [orderId])).toEqual([]);
    await shop.quiet();
    expect(shop.heardOf('refund.declined', orderId)).toBe(1);
  });

  test('who approves and declines at the same moment does one of them', async () => {
    const { orderId, requestId } = await askedFor();
    const answers = await Promise.all([
      answer(requestId, 'approval', { amountMinor: 10_000 }),
      answer(requestId, 'refusal', { reason: 'No' }),
    ]);
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409]);
    const [row] = await requestsOf(orderId);
    const refunds = await shop.rows('select id from refunds where order_id = $1', [orderId]);
    expect(refunds).toHaveLength(row?.status === 'approved' ? 1 : 0);
    await expectInvariants(shop);
  });

  test('answers the request by refunding the order as ever', async () => {
    const { orderId } = await askedFor();
    const where = `/seller/orders/${orderId}/refunds`;
    const refunded = await shop.send('POST', where, seller, { amountMinor: 10_000 }, newId());
    expect(refunded.body).toMatchObject({ status: 'refunded', refundRequest: { status: 'approved' } });
  });

  test('approves no more than was paid, and the request stays open then', async () => {
    const { orderId, requestId } = await askedFor();
    expect((await answer(requestId, 'approval', { amountMinor: 10_001 })).body).toMatchObject({
      code: 'order_not_refundable',
      refundableMinor: 10_000,
    });
    for (const amountMinor of [0, -1, 1.5, '100']) {
      expect((await answer(requestId, 'approval', { amountMinor })).status).toBe(422);
    }
    expect((await answer(requestId, 'refusal', { reason: '' })).status).toBe(422);
    expect(await requestsOf(orderId)).toEqual([{ status: 'open' }]);
  });

  test('answers requests of the own shop alone', async () => {
    const { orderId, requestId } = await askedFor();
    const other = await shop.seller();
    for (const id of [requestId, newId(), 'no-id']) {
      expect((await answer(id, 'approval', { amountMinor: 1 }, { by: other })).status).toBe(404);
      expect((await answer(id, 'refusal', { reason: 'No' }, { by: other })).status).toBe(404);
    }
    const asBuyer = await answer(requestId, 'approval', { amountMinor: 1 }, { by: buyer });
    expect(asBuyer.body).toMatchObject({ status: 403, code: 'not_a_seller' });
    expect(await requestsOf(orderId)).toEqual([{ status: 'open' }]);
  });
});
