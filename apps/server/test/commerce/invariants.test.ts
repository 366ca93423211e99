import type { StripeEmulator } from '@vybekart/emulators';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { newId } from '../../src/platform/ids.ts';
import { CashSide } from './cash.ts';
import { brokenInvariants, type RowSource, sentences } from './invariants.ts';
import { type Shop, startShop } from './start-shop.ts';
import { stripeContradictions } from './stripe-books.ts';

/** What each rule is there for: the least that makes it speak. `:paid` and the like are the orders of these fates. */
const breaks: [sentence: string, statement: string][] = [
  ['I1: 0 <= reserved <= on hand', `update variants set reserved = on_hand + 1`],
  ['I2: reserved = sum of active holds', `update variants set reserved = reserved + 1`],
  ['I3: on hand = sum of movements', `update variants set on_hand = on_hand + 1`],
  [
    'I3: each movement says what was on the shelf after it',
    `update stock_movements set on_hand_after = on_hand_after + 1 where kind = 'opening'`,
  ],
  [
    'I4: no more units are paid for than were ever put on sale',
    `update order_items set quantity = 100 where order_id = :paid`,
  ],
  [
    'I5: an order holds stock exactly while it is open',
    `update order_items set reservation = 'released' where order_id = :pending`,
  ],
  [
    'I5: a hold is committed only for money, and released only without it or before it came late',
    `update order_items set reservation = 'committed' where order_id = :expired`,
  ],
  [
    'I5: a hold is committed only for money, and released only without it or before it came late',
    `update order_items set reservation = 'released' where order_id = :paid`,
  ],
  [
    'I5: the holds of an order end alike',
    `insert into order_items (order_id, position, variant_id, product_id, title, variant_title, quantity, unit_price_minor)
     select order_id, 2, gen_random_uuid(), product_id, '', '', 1, 1 from order_items where order_id = :paid`,
  ],
  [
    'I5: a sale is written once for what was paid, and never for what was not',
    copy('stock_movements', `order_id = :paid`, `id = id + 1000`),
  ],
  [
    'I6: paid only with the money of exactly this order',
    `update payments set amount_received_minor = 1 where order_id = :paid`,
  ],
  [
    'I6: an order is paid from the moment on at which it says so',
    `update orders set paid_at = null where id = :paid`,
  ],
  [
    'I6: the cash book says collected exactly for what was paid at the door',
    `update cash_payments set status = 'open' where order_id = :collected`,
  ],
  [
    'I6: what was promised can be collected',
    `update cash_payments set status = 'canceled' where order_id = :promised`,
  ],
  ['I6: no event contradicts its order', `update payment_events set quarantined_because = 'the amount'`],
  [
    'I7: money that came too late goes back once and whole',
    `update refunds set reason = 'late_payment' where order_id = :refunded`,
  ],
  [
    'I7: money that came has its order, or goes back',
    `update orders set status = 'canceled' where id = :paid`,
  ],
  [
    'I8: refunds never exceed the total',
    `update refunds set amount_minor = amount_minor + 1 where order_id = :refunded`,
  ],
  [
    'I8: one refund for each key, and one of ours for each of the provider',
    copy('refunds', `order_id = :refunded`, `id = gen_random_uuid()`),
  ],
  ['I8: an order says what went back', `update orders set refunded_minor = 1 where id = :refunded`],
  ['I8: the cash book says what was paid back by hand', `delete from cash_refunds`],
  ['I9: one order for each buyer and key', copy('orders', `id = :paid`, `id = gen_random_uuid()`)],
  [
    'I9: one hold for each line of an order, and none without lines',
    copy('order_items', `order_id = :pending`, `position = 2`),
  ],
  [
    'I9: one hold for each line of an order, and none without lines',
    `delete from order_items where order_id = :pending`,
  ],
  ['I9: one payment for each order', copy('payments', `order_id = :paid`, `payment_intent_id = 'pi_other'`)],
  [
    'I9: the answer kept for a key is of the order that was placed under it',
    `update order_answers set order_id = :refunded where order_id = :paid`,
  ],
  [
    'I10: what is final stays, and what changes goes only ways that exist',
    `update orders set status = 'paid' where id = :refunded`,
  ],
  [
    'I10: what is final stays, and what changes goes only ways that exist',
    `update orders set status = 'paid' where id = :canceled`,
  ],
  [
    'I10: what is final stays, and what changes goes only ways that exist',
    `update order_items set reservation = 'active' where order_id = :paid`,
  ],
  [
    'I10: what is final stays, and what changes goes only ways that exist',
    `update payments set status = 'open' where order_id = :paid`,
  ],
  [
    'I10: what is final stays, and what changes goes only ways that exist',
    `delete from stock_movements where order_id = :paid`,
  ],
  [
    'I11: the total is the sum of what the buyer saw',
    `update order_items set unit_price_minor = 1 where order_id = :pending`,
  ],
  ['I11: a payment asks for the total', `update payments set amount_minor = 1 where order_id = :pending`],
  [
    'I12: the seller is told once of an order, and only of one that is paid or promised',
    copy('notifications', `order_id = :paid and kind = 'new_order'`, `id = gen_random_uuid()`),
  ],
  [
    'I12: the seller is told once of an order, and only of one that is paid or promised',
    `update notifications set order_id = :pending where order_id = :paid`,
  ],
  [
    'I12: the seller is told of each order that is paid or promised',
    `delete from notifications where order_id = :promised`,
  ],
  [
    'I17: money and stock are whole numbers of a size that every client can count',
    `alter table products alter column price_minor type numeric`,
  ],
  [
    'I18: a hold is without an end only while the bank decides, a parcel is promised, or its order closes',
    `update orders set hold_expires_at = null where id = :pending`,
  ],
  [
    'I18: no hold outlives its time',
    `update orders set hold_expires_at = now() - interval '1 minute' where id = :pending`,
  ],
  ['I19: nothing is left closing', `update orders set status = 'closing' where id = :pending`],
  [
    'I19: an order that closed can be paid no more',
    `update payments set status = 'open' where order_id = :expired`,
  ],
  [
    'I19: an order that waits for a refund has one under way, or one that failed',
    `update orders set status = 'refund_pending' where id = :paid`,
  ],
  [
    'I19: a refund under way was sent',
    `update refunds set status = 'pending', provider_refund_id = null where order_id = :refunded`,
  ],
  ['I19: every stored event is applied', `update payment_events set processed_at = null`],
  ['I19: no job is left or fails', `select graphile_worker.add_job('a job of nobody')`],
  [
    'I20: units come back only by what puts them back',
    `update stock_movements set kind = 'adjustment' where order_id = :paid`,
  ],
  [
    'I20: units come back only by what puts them back',
    copy('stock_movements', `order_id = :refunded and delta > 0`, `id = id + 1000`),
  ],
  [
    'I20: goods that were refused at the door are off the shelf',
    `update orders set fulfilment_status = 'returned' where id = :promised`,
  ],
];

