import type { PlacedOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { letKeysAge, type Person, type SellerPerson, type Shop, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

const cancel = (person: Person, orderId: string, key = newId()) =>
  shop.send<{ status: unknown; code?: string }>('POST', `/orders/${orderId}/cancel`, person, undefined, key);
const sweep = () => shop.get(OrderClosing).sweep();
/** The PaymentIntent that the provider has for an order, with its client secret. */
async function intentOf(orderId: string): Promise<{ id: string; client_secret: string; status: string }> {
  const response = await fetch(`${shop.stripe.url}/v1/payment_intents?limit=100`, {
    headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
  });
  const { data } = (await response.json()) as {
    data: { id: string; client_secret: string; status: string; metadata: { order_id?: string } }[];
  };
  const intents = data.filter((intent) => intent.metadata.order_id === orderId);
  expect(intents).toHaveLength(1);
  const [intent] = intents;
  if (!intent) throw new Error(`no payment for ${orderId}`);
  return intent;
}
/** An order whose payment exists at the provider, of which we never heard: the answer and the webhook were lost. */
async function orderWithLostPayment(item: Awaited<ReturnType<Shop['product']>>, key = newId()) {
  const path = '/v1/payment_intents';
  shop.stripe.control.setWebhookFaults({ drop: true });
  shop.stripe.control.failRequests({ kind: 'reset', after: 'commit' }, { method: 'POST', path });
  shop.stripe.control.failRequests({ kind: 'rate_limit' }, { method: 'POST', path, times: 9 });
  const answer = await shop.order(buyer, item, { key });
  shop.stripe.control.clearFaults();
  expect(answer.body).toMatchObject({ status: 503, code: 'payment_unavailable' });
  const [order] = await shop.rows<{ id: string }>('select id from orders where idempotency_key = $1', [key]);
  if (!order) throw new Error('the order is gone');
  const { id, client_secret } = await intentOf(order.id);
  const payment = {
    provider: 'local',
    paymentIntentId: id,
    clientSecret: client_secret,
    publishableKey: shop.stripe.publishableKey,
  } as const;
  return { orderId: order.id, payment };
}

async function secondsLeft(orderId: string): Promise<number> {
  const [row] = await shop.rows<{ left: number }>(
    'select extract(epoch from hold_expires_at - now())::float8 as left from orders where id = $1',
    [orderId],
  );
  return row?.left ?? 0;
}

const lastFor = (orderId: string, interval: string) =>
  shop.rows('update orders set hold_expires_at = now() + $2::interval where id = $1', [orderId, interval]);

async function isAsked(orderId: string): Promise<boolean> {
  const rows = await shop.rows(
    'select from payments where order_id = $1 and awaits_buyer_since is not null',
    [orderId],
  );
  return rows.length === 1;
}

describe('the buyer', () => {
  test('keeps the hold when the card is declined, and pays with another one', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    expect(await shop.pay(placed, 'pm_card_chargeDeclined')).toBe('card_declined');
    await shop.quiet();
    expect(await shop.status(placed.order.id)).toBe('pending');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    expect(await shop.pay(placed)).toBe('succeeded');
    await shop.until(placed.order.id, 'paid');
    await expectInvariants(shop);
  });

  test('who left the checkout finds the way back to the same payment, and nobody else does', async () => {
    const item = await shop.product(seller, 2);
    const placed = await shop.placed(buyer, item);
    const { id } = placed.order;
    const open = (by: Person) => shop.send<PlacedOrder['payment']>('GET', `/orders/${id}/payment`, by);
    const found = await open(buyer);
    expect(found.body).toEqual(placed.payment);
    shop.stripe.control.forgetKeys();
    expect((await open(buyer)).body, 'a day later').toEqual(placed.payment);
    await intentOf(id);
    for (const other of [seller, await shop.buyer()]) expect((await open(other)).status).toBe(404);
    expect(await shop.pay({ payment: found.body })).toBe('succeeded');
    await shop.until(id, 'paid');
    expect((await open(buyer)).body).toMatchObject({ code: 'conflict', orderStatus: 'paid' });
  });

  test('who pays by a slow method keeps the hold beyond its time', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    expect(await shop.pay(placed, 'pm_upi_delayed')).toBe('processing');
    await shop.until(placed.order.id, 'processing');
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(placed.order.id)).toBe('processing');
    shop.stripe.control.settle(placed.payment.paymentIntentId, 'succeeded');
    await shop.until(placed.order.id, 'paid');
    await expectInvariants(shop);
  });

  test('who is asked by the bank keeps the hold while answering, five minutes for each question', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    const { id } = placed.order;
    await lastFor(id, '30 seconds');
    expect(await shop.pay(placed, 'pm_card_threeDSecure2Required')).toBe('requires_action');
    await waitFor(async () => (await secondsLeft(id)) > 200);
    expect(await secondsLeft(id)).toBeLessThanOrEqual(300);
    await shop.quiet();
    expect(shop.heardOf('order.prolonged', id)).toBe(1);

    await lastFor(id, '30 seconds');
    await shop.rows(
      `update payments set awaits_buyer_since = awaits_buyer_since - interval '5 minutes' where order_id = $1`,
      [id],
    );
    await shop.get(Reconciler).reconcile(0);
    await shop.quiet();
    expect(await secondsLeft(id)).toBeLessThan(30);

    shop.stripe.control.answerChallenge(placed.payment.paymentIntentId, false);
    await waitFor(async () => !(await isAsked(id)));
    await shop.pay(placed, 'pm_card_threeDSecure2Required');
    await waitFor(async () => (await secondsLeft(id)) > 200);
    shop.stripe.control.answerChallenge(placed.payment.paymentIntentId, true);
    await shop.until(id, 'paid');
    await expectInvariants(shop);
  });

  test('cannot hold a unit beyond an hour by being asked again and again', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    const { id } = placed.order;
    await shop.rows(`update orders set created_at = created_at - interval '1 hour' where id = $1`, [id]);
    await lastFor(id, '30 seconds');
    await shop.pay(placed, 'pm_card_threeDSecure2Required');
    await waitFor(() => isAsked(id));
    await shop.quiet();
    expect(await secondsLeft(id)).toBeLessThan(30);
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(id)).toBe('expired');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    expect(await shop.pay(placed)).toBe('payment_intent_unexpected_state');
    await expectInvariants(shop);
  });

  test('gets two more minutes when the bank says no at the end', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    await shop.pay(placed, 'pm_upi_delayedFails');
    await shop.until(placed.order.id, 'processing');
    shop.stripe.control.settle(placed.payment.paymentIntentId, 'failed');
    await shop.until(placed.order.id, 'pending');
    expect(await secondsLeft(placed.order.id)).toBeGreaterThan(110);
    await sweep();
    expect(await shop.status(placed.order.id)).toBe('pending');
  });

  test('cancels an unpaid order: its payment can never succeed, and the unit is back', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    const key = newId();
    const answer = await cancel(buyer, placed.order.id, key);
    expect(answer.body).toMatchObject({ id: placed.order.id, status: 'canceled', holdExpiresAt: null });
    expect((await cancel(buyer, placed.order.id, key)).text).toBe(answer.text);
    expect(await shop.pay(placed)).toBe('payment_intent_unexpected_state');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await shop.quiet();
    expect(shop.heardOf('order.closed', placed.order.id)).toBe(1);
    await expectInvariants(shop);
  });

  test('who could not cancel is told the same under the same key after a day, as long as the bank thinks', async () => {
    const placed = await shop.placed(buyer, await shop.product(seller, 1));
    await shop.pay(placed, 'pm_upi_delayed');
    await shop.until(placed.order.id, 'processing');
    const key = newId();
    const refusal = await cancel(buyer, placed.order.id, key);
    expect(refusal.body.code).toBe('order_not_cancelable');
    await letKeysAge(shop);
    shop.stripe.control.settle(placed.payment.paymentIntentId, 'failed');
    await shop.until(placed.order.id, 'pending');
    expect((await cancel(buyer, placed.order.id, key)).text).toBe(refusal.text);
    await cancel(buyer, placed.order.id);
    await letKeysAge(shop);
    expect(await shop.rows('select from idempotency_keys where key = $1', [key])).toEqual([]);
  });

  test('cannot cancel what is paid, nor what is somebody else’s', async () => {
    const item = await shop.product(seller, 2);
    const placed = await shop.paid(buyer, item);
    const answer = await cancel(buyer, placed.order.id);
    expect(answer.body).toMatchObject({ code: 'order_not_cancelable' });
    const other = await shop.buyer();
    expect((await cancel(other, placed.order.id)).body).toMatchObject({ status: 404 });
    expect((await shop.send('GET', `/orders/${placed.order.id}`, other)).status).toBe(404);
    expect((await shop.send('GET', `/orders/${placed.order.id}`, buyer)).body).toMatchObject({
      status: 'paid',
    });
  });

  test('who pays while the webhook is lost is found by asking', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    shop.stripe.control.setWebhookFaults({ drop: true });
    await shop.pay(placed);
    shop.stripe.control.clearFaults();
    await shop.get(Reconciler).reconcile(0);
    await shop.until(placed.order.id, 'paid');
    await expectInvariants(shop);
  });
});

