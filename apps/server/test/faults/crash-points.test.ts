import { type OrderStatus, PlacedOrder } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/platform/crash-points.ts';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import type { KillableServer } from './killable-server.ts';
import { KillableShop, priceMinor } from './killable-shop.ts';
import { expectLedgerAtRest } from './ledger.ts';

interface Intent {
  id: string;
  status: string;
  metadata: { order_id?: string };
}

let shop: KillableShop;
let server: KillableServer;

beforeAll(async () => {
  shop = await KillableShop.open(50);
  ({ server } = shop);
});
afterEach(async () => {
  await expectLedgerAtRest(server.database, server.stripe);
  await server.stop();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

async function startAgain(point?: CrashPoint): Promise<void> {
  await shop.startAgain(point);
  // What it tells first is what it could not tell the process before.
  if (point !== 'webhook_stored') server.hearStripe();
}

const place = async (key: string = newId()): Promise<PlacedOrder> =>
  PlacedOrder.parse(
    await shop.buyer.api.call('placeOrder', {
      body: { items: [{ variantId: shop.variantId, quantity: 1, expectedUnitPriceMinor: priceMinor }] },
      idempotencyKey: key,
    }),
  );

async function pay({ payment }: PlacedOrder): Promise<void> {
  const answer = await fetch(`${server.stripe.url}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: 'pm_card_visa',
    }),
  });
  expect(answer.status).toBe(200);
}

const becomes = (orderId: string, status: OrderStatus) =>
  eventually(
    `the order to be ${status}`,
    async () => (await shop.buyer.api.call('getOrder', { params: { id: orderId } })).status === status,
    60_000,
  );

async function paidOrder(): Promise<PlacedOrder> {
  const placed = await place();
  await pay(placed);
  await becomes(placed.order.id, 'paid');
  return placed;
}

/** What was placed under a key, asked of the database because nobody was answered. */
async function orderOf(key: string): Promise<string> {
  const { rows } = await server.database.query<{ id: string }>(
    'select id from orders where idempotency_key = $1',
    [key],
  );
  expect(rows).toHaveLength(1);
  return rows[0]?.id ?? '';
}

async function intentsOf(orderId: string): Promise<Intent[]> {
  const { data } = await server.askStripe<{ data: Intent[] }>('payment_intents?limit=100');
  return data.filter((intent) => intent.metadata.order_id === orderId);
}

/** How often an order's units left the shelf, and how many of them it holds. */
async function stockOf(orderId: string): Promise<{ sales: number; held: number }> {
  const { rows } = await server.database.query<{ sales: number; held: number }>(
    `select (select count(*)::int from stock_movements where order_id = $1 and kind = 'sale') as sales,
            (select count(*)::int from order_items where order_id = $1 and reservation = 'active') as held`,
    [orderId],
  );
  return rows[0] ?? { sales: -1, held: -1 };
}

describe('placing an order', () => {
  for (const point of ['order_committed', 'payment_made'] as const) {
    test(`after ${point}, the same key goes on with the same order and the same payment`, async () => {
      await startAgain(point);
      const key = newId();
      await server.diesDuring(() => place(key));
      const orderId = await orderOf(key);

      await startAgain();
      await server.letTimePass(60);
      const placed = await place(key);
      expect(placed.order).toMatchObject({ id: orderId, status: 'pending' });
      expect((await place(key)).payment.paymentIntentId).toBe(placed.payment.paymentIntentId);
      await pay(placed);
      await becomes(orderId, 'paid');
      expect(await intentsOf(orderId)).toMatchObject([{ status: 'succeeded' }]);
      expect(await stockOf(orderId)).toEqual({ sales: 1, held: 0 });
    });
  }

  test('after order_committed, an order that nobody comes back for expires and gives its unit back', async () => {
    await startAgain('order_committed');
    const key = newId();
    await server.diesDuring(() => place(key));
    const orderId = await orderOf(key);

    await startAgain();
    await server.letTimePass(3600);
    await becomes(orderId, 'expired');
    expect(await intentsOf(orderId)).toEqual([]);
    expect(await stockOf(orderId)).toEqual({ sales: 0, held: 0 });
  });
});

describe('paying', () => {
  for (const point of ['webhook_stored', 'order_settled'] as const) {
    test(`after ${point}, the order is paid once although Stripe tells it again`, async () => {
      await startAgain(point);
      const placed = await place();
      await pay(placed);
      server.hearStripe();
      await server.died();

      await startAgain();
      await becomes(placed.order.id, 'paid');
      await eventually('Stripe to be answered', () => isEveryEventDone(), 30_000);
      expect(await stockOf(placed.order.id)).toEqual({ sales: 1, held: 0 });
    });
  }
});

async function isEveryEventDone(): Promise<boolean> {
  const { rows } = await server.database.query<{ open: number }>(
    'select count(*)::int as open from payment_events where processed_at is null',
  );
  return rows[0]?.open === 0;
}

describe('cancelling', () => {
  for (const point of ['cancel_decided', 'payment_canceled'] as const) {
    test(`after ${point}, the payment is cancelled, then the unit goes back on the shelf`, async () => {
      await startAgain(point);
      const { order } = await place();
      const key = newId();
      const cancel = () =>
        shop.buyer.api.call('cancelOrder', { params: { id: order.id }, idempotencyKey: key });
      await server.diesDuring(cancel);

      await startAgain();
      await server.letTimePass(60);
      await becomes(order.id, 'canceled');
      expect(await cancel()).toMatchObject({ id: order.id, status: 'canceled' });
      expect(await intentsOf(order.id)).toMatchObject([{ status: 'canceled' }]);
      expect(await stockOf(order.id)).toEqual({ sales: 0, held: 0 });
    });
  }
});

test('after refund_made, the money goes back once, also when the seller asks again with the same key', async () => {
  await startAgain('refund_made');
  const { order, payment } = await paidOrder();
  const key = newId();
  const refund = () =>
    shop.seller.api.call('refundOrder', {
      params: { id: order.id },
      body: { amountMinor: priceMinor },
      idempotencyKey: key,
    });
  await server.diesDuring(refund);

  await startAgain();
  await server.letTimePass(180);
  await becomes(order.id, 'refunded');
  expect(await refund()).toMatchObject({ id: order.id, status: 'refunded' });
  const { data } = await server.askStripe<{ data: { amount: number }[] }>(
    `refunds?payment_intent=${payment.paymentIntentId}`,
  );
  expect(data).toMatchObject([{ amount: priceMinor }]);
});