/** The same for Stripe's books beside ours. */
const contradictions: [sentence: string, statement: string][] = [
  [
    'I6: what we call paid is paid at Stripe, to this order, whole and in its currency',
    `update orders set paid_at = now() where id = :pending`,
  ],
  [
    'I6: what we call paid is paid at Stripe, to this order, whole and in its currency',
    `update orders set total_minor = total_minor + 1 where id = :paid`,
  ],
  [
    'I7: money at Stripe has its order, or goes back',
    `update orders set status = 'canceled' where id = :paid`,
  ],
  [
    'I19: we say of each payment what Stripe says',
    `update payments set status = 'canceled' where order_id = :pending`,
  ],
  [
    'I8: each refund at Stripe is one of ours, of this payment and amount',
    `update refunds set amount_minor = 1 where order_id = :refunded`,
  ],
  [
    'I8: each refund that we say was made is made at Stripe',
    `update refunds set provider_refund_id = 're_unknown' where order_id = :refunded`,
  ],
  [
    'I19: we say of each refund what Stripe says',
    `update refunds set status = 'pending' where order_id = :refunded`,
  ],
  ['I16: an event that we took is stored', `delete from payment_events`],
];

let shop: Shop;
/** In a transaction in which no constraint of the database stands before the rules. */
let client: pg.Client;
let source: RowSource;
const orders = new Map<string, string>();

beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 100 });
  await placeOneOfEachFate();
  client = new pg.Client(shop.databaseUrl);
  await client.connect();
  source = { rows: async (query, values) => (await client.query(query, values)).rows };
  await client.query('begin');
  await client.query(withoutConstraints);
});
beforeEach(() => client.query('savepoint before'));
afterEach(() => client.query('rollback to before'));
afterAll(async () => {
  await client?.end();
  await shop?.[Symbol.asyncDispose]();
});