describe('time is up', () => {
  test('the payment is cancelled first and the unit is free afterwards', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(placed.order.id)).toBe('expired');
    expect((await intentOf(placed.order.id)).status).toBe('canceled');
    expect(await shop.pay(placed)).toBe('payment_intent_unexpected_state');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });

  test('a buyer who was faster than the clock gets the order, although nobody heard of the money yet', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    shop.stripe.control.setWebhookFaults({ drop: true });
    await shop.pay(placed);
    await shop.letHoldsEnd();
    await sweep();
    shop.stripe.control.clearFaults();
    expect(await shop.status(placed.order.id)).toBe('paid');
    await shop.quiet();
    expect(shop.heardOf('order.paid', placed.order.id)).toBe(1);
    await expectInvariants(shop);
  });

  test('while the provider is down the hold stays, and closing goes on when it is back', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    shop.stripe.control.failRequests(
      { kind: 'bad_gateway', after: 'nothing' },
      { path: '/cancel', times: 3 },
    );
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(placed.order.id)).toBe('closing');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    await shop.database.pool.query(`update orders set closing_checked_at = now() - interval '1 minute'`);
    await sweep();
    expect(await shop.status(placed.order.id)).toBe('expired');
    await expectInvariants(shop);
  });

  test('paying and expiring at the same moment ends in one of the two, never in both', async () => {
    const item = await shop.product(seller, 12);
    const orders = await Promise.all(Array.from({ length: 12 }, () => shop.placed(buyer, item)));
    await shop.letHoldsEnd();
    const [payments] = await Promise.all([
      Promise.all(orders.map((placed) => shop.pay(placed))),
      sweep(),
      sweep(),
    ]);
    for (const [index, placed] of orders.entries()) {
      await shop.until(placed.order.id, payments[index] === 'succeeded' ? 'paid' : 'expired');
    }
    const soldCount = payments.filter((payment) => payment === 'succeeded').length;
    expect(await shop.stockOf(item)).toEqual({ onHand: 12 - soldCount, reserved: 0 });
    await expectInvariants(shop);
  });
});

