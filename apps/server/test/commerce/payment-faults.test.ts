import type { SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

interface Scene {
  shop: Shop;
  seller: SellerPerson;
  buyer: Person;
}
async function scene(): Promise<Scene> {
  const shop = await startShop({ paymentTimeoutMs: 1000 });
  return { shop, seller: await shop.seller(), buyer: await shop.buyer() };
}

/** A shop for each kind of request, so that they meet the same fault at the same time. */
let ordering: Scene;
let cancelling: Scene;
let refunding: Scene;
beforeAll(async () => {
  [ordering, cancelling, refunding] = await Promise.all([scene(), scene(), scene()]);
});
afterAll(() => Promise.all([ordering, cancelling, refunding].map((one) => one?.shop[Symbol.asyncDispose]())));

type Fault = Parameters<Shop['stripe']['control']['failRequests']>[0];
const isDone = (fault: Fault) => 'after' in fault && fault.after === 'commit';
/**
 * Every try of one request fails, and no event tells of what it did. What was done under its key would be answered
 * again, so that is refused.
 */
function failing({ control }: Shop['stripe'], fault: Fault, path: string) {
  control.setWebhookFaults({ drop: true });
  control.failRequests(fault, { method: 'POST', path, times: isDone(fault) ? 1 : 9 });
  if (isDone(fault)) control.failRequests({ kind: 'rate_limit' }, { method: 'POST', path, times: 9 });
}

async function listed<T>({ shop }: Scene, path: string): Promise<T[]> {
  const response = await fetch(`${shop.stripe.url}${path}`, {
    headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
  });
  return ((await response.json()) as { data: T[] }).data;
}
async function intentsOf(at: Scene, orderId: string) {
  const intents = await listed<{ id: string; status: string; metadata: { order_id?: string } }>(
    at,
    '/v1/payment_intents?limit=100',
  );
  return intents
    .filter(({ metadata }) => metadata.order_id === orderId)
    .map(({ id, status }) => ({ id, status }));
}

const unavailable = { status: 503, code: 'payment_unavailable', retryAfterMs: expect.any(Number) };

describe.each<[string, Fault]>([
  ['does nothing and never answers', { kind: 'timeout', after: 'nothing' }],
  ['does it and never answers', { kind: 'timeout', after: 'commit' }],
  ['does nothing and stops in the middle of its answer', { kind: 'stalled_body', after: 'nothing' }],
  ['does it and stops in the middle of its answer', { kind: 'stalled_body', after: 'commit' }],
  ['does nothing and cuts the connection', { kind: 'reset', after: 'nothing' }],
  ['does it and cuts the connection', { kind: 'reset', after: 'commit' }],
  ['does nothing and answers with a page of HTML', { kind: 'bad_gateway', after: 'nothing' }],
  ['does it and answers with a page of HTML', { kind: 'bad_gateway', after: 'commit' }],
  ['is still at work on the same key', { kind: 'conflict' }],
  ['is asked too often', { kind: 'rate_limit' }],
])('while the provider %s', (_, fault) => {
  test.concurrent('an order waits for its key, which ends in one payment and one hold', async () => {
    const { shop, seller, buyer } = ordering;
    const item = await shop.product(seller, 1);
    const key = newId();
    failing(shop.stripe, fault, '/v1/payment_intents');
    const refused = await shop.order(buyer, item, { key });
    shop.stripe.control.clearFaults();
    expect(refused.body).toMatchObject(unavailable);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    const { order, payment } = await shop.placed(buyer, item, { key });
    expect(await intentsOf(ordering, order.id)).toEqual([
      { id: payment.paymentIntentId, status: 'requires_payment_method' },
    ]);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    await shop.send('POST', `/orders/${order.id}/cancel`, buyer, undefined, newId());
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });

  test.concurrent('a cancellation keeps the hold until its key has ended the payment', async () => {
    const { shop, seller, buyer } = cancelling;
    shop.stripe.control.setWebhookFaults({ drop: true });
    const item = await shop.product(seller, 1);
    const { order, payment } = await shop.placed(buyer, item);
    const key = newId();
    const cancel = () => shop.send('POST', `/orders/${order.id}/cancel`, buyer, undefined, key);
    failing(shop.stripe, fault, `${payment.paymentIntentId}/cancel`);
    const refused = await cancel();
    expect(refused.body).toMatchObject(unavailable);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    shop.stripe.control.clearFaults();
    expect((await cancel()).body).toMatchObject({ id: order.id, status: 'canceled' });
    expect(await intentsOf(cancelling, order.id)).toEqual([
      { id: payment.paymentIntentId, status: 'canceled' },
    ]);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });

  test.concurrent('a refund is taken on, and its key and everybody else end in one', async () => {
    const { shop, seller, buyer } = refunding;
    const item = await shop.product(seller, 1);
    const { order, payment } = await shop.paid(buyer, item);
    await shop.quiet();
    const key = newId();
    const refund = () =>
      shop.send<SellerOrder>(
        'POST',
        `/seller/orders/${order.id}/refunds`,
        seller,
        { amountMinor: item.priceMinor, restock: true },
        key,
      );
    failing(shop.stripe, fault, '/v1/refunds');
    const first = await refund();
    expect(first.status, first.text).toBe(200);
    // Whoever submits it at the same time finds a refund that was made.
    expect(isDone(fault) ? ['refund_pending', 'refunded'] : ['refund_pending']).toContain(first.body.status);
    shop.stripe.control.clearFaults();
    await Promise.all([refund(), refund(), shop.get(Reconciler).reconcile(0)]);
    await shop.until(order.id, 'refunded');
    expect((await refund()).text).toBe(first.text);
    expect(await listed(refunding, `/v1/refunds?payment_intent=${payment.paymentIntentId}`)).toMatchObject([
      { amount: item.priceMinor, status: 'succeeded' },
    ]);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });
});
