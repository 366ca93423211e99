import type { Order, SellerDashboard, SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OrdersService } from '../../src/orders/orders.service.ts';
import { StockAudit } from '../../src/orders/stock-audit.ts';
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

type Page<T> = { items: T[]; nextCursor: string | null };
const address = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

describe('the seller', () => {
  test('ships what is paid, with carrier and number, and nothing else', async () => {
    const item = await shop.product(seller, 3);
    const unpaid = await shop.placed(buyer, item);
    const ship = (orderId: string, body: object, by = seller) =>
      shop.send<SellerOrder>('POST', `/seller/orders/${orderId}/fulfilments`, by, body);
    expect((await ship(unpaid.order.id, {})).body).toMatchObject({
      orderStatus: 'pending',
      code: 'conflict',
    });
    const { order } = await shop.paid(buyer, item);
    const shipped = await ship(order.id, { carrier: 'Delhivery', trackingNumber: 'DL 1' });
    expect(shipped.body.fulfilment).toEqual({
      status: 'shipped',
      carrier: 'Delhivery',
      trackingNumber: 'DL 1',
    });
    expect((await ship(order.id, {}, await shop.seller())).status).toBe(404);
  });

  test('sees who bought and where to send it; the buyer’s own list has the same orders, newest first', async () => {
    const host = await shop.seller();
    const person = await shop.buyer();
    const item = await shop.product(host, 9);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const items = [{ variantId: item.variantId, quantity: 1, expectedUnitPriceMinor: item.priceMinor }];
      const body = { items, shippingAddress: address };
      const answer = await shop.send<{ order: Order }>('POST', '/orders', person, body, newId());
      ids.unshift(answer.body.order.id);
    }
    const first = await shop.send<Page<SellerOrder>>('GET', '/seller/orders?limit=2', host);
    expect(first.body.items.map((order) => order.id)).toEqual(ids.slice(0, 2));
    expect(first.body.items[0]).toMatchObject({
      buyer: { id: person.userId, displayName: 'Asha' },
      shippingAddress: { ...address, country: 'IN' },
    });
    const where = `/seller/orders?limit=2&cursor=${first.body.nextCursor}`;
    const second = await shop.send<Page<SellerOrder>>('GET', where, host);
    expect(second.body).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
    const own = await shop.send<Page<Order>>('GET', '/orders', person);
    expect(own.body.items.map((order) => order.id)).toEqual(ids);
    expect(own.body.items[0]).not.toHaveProperty('shippingAddress');
    expect((await shop.send('GET', '/orders?cursor=nonsense', person)).status).toBe(422);
  });

  test('finds what is to be packed, what is on the way, and whom to answer', async () => {
    const host = await shop.seller();
    const item = await shop.product(host, 9);
    await shop.placed(buyer, item);
    const [toPack, toDeliver, toAnswer] = [
      await shop.paid(buyer, item),
      await shop.paid(buyer, item),
      await shop.paid(buyer, item),
    ];
    for (const { order } of [toDeliver, toAnswer]) {
      await shop.send('POST', `/seller/orders/${order.id}/fulfilments`, host, {});
    }
    await shop.send('POST', `/seller/orders/${toAnswer.order.id}/deliveries`, host);
    const request = `/orders/${toAnswer.order.id}/refund-requests`;
    expect((await shop.send('POST', request, buyer, { reason: 'Torn' }, newId())).status).toBe(200);
    const found = async (task: string) =>
      (await shop.send<Page<SellerOrder>>('GET', `/seller/orders?task=${task}`, host)).body.items.map(
        ({ id }) => id,
      );
    expect(await found('pack')).toEqual([toPack.order.id]);
    expect(await found('deliver')).toEqual([toDeliver.order.id]);
    expect(await found('answer')).toEqual([toAnswer.order.id]);
    expect((await shop.send('GET', '/seller/orders?task=sleep', host)).status).toBe(422);
  });

  test('reads the figures of one show and of the whole shop', async () => {
    const host = await shop.seller();
    const streamId = await shop.stream(host, 'live');
    const item = await shop.product(host, 9, 10_000);
    const inShow = await shop.order(buyer, item, { quantity: 2, streamId });
    await shop.pay(inShow.body);
    await shop.until(inShow.body.order.id, 'paid');
    const outside = await shop.paid(buyer, item);
    await shop.send(
      'POST',
      `/seller/orders/${outside.order.id}/refunds`,
      host,
      { amountMinor: 4_000 },
      newId(),
    );
    await shop.placed(buyer, item);
    const figures = async (query = '') =>
      (await shop.send<SellerDashboard>('GET', `/seller/dashboard${query}`, host)).body;
    expect(await figures()).toMatchObject({
      orders: 2,
      unitsSold: 3,
      revenue: { amountMinor: 26_000, currency: 'inr' },
    });
    expect(await figures(`?streamId=${streamId}`)).toMatchObject({
      orders: 1,
      unitsSold: 2,
      revenue: { amountMinor: 20_000, currency: 'inr' },
    });
    expect((await shop.send('GET', `/seller/dashboard?streamId=${streamId}`, seller)).status).toBe(404);
  });

  test('and the buyer see an order each in their own shape', async () => {
    const item = await shop.product(seller, 3);
    const { order } = await shop.paid(buyer, item);
    const orders = shop.get(OrdersService);
    const views = await orders.bothViews(order.id);
    expect(views).toMatchObject({
      buyerId: buyer.userId,
      sellerId: seller.userId,
      sellerOrder: { status: 'paid', buyer: { id: buyer.userId } },
    });
    expect(views?.buyerOrder).not.toHaveProperty('buyer');
    expect(await orders.bothViews(newId())).toBeUndefined();
  });
});

describe('the audit', () => {
  test('tells of stock that does not agree with its holds or its ledger, and mends nothing', async () => {
    const audit = shop.get(StockAudit);
    await audit.audit();
    expect(audit.mismatches).toEqual([]);
    const item = await shop.product(seller, 5);
    const touch = 'update variants set reserved = reserved + 1, on_hand = on_hand + 2 where id = $1';
    await shop.database.pool.query(touch, [item.variantId]);
    const told = shop.log.errors.length;
    await audit.audit();
    expect(audit.mismatches).toEqual([
      { variantId: item.variantId, rule: 'reserved = active holds', is: 1, shouldBe: 0 },
      { variantId: item.variantId, rule: 'on hand = ledger', is: 7, shouldBe: 5 },
    ]);
    expect(shop.log.errors.length).toBe(told + 2);
    expect(await shop.stockOf(item)).toEqual({ onHand: 7, reserved: 1 });
    const mend = 'update variants set reserved = 0, on_hand = 5 where id = $1';
    await shop.database.pool.query(mend, [item.variantId]);
    await audit.audit();
    expect(audit.mismatches).toEqual([]);
  });
});
