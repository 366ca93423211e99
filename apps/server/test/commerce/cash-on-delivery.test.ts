import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { CashSide, letTimePass } from './cash.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop } from './start-shop.ts';

let shop: Shop;
let cash: CashSide;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  cash = new CashSide(shop);
  seller = await cash.seller();
});
// Each test has a buyer of its own, because a buyer may have few parcels unpaid.
const someone = async () => {
  buyer = await shop.buyer();
  return buyer;
};
afterAll(() => shop[Symbol.asyncDispose]());

const sweep = () => shop.get(OrderClosing).sweep();
const movements = (item: Stocked) =>
  shop.rows<{ kind: string; delta: number; reason: string }>(
    'select kind, delta, reason from stock_movements where variant_id = $1 order by id offset 1',
    [item.variantId],
  );

describe('an order that is paid at the door', () => {
  test('holds its stock as every order, and tells where its code went but not the code', async () => {
    const item = await shop.product(seller, 2);
    const answer = await cash.order(await someone(), item, { quantity: 2 });
    expect(answer.status).toBe(201);
    const { order, payment, reservation } = answer.body;
    expect(order).toMatchObject({ status: 'pending', paymentMethod: 'cash_on_delivery' });
    expect(payment).toMatchObject({
      provider: 'cash_on_delivery',
      sentTo: { channel: 'inbox', masked: 'a•••@example.test' },
      triesLeft: 5,
    });
    expect(Date.parse(payment.codeExpiresAt)).toBeLessThanOrEqual(Date.parse(reservation.expiresAt));
    const [code = ''] = cash.codes(order.id);
    expect(code).toMatch(/^\d{6}$/);
    expect(answer.text).not.toContain(`"${code}"`);
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 2 });
    expect((await cash.order(buyer, item)).body.code).toBe('out_of_stock');
    await expectInvariants(shop);
  });

  test('is refused by a shop without the switch, and costs nothing then', async () => {
    const online = await shop.seller();
    const item = await shop.product(online, 1);
    const key = newId();
    const answer = await cash.order(await someone(), item, { key });
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/paymentMethod', code: 'not_offered' }],
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    const again = await cash.order(buyer, item, { key });
    expect(again.text).toBe(answer.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('needs an address to go to', async () => {
    const item = await shop.product(seller, 1);
    const items = [{ variantId: item.variantId, quantity: 1, expectedUnitPriceMinor: item.priceMinor }];
    const body = { items, paymentMethod: 'cash_on_delivery' };
    const answer = await shop.send('POST', '/orders', await someone(), body, newId());
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/shippingAddress' }],
    });
  });

  test('of which nobody came back in time is refused under its key, for good', async () => {
    const item = await shop.product(seller, 1);
    const key = newId();
    const { id } = await cash.placed(await someone(), item, { key });
    await shop.rows('delete from order_answers where order_id = $1', [id]);
    await shop.letHoldsEnd();
    await sweep();
    await shop.rows(`update orders set checkout_locked_until = now() where id = $1`, [id]);
    const answer = await cash.order(buyer, item, { key });
    expect(answer.body).toMatchObject({ code: 'conflict', orderId: id });
    expect((await cash.order(buyer, item, { key })).text).toBe(answer.text);
  });

  test('is one order with one code, however often it is tapped', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    await someone();
    const first = await cash.order(buyer, item, { key });
    const again = await cash.order(buyer, item, { key });
    expect(again.text).toBe(first.text);
    expect(cash.codes(first.body.order.id)).toHaveLength(1);
    const online = await shop.order(buyer, item, { key });
    expect(online.body.code).toBe('idempotency_key_reused');
  });

  test('whose code was counted and never sent: the buyer gets it by trying again, or by asking for another', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    await someone();
    cash.loseNextCode();
    expect((await cash.order(buyer, item, { key })).status).toBe(500);
    const [made] = await shop.rows<{ id: string }>('select id from orders where idempotency_key = $1', [key]);
    const id = made?.id ?? '';
    expect(cash.codes(id)).toEqual([]);
    expect((await cash.order(buyer, item, { key })).status).toBe(201);
    expect(cash.codes(id)).toHaveLength(1);

    await letTimePass(shop, id);
    cash.loseNextCode();
    expect((await cash.resend(buyer, id)).status).toBe(500);
    expect(cash.codes(id)).toHaveLength(1);
    expect((await cash.resend(buyer, id)).body.code).toBe('rate_limited');
    expect(cash.codes(id)).toHaveLength(2);
    expect((await cash.confirm(buyer, id)).body.status).toBe('confirmed');
  });

  test('becomes the seller’s by the right code: told once, kept without end, ready to ship', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    const answers = await Promise.all([cash.confirm(buyer, id), cash.confirm(buyer, id)]);
    for (const answer of answers) {
      expect(answer.body).toMatchObject({ id, status: 'confirmed', holdExpiresAt: null, paidAt: null });
    }
    await shop.quiet();
    expect(shop.heardOf('order.confirmed', id)).toBe(1);
    expect(shop.heardOf('order.paid', id)).toBe(0);
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(id)).toBe('confirmed');
    expect((await cash.ship(seller, id)).body.fulfilment.status).toBe('shipped');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 1 });
    await expectInvariants(shop);
  });

  test('expires as an unpaid one when nobody gives the code, and its code is worth nothing then', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    await shop.rows(
      `update cash_payments set confirm_by = now(), code_expires_at = now() where order_id = $1`,
      [id],
    );
    const late = await cash.confirm(buyer, id);
    expect(late.body).toMatchObject({ code: 'validation_failed', errors: [{ code: 'expired' }] });
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(id)).toBe('expired');
    expect((await cash.confirm(buyer, id)).body).toMatchObject({ code: 'conflict' });
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await expectInvariants(shop);
  });

  test('is nobody else’s to confirm, and an online order waits for no code', async () => {
    const item = await shop.product(seller, 2);
    const { id } = await cash.placed(await someone(), item);
    const stranger = await shop.buyer();
    expect((await cash.confirm(stranger, id)).status).toBe(404);
    expect((await cash.resend(stranger, id)).status).toBe(404);
    const online = await shop.placed(buyer, item);
    expect((await cash.confirm(buyer, online.order.id, '123456')).body.code).toBe('conflict');
    for (const code of ['12345', '1234567', '12a456', ' 12345']) {
      expect((await cash.confirm(buyer, id, code)).body.code).toBe('validation_failed');
    }
  });

  test('cannot be one of very many for one buyer', async () => {
    const item = await shop.product(seller, 20);
    await someone();
    for (let count = 0; count < 10; count += 1) await cash.confirmed(buyer, item);
    expect((await cash.order(buyer, item)).body).toMatchObject({ code: 'limit_reached' });
    expect((await shop.order(buyer, item)).status).toBe(201);
  });

  test('is not promised by a buyer with ten parcels unpaid, even if all were placed before, until one is done with', async () => {
    const item = await shop.product(seller, 20);
    await someone();
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push((await cash.placed(buyer, item)).id);
    const answers = await Promise.all(ids.map((id) => cash.confirm(buyer, id)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = ids.filter((_, index) => answers[index]?.body.code === 'limit_reached');
    expect(refused).toHaveLength(2);
    const [late = '', later = ''] = refused;
    expect((await cash.cancel(buyer, ids.find((id) => !refused.includes(id)) ?? '')).body.status).toBe(
      'canceled',
    );
    expect((await cash.confirm(buyer, late)).body.status).toBe('confirmed');
    expect((await cash.confirm(buyer, later)).body.code).toBe('limit_reached');
    await expectInvariants(shop);
  });
});