describe('an answer that was lost', () => {
  test('payments down: 503 with the hold kept, and the same key goes on with the same order', async () => {
    const item = await shop.product(seller, 3);
    const key = newId();
    const lost = await orderWithLostPayment(item, key);
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 1 });
    const again = await shop.order(buyer, item, { key });
    expect(again.status).toBe(201);
    expect(again.body.order.id).toBe(lost.orderId);
    expect(again.body.payment.paymentIntentId).toBe(lost.payment.paymentIntentId);
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 1 });
    await shop.pay(again.body);
    await shop.until(lost.orderId, 'paid');
  });

  test('a crash in the middle of a request leaves its key to be taken over, but not before half a minute', async () => {
    const item = await shop.product(seller, 3);
    const key = newId();
    const lost = await orderWithLostPayment(item, key);
    const lock = (seconds: number) =>
      shop.database.pool.query(
        'update orders set checkout_locked_until = now() + make_interval(secs => $2) where idempotency_key = $1',
        [key, seconds],
      );
    await lock(20);
    expect((await shop.order(buyer, item, { key })).body).toMatchObject({ code: 'idempotency_in_progress' });
    await lock(-1);
    const takers = await Promise.all([shop.order(buyer, item, { key }), shop.order(buyer, item, { key })]);
    expect(takers.filter((answer) => answer.status === 201).length).toBeGreaterThan(0);
    for (const answer of takers) if (answer.status === 201) expect(answer.body.order.id).toBe(lost.orderId);
  });

  test('money for a payment that we never wrote down still reaches its order', async () => {
    const item = await shop.product(seller, 1);
    const lost = await orderWithLostPayment(item);
    await shop.pay(lost);
    await shop.until(lost.orderId, 'paid');
    await expectInvariants(shop);
  });

  test('money that comes after the hold is gone buys the unit if it is still there', async () => {
    const item = await shop.product(seller, 1);
    const lost = await orderWithLostPayment(item);
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(lost.orderId)).toBe('expired');
    await shop.pay(lost);
    await shop.until(lost.orderId, 'paid');
    expect(await shop.stockOf(item)).toEqual({ onHand: 0, reserved: 0 });
    await expectInvariants(shop);
  });

  test('money that comes when everything is sold goes back, once', async () => {
    const item = await shop.product(seller, 1);
    const lost = await orderWithLostPayment(item);
    await shop.letHoldsEnd();
    await sweep();
    await waitFor(async () => (await shop.order(await shop.buyer(), item)).status === 201);
    await shop.pay(lost);
    await shop.until(lost.orderId, 'refunded');
    await shop.quiet();
    const refunds = await shop.rows('select amount_minor, status, reason from refunds where order_id = $1', [
      lost.orderId,
    ]);
    expect(refunds).toEqual([{ amount_minor: item.priceMinor, status: 'succeeded', reason: 'late_payment' }]);
    expect(shop.heardOf('order.refunded', lost.orderId)).toBe(1);
    expect(shop.heardOf('order.paid', lost.orderId)).toBe(0);
    await expectInvariants(shop);
  });

  test('and that the bank does not give back waits for its seller: all of it, nothing on the shelf, no parcel', async () => {
    const item = await shop.product(seller, 1);
    const lost = await orderWithLostPayment(item);
    const where = `/seller/orders/${lost.orderId}`;
    const refund = (amountMinor: number, restock = false) =>
      shop.send('POST', `${where}/refunds`, seller, { amountMinor, restock }, newId());
    await shop.send('POST', `/orders/${lost.orderId}/cancel`, buyer, undefined, newId());
    await shop.pay(lost, 'pm_card_refundFail');
    await shop.until(lost.orderId, 'refunded');
    const [made] = await shop.rows<{ id: string }>(
      'select provider_refund_id as id from refunds where order_id = $1',
      [lost.orderId],
    );
    shop.stripe.control.settle(made?.id ?? '', 'failed');
    await shop.until(lost.orderId, 'refund_pending');

    expect((await refund(item.priceMinor, true)).body).toMatchObject({ code: 'conflict' });
    expect((await refund(item.priceMinor - 1)).body).toMatchObject({
      code: 'order_not_refundable',
      refundableMinor: item.priceMinor,
    });
    expect((await refund(item.priceMinor)).body).toMatchObject({ status: 'refunded', paidAt: null });
    const [ship, deliver] = await Promise.all(
      ['fulfilments', 'deliveries'].map((what) => shop.send('POST', `${where}/${what}`, seller, {})),
    );
    expect([ship?.status, deliver?.status]).toEqual([409, 409]);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });

  test('a payment that nobody can use any more is found and cancelled', async () => {
    const item = await shop.product(seller, 1);
    const lost = await orderWithLostPayment(item);
    await shop.letHoldsEnd();
    await sweep();
    await shop.get(Reconciler).reconcile();
    await sweep();
    expect((await intentOf(lost.orderId)).status).toBe('canceled');
    expect(await shop.status(lost.orderId)).toBe('expired');
  });
});
