import { newId } from '@vybekart/client';
import type { PlacedCashOrder, SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const shippingAddress = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};
const shopOf = (seller: Person) => ({ handle: seller.user.shop?.handle ?? '' });

async function sellerOfOne(): Promise<{ seller: Person; variantId: string }> {
  const seller = await server.registerSeller();
  await seller.api.call('updateShop', { params: shopOf(seller), body: { cashOnDelivery: true } });
  const product = await seller.api.call('createProduct', {
    body: { title: 'Silk saree', price: { amountMinor: 49_900, currency: 'inr' }, stock: 1 },
  });
  return { seller, variantId: product.variants[0]?.id ?? '' };
}

async function orderForCash(buyer: Person, variantId: string): Promise<PlacedCashOrder> {
  const placed = await buyer.api.call('placeOrder', {
    body: {
      items: [{ variantId, quantity: 1, expectedUnitPriceMinor: 49_900 }],
      shippingAddress,
      paymentMethod: 'cash_on_delivery',
    },
    idempotencyKey: newId(Date.now()),
  });
  if (placed.payment.provider !== 'cash_on_delivery') throw new Error(`paid by ${placed.payment.provider}`);
  return { ...placed, payment: placed.payment };
}

const inboxOf = async (person: Person) => (await person.api.call('listNotifications')).items;

test('a shop is paid online until its seller says otherwise', async () => {
  const seller = await server.registerSeller();
  const params = shopOf(seller);
  const cashOnDelivery = async () => (await server.guest().api.call('getShop', { params })).cashOnDelivery;
  expect(await cashOnDelivery()).toBe(false);
  await seller.api.call('updateShop', { params, body: { cashOnDelivery: true } });
  expect(await cashOnDelivery()).toBe(true);
  await seller.api.call('updateShop', { params, body: { name: 'Another name' } });
  expect(await cashOnDelivery()).toBe(true);
  await seller.api.call('updateShop', { params, body: { cashOnDelivery: false } });
  expect(await cashOnDelivery()).toBe(false);
  const other = await server.registerSeller();
  const byAnother = other.api.call('updateShop', { params, body: { cashOnDelivery: true } });
  await expect(byAnother).rejects.toMatchObject({ code: 'not_found' });
  for (const value of ['yes', 1, null]) {
    const body = { cashOnDelivery: value as unknown as boolean };
    const answer = seller.api.call('updateShop', { params, body });
    await expect(answer).rejects.toMatchObject({ code: 'validation_failed' });
  }
  expect(await cashOnDelivery()).toBe(false);
});

test('a buyer promises with the code from the inbox, the seller hears once, ships, and is paid at the door', async () => {
  const { seller, variantId } = await sellerOfOne();
  const buyer = await server.register('Asha');
  const token = `phone-of-${buyer.user.id}`;
  await buyer.api.call('registerDevice', { body: { platform: 'android', token } });
  const news: SellerOrder[] = [];
  seller.client.live.on('new_order', ({ order }) => news.push(order));
  seller.client.live.open();

  const { order, payment } = await orderForCash(buyer, variantId);
  expect(payment.sentTo).toEqual({
    channel: 'inbox',
    masked: `p•••@${buyer.user.email.split('@')[1]}`,
  });
  const [entry] = await inboxOf(buyer);
  expect(entry).toMatchObject({ kind: 'one_time_code', orderId: order.id });
  const code = entry?.facts.code ?? '';
  expect(entry?.title).toContain(code);
  const push = await eventually('the push', () => server.running.emulators.fcm?.inbox(token)[0]);
  expect(push.message).toMatchObject({ notification: { title: entry?.title } });

  const confirmed = await buyer.api.call('confirmCash', { params: { id: order.id }, body: { code } });
  expect(confirmed).toMatchObject({ status: 'confirmed', paymentMethod: 'cash_on_delivery' });
  await eventually('the news', () => news.length > 0);
  expect(news).toMatchObject([{ id: order.id, status: 'confirmed', shippingAddress }]);
  await eventually('the inbox entry of the seller', async () =>
    (await inboxOf(seller)).some(
      ({ kind, orderId, body }) =>
        kind === 'new_order' && orderId === order.id && body.endsWith('₹499, to be paid at the door.'),
    ),
  );

  await eventually('the code to be forgotten', async () => {
    const kinds = (await inboxOf(buyer)).map(({ kind }) => kind);
    return kinds.includes('order_confirmed') && !kinds.includes('one_time_code');
  });

  const params = { id: order.id };
  await seller.api.call('fulfilOrder', { params, body: { carrier: 'Delhivery' } });
  await seller.api.call('fulfilOrder', { params, body: { carrier: 'Blue Dart' } });
  const onItsWay = await eventually('the news of the parcel', async () => {
    const entries = (await inboxOf(buyer)).filter(({ kind }) => kind === 'order_shipped');
    return entries.length > 0 ? entries : null;
  });
  expect(onItsWay).toMatchObject([{ orderId: order.id, title: 'Your order is on its way' }]);
  expect(onItsWay[0]?.body).toMatch(/Have ₹499 ready at the door\.$/);
  const delivered = await seller.api.call('deliverOrder', { params });
  expect(delivered).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
  expect(await buyer.api.call('getOrder', { params })).toMatchObject({
    status: 'paid',
    paymentMethod: 'cash_on_delivery',
  });
  expect(await seller.api.call('sellerDashboard')).toMatchObject({
    orders: 1,
    unitsSold: 1,
    revenue: { amountMinor: 49_900 },
  });
  await eventually('the jobs', async () => {
    const { rows } = await server.database.query(`select from graphile_worker.jobs where run_at <= now()`);
    return rows.length === 0;
  });
  expect(news).toHaveLength(1);
  expect((await inboxOf(seller)).filter(({ kind }) => kind === 'new_order')).toHaveLength(1);
});

test('a refused parcel is on the shelf again when the seller has it back', async () => {
  const { seller, variantId } = await sellerOfOne();
  const buyer = await server.register('Asha');
  const { order } = await orderForCash(buyer, variantId);
  const params = { id: order.id };
  const code = (await inboxOf(buyer))[0]?.facts.code ?? '';
  await buyer.api.call('confirmCash', { params, body: { code } });
  await seller.api.call('fulfilOrder', { params, body: {} });
  const available = async () => {
    const { items } = await seller.api.call('listProducts', { query: { shop: shopOf(seller).handle } });
    return items[0]?.variants[0]?.available;
  };
  expect(await available()).toBe(0);
  await seller.api.call('takeBackOrder', { params, body: {} });
  expect(await available()).toBe(0);
  await seller.api.call('takeBackOrder', { params, body: { restock: true } });
  expect(await available()).toBe(1);
});

test('a seller who cannot send it cancels, and the buyer hears of it', async () => {
  const { seller, variantId } = await sellerOfOne();
  const buyer = await server.register('Asha');
  const { order } = await orderForCash(buyer, variantId);
  const params = { id: order.id };
  const code = (await inboxOf(buyer))[0]?.facts.code ?? '';
  await buyer.api.call('confirmCash', { params, body: { code } });
  await seller.api.call('cancelSale', { params, idempotencyKey: newId(Date.now()) });
  const told = await eventually('the news', async () =>
    (await inboxOf(buyer)).find(({ kind }) => kind === 'order_closed'),
  );
  expect(told).toMatchObject({ title: 'Your order was cancelled', orderId: order.id });
  expect(await buyer.api.call('getOrder', { params })).toMatchObject({ status: 'canceled', paidAt: null });
});