describe('the one-time code', () => {
  test('may be wrong four times; the fifth ends the order and gives the stock back', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    for (const triesLeft of [4, 3, 2, 1]) {
      const wrong = await cash.confirm(buyer, id, cash.wrongCode(id));
      expect(wrong.body).toMatchObject({ code: 'validation_failed', errors: [{ code: 'wrong' }], triesLeft });
    }
    const last = await cash.confirm(buyer, id, cash.wrongCode(id));
    expect(last.body).toMatchObject({ code: 'conflict', triesLeft: 0 });
    expect(await shop.status(id)).toBe('canceled');
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    expect((await cash.confirm(buyer, id)).body.code).toBe('conflict');
    await expectInvariants(shop);
  });

  test('cannot be guessed faster by guessing at once', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    const guesses = Array.from({ length: 30 }, () => cash.confirm(buyer, id, cash.wrongCode(id)));
    const wrong = (await Promise.all(guesses)).filter(({ body }) => body.code === 'validation_failed');
    expect(wrong.length).toBeLessThanOrEqual(4);
    expect(await shop.status(id)).toBe('canceled');
  });

  test('is sent again on request, not too soon and not too often, and only the last one counts', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    expect((await cash.resend(buyer, id)).body).toMatchObject({ code: 'rate_limited' });
    for (let number = 2; number <= 4; number += 1) {
      await letTimePass(shop, id);
      const answer = await cash.resend(buyer, id);
      expect(answer.status).toBe(200);
      expect(answer.body.nextCodeAt === null).toBe(number === 4);
    }
    await letTimePass(shop, id);
    expect((await cash.resend(buyer, id)).body).toMatchObject({ code: 'limit_reached' });
    const [first = '', ...others] = cash.codes(id);
    expect(others).toHaveLength(3);
    // One in a million of such pairs is alike.
    if (first !== others.at(-1)) expect((await cash.confirm(buyer, id, first)).status).toBe(422);
    expect((await cash.confirm(buyer, id)).body.status).toBe('confirmed');
    expect((await cash.resend(buyer, id)).body.code).toBe('conflict');
  });

  test('is kept nowhere: not in the database, not in a job, not in a log', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    const [code = ''] = cash.codes(id);
    const tables = await shop.rows<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema in ('public', 'graphile_worker')`,
    );
    for (const { name } of tables) {
      const found = await shop.rows(`select from ${name} t where t::text ~ ('\\m' || $1::text || '\\M')`, [
        code,
      ]);
      expect(found, name).toEqual([]);
    }
    expect(JSON.stringify([shop.log.errors, shop.log.failures])).not.toContain(code);
  });
});

describe('at the door', () => {
  test('a delivered parcel is a paid order, sold once, and the seller is not told again', async () => {
    const item = await shop.product(seller, 3);
    const order = await cash.shipped(seller, await someone(), item);
    const answers = await Promise.all([cash.deliver(seller, order.id), cash.deliver(seller, order.id)]);
    for (const { body } of answers) {
      expect(body).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
      expect(body.paidAt).not.toBeNull();
    }
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 0 });
    expect(await movements(item)).toMatchObject([{ kind: 'sale', delta: -1 }]);
    await shop.quiet();
    expect(shop.heardOf('order.confirmed', order.id)).toBe(1);
    expect(shop.heardOf('order.delivered', order.id)).toBe(1);
    expect(shop.heardOf('order.paid', order.id)).toBe(0);
    await expectInvariants(shop);
  });

  test('nothing is collected for what was not promised, for what is over, or by another shop', async () => {
    const item = await shop.product(seller, 4);
    const waiting = await cash.placed(await someone(), item);
    expect((await cash.deliver(seller, waiting.id)).body).toMatchObject({ code: 'conflict' });
    const cancelled = await cash.confirmed(buyer, item);
    await cash.cancel(buyer, cancelled.id);
    expect((await cash.deliver(seller, cancelled.id)).body).toMatchObject({ code: 'conflict' });
    const confirmed = await cash.confirmed(buyer, item);
    const other = await cash.seller();
    expect((await cash.deliver(other, confirmed.id)).status).toBe(404);
    expect((await cash.takeBack(other, confirmed.id)).status).toBe(404);
    expect((await cash.cancelSale(other, confirmed.id)).status).toBe(404);
    const paid = await shop.paid(buyer, item);
    expect((await cash.takeBack(seller, paid.order.id)).body).toMatchObject({ code: 'conflict' });
    await expectInvariants(shop);
  });

  test('a refused parcel ends its order, and its goods are for sale again only when the seller says so', async () => {
    const item = await shop.product(seller, 2);
    const order = await cash.shipped(seller, await someone(), item);
    const refused = await cash.takeBack(seller, order.id);
    expect(refused.body).toMatchObject({
      status: 'canceled',
      fulfilment: { status: 'returned' },
      paidAt: null,
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await cash.takeBack(seller, order.id);
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await cash.takeBack(seller, order.id, { restock: true });
    await cash.takeBack(seller, order.id, { restock: true });
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 0 });
    const entries = await movements(item);
    expect(entries.map(({ delta }) => delta)).toEqual([-1, 1]);
    expect(entries[0]).toMatchObject({ kind: 'adjustment', reason: 'Refused at the door' });
    expect((await cash.deliver(seller, order.id)).body.code).toBe('conflict');
    await expectInvariants(shop);
  });

  test('who delivers and who takes back at the same moment: one of them is late', async () => {
    const item = await shop.product(seller, 1);
    const order = await cash.shipped(seller, await someone(), item);
    const answers = await Promise.all([
      cash.deliver(seller, order.id),
      cash.takeBack(seller, order.id, { restock: true }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await expectInvariants(shop);
  });

  test('an order that was paid online is delivered, too, and nothing about its money changes', async () => {
    const item = await shop.product(seller, 1);
    const { order } = await shop.paid(await someone(), item);
    const delivered = await cash.deliver(seller, order.id);
    expect(delivered.body).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
    // Who ships it afterwards by mistake does not bring it back on the road.
    expect((await cash.ship(seller, order.id)).body.code).toBe('conflict');
    await expectInvariants(shop);
  });
});

describe('before the parcel leaves', () => {
  test('buyer and seller may cancel; once it is on the road neither can', async () => {
    const item = await shop.product(seller, 3);
    const first = await cash.confirmed(await someone(), item);
    expect((await cash.cancel(buyer, first.id)).body.status).toBe('canceled');
    const second = await cash.confirmed(buyer, item);
    const key = newId();
    const answer = await cash.cancelSale(seller, second.id, key);
    expect(answer.body.status).toBe('canceled');
    expect((await cash.cancelSale(seller, second.id, key)).text).toBe(answer.text);
    const third = await cash.shipped(seller, buyer, item);
    expect((await cash.cancel(buyer, third.id)).body.code).toBe('order_not_cancelable');
    expect((await cash.cancelSale(seller, third.id)).body.code).toBe('order_not_cancelable');
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 1 });
    await expectInvariants(shop);
  });

  test('the seller cannot cancel what a buyer is paying, nor what is paid', async () => {
    const item = await shop.product(seller, 2);
    const open = await shop.placed(await someone(), item);
    expect((await cash.cancelSale(seller, open.order.id)).body.code).toBe('order_not_cancelable');
    const paid = await shop.paid(buyer, item);
    expect((await cash.cancelSale(seller, paid.order.id)).body.code).toBe('order_not_cancelable');
  });

  test('shipping and cancelling at the same moment: one of them is late', async () => {
    const item = await shop.product(seller, 1);
    const order = await cash.confirmed(await someone(), item);
    const [shipped, cancelled] = await Promise.all([
      cash.ship(seller, order.id),
      cash.cancel(buyer, order.id),
    ]);
    expect([shipped.status, cancelled.status].sort()).toEqual([200, 409]);
    await expectInvariants(shop);
  });
});

describe('afterwards', () => {
  test('money of a delivered order is paid back by hand and written down, never more than was collected', async () => {
    const item = await shop.product(seller, 1, 10_000);
    const order = await cash.shipped(seller, await someone(), item);
    await cash.deliver(seller, order.id);
    const refund = (amountMinor: number) =>
      shop.send('POST', `/seller/orders/${order.id}/refunds`, seller, { amountMinor }, newId());
    expect((await refund(4_000)).status).toBe(200);
    await shop.until(order.id, 'partially_refunded');
    expect((await refund(7_000)).body).toMatchObject({ code: 'order_not_refundable' });
    expect((await refund(6_000)).status).toBe(200);
    await shop.until(order.id, 'refunded');
    const book = await shop.rows('select amount_minor from cash_refunds where order_id = $1', [order.id]);
    expect(book).toHaveLength(2);
    await expectInvariants(shop);
  });

  test('an order whose placing was cut off before its payment was written down ends by itself', async () => {
    const item = await shop.product(seller, 1);
    const { id } = await cash.placed(await someone(), item);
    await shop.rows('delete from payments where order_id = $1', [id]);
    await shop.letHoldsEnd();
    await sweep();
    expect(await shop.status(id)).toBe('expired');
    await shop.get(Reconciler).reconcile(0);
    await sweep();
    await shop.quiet();
    expect(await shop.rows('select status from cash_payments where order_id = $1', [id])).toEqual([
      { status: 'canceled' },
    ]);
    await expectInvariants(shop);
  });

  test('asking the cash book again and again changes nothing', async () => {
    const item = await shop.product(seller, 1);
    const order = await cash.confirmed(await someone(), item);
    await shop.get(Reconciler).reconcile(0);
    await shop.get(Reconciler).reconcile(0);
    await shop.quiet();
    expect(await shop.status(order.id)).toBe('confirmed');
    await cash.deliver(seller, order.id);
    await shop.get(Reconciler).reconcile(0);
    expect(await shop.status(order.id)).toBe('paid');
    await expectInvariants(shop);
  });
});
