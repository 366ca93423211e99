import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';
import { HeldWebhooks, postWebhook, sign as signWebhook } from './webhooks-by-hand.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

const sign = (payload: string) => signWebhook(shop, payload);
const event = (type: string, object: object, more: object = {}) =>
  JSON.stringify({
    id: `evt_${newId().replaceAll('-', '')}`,
    object: 'event',
    livemode: false,
    type,
    data: { object },
    ...more,
  });
const post = (body: string, signature: string) => postWebhook(shop, body, signature);
const intentObject = (placed: Awaited<ReturnType<Shop['placed']>>, changes: object = {}) => ({
  id: placed.payment.paymentIntentId,
  object: 'payment_intent',
  amount: placed.order.total.amountMinor,
  currency: 'inr',
  metadata: { order_id: placed.order.id },
  status: 'succeeded',
  ...changes,
});

const paymentsUnder = (key: string) =>
  shop.rows(
    'select payment_intent_id from payments join orders on id = order_id where idempotency_key = $1',
    [key],
  );

describe('what Stripe posts', () => {
  test('fifty copies at once, shuffled, commit one sale and announce it once', async () => {
    const item = await shop.product(seller, 3);
    const placed = await shop.placed(buyer, item);
    shop.stripe.control.setWebhookFaults({ duplicates: 49, parallel: true, shuffleMs: 30 });
    await shop.pay(placed);
    await shop.until(placed.order.id, 'paid');
    await shop.quiet();
    shop.stripe.control.clearFaults();
    expect(shop.heardOf('order.paid', placed.order.id)).toBe(1);
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 0 });
    await expectInvariants(shop);
  });

  test('an event that is applied before our own answer arrives finds its order', async () => {
    const item = await shop.product(seller, 3);
    const key = newId();
    await using held = await HeldWebhooks.of(shop);
    const knownEarly: unknown[] = [];
    held.whenHeld = async (event) => {
      if (event.type !== 'payment_intent.created') return;
      await held.deliver(event);
      await shop.quiet();
      knownEarly.push(...(await paymentsUnder(key)));
    };
    const placed = await shop.placed(buyer, item, { key });
    const { paymentIntentId } = placed.payment;
    expect(knownEarly).toEqual([{ payment_intent_id: paymentIntentId }]);
    expect(await paymentsUnder(key)).toEqual(knownEarly);
    expect((await shop.order(buyer, item, { key })).body).toEqual(placed);
    await shop.pay(placed);
    for (const event of held.about(paymentIntentId)) await held.deliver(event);
    await shop.until(placed.order.id, 'paid');
    await shop.quiet();
    expect(shop.heardOf('order.paid', placed.order.id)).toBe(1);
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 0 });
    await expectInvariants(shop);
  });

  test('an old event after the newest one changes nothing', async () => {
    const item = await shop.product(seller, 3);
    const placed = await shop.paid(buyer, item);
    for (const type of [
      'payment_intent.processing',
      'payment_intent.payment_failed',
      'payment_intent.canceled',
    ]) {
      const body = event(type, intentObject(placed, { status: 'requires_payment_method' }));
      expect((await post(body, sign(body))).status).toBe(200);
    }
    await shop.quiet();
    expect(await shop.status(placed.order.id)).toBe('paid');
    expect(shop.heardOf('order.paid', placed.order.id)).toBe(1);
    await expectInvariants(shop);
  });

  test('an event that claims money which the provider does not have pays nothing', async () => {
    const placed = await shop.placed(buyer, await shop.product(seller, 3));
    const body = event('payment_intent.succeeded', intentObject(placed));
    expect((await post(body, sign(body))).status).toBe(200);
    await shop.quiet();
    expect(await shop.status(placed.order.id)).toBe('pending');
  });

  test.each([
    ['another amount', { amount: 1 }],
    ['another currency', { currency: 'usd' }],
    ['another order', { metadata: { order_id: newId() } }],
  ])('an event with %s is quarantined, told, and changes nothing', async (_, changes) => {
    const placed = await shop.placed(buyer, await shop.product(seller, 3));
    const body = event('payment_intent.succeeded', intentObject(placed, changes));
    const told = shop.log.errors.length;
    expect((await post(body, sign(body))).status).toBe(200);
    await shop.quiet();
    const [stored] = await shop.rows<{ quarantined_because: string }>(
      'select quarantined_because from payment_events where payload = $1::jsonb',
      [body],
    );
    expect(stored?.quarantined_because).toContain(placed.order.id);
    expect(shop.log.errors.length).toBeGreaterThan(told);
    expect(await shop.status(placed.order.id)).toBe('pending');
  });

  test('events of unknown types, other API versions and strangers’ payments are stored and left alone', async () => {
    for (const body of [
      event('customer.created', { id: 'cus_1' }),
      event('payment_intent.created', { id: 'pi_stranger', amount: 1, currency: 'usd', metadata: {} }),
      event('customer.updated', { id: 'cus_1' }, { api_version: '2019-01-01' }),
    ]) {
      expect((await post(body, sign(body))).status).toBe(200);
      await expect
        .poll(async () => {
          const rows = await shop.rows(
            'select from payment_events where payload = $1::jsonb and processed_at is not null',
            [body],
          );
          return rows.length;
        })
        .toBe(1);
    }
  });

  test('an event for an order that is not there yet is stored and tried again', async () => {
    const orderId = newId();
    const body = event('payment_intent.succeeded', {
      id: 'pi_early',
      amount: 1,
      currency: 'inr',
      metadata: { order_id: orderId },
    });
    expect((await post(body, sign(body))).status).toBe(200);
    await expect
      .poll(async () => {
        const rows = await shop.rows<{ attempts: number }>(
          `select attempts from graphile_worker.jobs where task_identifier = 'payments:apply-event' and attempts > 0`,
        );
        return rows.length;
      })
      .toBe(1);
    const [stored] = await shop.rows('select processed_at from payment_events where payload = $1::jsonb', [
      body,
    ]);
    expect(stored).toEqual({ processed_at: null });
  });
});

describe('the payment of an order', () => {
  test('that a webhook writes down at the very moment at which we do costs nobody the order', async () => {
    const item = await shop.product(seller, 1);
    const payments = shop.app.get<PaymentProvider>(PaymentProvider);
    const client = await shop.database.pool.connect();
    const create = payments.create.bind(payments);
    const spy = vi.spyOn(payments, 'create');
    spy.mockImplementationOnce(async (request) => {
      const made = await create(request);
      await client.query('begin');
      await client.query(
        `insert into payments (order_id, provider, payment_intent_id, status, amount_minor, currency)
         values ($1, 'stripe', $2, 'open', $3, 'inr')`,
        [request.orderId, made.id, made.amountMinor],
      );
      return made;
    });
    shop.stripe.control.setWebhookFaults({ drop: true });
    const order = shop.order(buyer, item);
    await shop.lockWaitOf('new_payments');
    await client.query('commit');
    client.release();
    spy.mockRestore();
    shop.stripe.control.clearFaults();
    const placed = await order;
    expect(placed.status, placed.text).toBe(201);
    expect(await shop.rows('select from payments where order_id = $1', [placed.body.order.id])).toHaveLength(
      1,
    );
    await expectInvariants(shop);
  });
});

describe('what somebody else posts', () => {
  test('while a secret is rotated, one good signature of two is enough', async () => {
    const payload = event('customer.created', { id: 'cus_2' });
    const signature = sign(payload).replace(',v1=', ',v1=deadbeef,v1=');
    expect((await post(payload, signature)).status).toBe(200);
  });
});
