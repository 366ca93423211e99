import { afterAll, beforeAll, expect, test } from 'vitest';
import { Disputes } from '../../src/payments/disputes.ts';
import { PaymentProviders } from '../../src/payments/payment-provider.ts';
import { PaymentsService } from '../../src/payments/payments.service.ts';
import { PaymentsStore } from '../../src/payments/payments.store.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { Clock } from '../../src/platform/clock.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000, withJobs: false });
  shop.stripe.control.setWebhookFaults({ drop: true });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** Orders whose money came three minutes ago, unheard of. */
async function paidUnheardOf(backlog: number): Promise<string[]> {
  const item = await shop.product(seller, backlog);
  const orderIds = await Promise.all(
    Array.from({ length: backlog }, async () => {
      const placed = await shop.placed(buyer, item);
      await shop.pay(placed);
      return placed.order.id;
    }),
  );
  await shop.rows(
    `update payments set observed_at = observed_at - interval '3 minutes' where order_id = any($1)`,
    [orderIds],
  );
  return orderIds;
}

async function count(condition: string, orderIds: string[]): Promise<number> {
  const rows = await shop.rows(`select from payments where order_id = any($1) and ${condition}`, [orderIds]);
  return rows.length;
}
const heardOf = (orderIds: string[]) => count(`status = 'succeeded'`, orderIds);
const notAskedAbout = (orderIds: string[]) => count(`observed_at < now() - interval '2 minutes'`, orderIds);

test('without any webhook one turn finds everybody who has paid, however many', async () => {
  const orderIds = await paidUnheardOf(60);
  await shop.get(Reconciler).reconcile();
  expect(await heardOf(orderIds)).toBe(60);
});

test('a turn does not ask on while the provider is away', async () => {
  const orderIds = await paidUnheardOf(24);
  shop.stripe.control.failRequests({ kind: 'rate_limit' }, { path: '/v1/payment_intents', times: 1000 });
  await shop.get(Reconciler).reconcile();
  shop.stripe.control.clearFaults();
  shop.stripe.control.setWebhookFaults({ drop: true });
  expect(await heardOf(orderIds)).toBe(0);
  expect(await notAskedAbout(orderIds)).toBeGreaterThan(0);
  await shop.get(Reconciler).reconcile(0);
  expect(await heardOf(orderIds)).toBe(24);
});

test('a turn ends when its time is over, and the next one goes on', async () => {
  const orderIds = await paidUnheardOf(24);
  let nowMs = 0;
  class HurriedClock extends Clock {
    now = () => new Date();
    monotonicMs = () => {
      nowMs += 15_000;
      return nowMs;
    };
  }
  const hurried = new Reconciler(
    shop.database,
    shop.get(PaymentsStore),
    shop.get(PaymentsService),
    shop.get(PaymentProviders),
    shop.get(Disputes),
    shop.jobs,
    new HurriedClock(),
    shop.log,
  );
  await hurried.reconcile();
  const first = await heardOf(orderIds);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(24);
  await hurried.reconcile();
  expect(await heardOf(orderIds)).toBeGreaterThan(first);
  await shop.get(Reconciler).reconcile();
  expect(await heardOf(orderIds)).toBe(24);
});

test('a list that the provider does not give keeps nothing else from its turn', async () => {
  const placed = await shop.placed(buyer, await shop.product(seller, 1));
  await shop.pay(placed);
  const disputeId = shop.stripe.control.openDispute(placed.payment.paymentIntentId);
  shop.stripe.control.failRequests({ kind: 'rate_limit' }, { path: '/v1/payment_intents', times: 1000 });
  await shop.get(Reconciler).reconcile();
  shop.stripe.control.clearFaults();
  expect(await shop.rows('select id from disputes where order_id = $1', [placed.order.id])).toEqual([
    { id: disputeId },
  ]);
});

test('who was found in any turn has the order', async () => {
  await shop.jobs.start();
  await shop.get(Reconciler).reconcile(0);
  await shop.quiet();
  expect(await shop.rows(`select from orders where status <> 'paid'`)).toEqual([]);
  await expectInvariants(shop);
});