async function placeOneOfEachFate(): Promise<void> {
  const cash = new CashSide(shop);
  const seller = await cash.seller();
  const buyer = await shop.buyer();
  const item = await shop.product(seller, 20);
  const refund = (orderId: string, body: { amountMinor: number; restock: boolean }) =>
    shop.send('POST', `/seller/orders/${orderId}/refunds`, seller, body, newId());
  const paid = await shop.paid(buyer, item);
  const refunded = await shop.paid(buyer, item);
  await refund(refunded.order.id, { amountMinor: item.priceMinor, restock: true });
  await shop.until(refunded.order.id, 'refunded');
  const canceled = await shop.placed(buyer, item);
  await cash.cancel(buyer, canceled.order.id);
  const expired = await shop.placed(buyer, item);
  await shop.letHoldsEnd();
  await shop.get(OrderClosing).sweep();
  await shop.until(expired.order.id, 'expired');
  const promised = await cash.confirmed(buyer, item);
  const collected = await cash.shipped(seller, buyer, item);
  await cash.deliver(seller, collected.id);
  await refund(collected.id, { amountMinor: 100, restock: false });
  await shop.until(collected.id, 'partially_refunded');
  const pending = await shop.placed(buyer, item);
  await shop.quiet();
  for (const [fate, { order }] of Object.entries({ paid, refunded, canceled, expired, pending })) {
    orders.set(fate, order.id);
  }
  for (const [fate, { id }] of Object.entries({ promised, collected })) orders.set(fate, id);
}

/** All of this is undone with the transaction. */
const withoutConstraints = `
  do $$
  declare found record;
  begin
    for found in
      select conrelid::regclass as place, conname from pg_constraint
      where conrelid <> 0 and contype in ('c', 'u', 'p', 'f') and connamespace = 'public'::regnamespace
      order by contype = 'f' desc
    loop
      execute format('alter table %s drop constraint %I', found.place, found.conname);
    end loop;
    for found in
      select indexrelid::regclass as name from pg_index join pg_class on pg_class.oid = indexrelid
      where indisunique and relnamespace = 'public'::regnamespace
    loop
      execute format('drop index %s', found.name);
    end loop;
  end $$`;

/** A row once more, with one difference. */
function copy(table: string, where: string, difference: string): string {
  return `create temporary table twin on commit drop as select * from ${table} where ${where};
    update twin set ${difference}; insert into ${table} overriding system value select * from twin`;
}

async function breakBy(statement: string): Promise<void> {
  await client.query(statement.replaceAll(/:([a-z]+)/g, (_, fate) => `'${orders.get(fate)}'`));
}

/** A request that our server knows nothing of. */
async function askAsSomebodyElse(stripe: StripeEmulator, what: string, form: Record<string, string>) {
  const answer = await fetch(`${stripe.url}/v1/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stripe.secretKey}`, 'idempotency-key': newId() },
    body: new URLSearchParams(form),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
}

describe('a rule speaks when what it forbids is so:', () => {
  test('and all of them are silent over orders of every fate', async () => {
    expect(await brokenInvariants(source, 'at rest')).toEqual([]);
    expect(await stripeContradictions(source, shop.stripe)).toEqual([]);
    expect(new Set(breaks.map(([sentence]) => sentence))).toEqual(new Set(sentences));
  });

  for (const [index, [sentence, statement]] of breaks.entries()) {
    test(`${index + 1}. ${sentence}`, async () => {
      await breakBy(statement);
      expect(
        (await brokenInvariants(source, 'at rest')).map((told) => told.replace(/: [^:]*$/, '')),
      ).toContain(sentence);
    });
  }

  for (const [index, [sentence, statement]] of contradictions.entries()) {
    test(`${index + 1}. at Stripe, ${sentence}`, async () => {
      await breakBy(statement);
      const told = await stripeContradictions(source, shop.stripe);
      expect(told.map((text) => text.replace(/: [^:]*$/, ''))).toContain(sentence);
    });
  }

  test('at Stripe, I9: one PaymentIntent for each order; I8: one refund at Stripe for each of ours', async () => {
    const { stripe } = shop;
    const [paid] = await source.rows<{ amount: string; intentId: string; refundId: string }>(
      `select p.amount_minor::text as amount, p.payment_intent_id as "intentId",
              (select id from refunds where order_id = $2) as "refundId"
       from payments p where order_id = $1`,
      [orders.get('paid'), orders.get('refunded')],
    );
    if (!paid) throw new Error('nothing is paid');
    await askAsSomebodyElse(stripe, 'payment_intents', {
      amount: paid.amount,
      currency: 'inr',
      'metadata[order_id]': orders.get('paid') ?? '',
    });
    await askAsSomebodyElse(stripe, 'refunds', {
      payment_intent: paid.intentId,
      amount: '100',
      'metadata[refund_id]': paid.refundId,
    });
    const told = (await stripeContradictions(source, stripe)).map((text) => text.replace(/: [^:]*$/, ''));
    expect(told).toContain('I9: one PaymentIntent for each order');
    expect(told).toContain('I8: one refund at Stripe for each of ours');
    expect(told).toContain('I8: each refund at Stripe is one of ours, of this payment and amount');
  });
});
