import { newId } from '@vybekart/client';
import type { PlacedOrder, Product } from '@vybekart/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pay } from './faults/traffic.ts';
import { eventually } from './support/eventually.ts';
import { fillAddress, Phones } from './support/phones.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
let phones: Phones;
beforeAll(async () => {
  server = await startServer();
  phones = await Phones.open(server.url);
});
afterAll(async () => {
  await phones?.[Symbol.asyncDispose]();
  await server?.close();
});

const scarfOf = (seller: Person): Promise<Product> =>
  seller.api.call('createProduct', {
    body: {
      title: 'Saffron scarf',
      price: { amountMinor: 129_900, currency: 'inr' },
      variants: [{ title: 'One size', stock: 1 }],
    },
  });

/** Opens the product in the shop and says where it goes. */
async function choose(phone: Page, seller: Person, product: Product): Promise<void> {
  await phone.goto(`${server.url}/shop/${seller.user.shop?.handle}`);
  await phone.getByTestId(`product-${product.id}`).getByRole('button').click();
  await fillAddress(phone);
}

test('on two phones: the seller allows cash, the buyer gives the code, the parcel is paid at the door', async () => {
  const seller = await server.registerSeller('Sahil');
  const buyer = await server.register('Asha');
  const product = await scarfOf(seller);
  const shop = await phones.of(seller);
  await shop.goto(`${server.url}/studio`);
  await shop.getByTestId('cash-on-delivery').click();
  await eventually('the switch', async () => {
    const params = { handle: seller.user.shop?.handle ?? '' };
    return (await seller.api.call('getShop', { params })).cashOnDelivery;
  });

  const phone = await phones.of(buyer);
  await choose(phone, seller, product);
  await phone.getByTestId('method-cash_on_delivery').click();
  await phone.getByTestId('pay').click();
  await phone.getByTestId('code-entry').waitFor();
  expect(await phone.getByRole('timer').getAttribute('aria-label')).toMatch(/^\d+ min \d+ s left to pay$/);
  await phone
    .getByRole('status')
    .filter({ hasText: '10 minutes left to pay' })
    .waitFor({ state: 'attached' });
  expect(await phone.getByTestId('one-time-code').getAttribute('autocomplete')).toBe('one-time-code');
  const { items } = await buyer.api.call('listNotifications');
  const code = items[0]?.facts.code ?? '';
  const orderId = items[0]?.orderId ?? '';
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  await phone.getByTestId('one-time-code').fill(wrong);
  await phone.getByText('4 tries are left').waitFor();
  await phone.getByTestId('one-time-code').fill(code);
  await phone.getByTestId('order-promised').waitFor();

  await phone.goto(`${server.url}/account/orders/${orderId}`);
  await shop.goto(`${server.url}/studio/orders`);
  await shop.getByTestId(`collect-${orderId}`).waitFor();
  await shop.getByTestId(`ship-${orderId}`).click();
  await shop.getByTestId('tracking-number').fill('DL 1');
  await shop.getByTestId('ship').click();
  await shop.getByTestId(`correct-${orderId}`).click();
  await shop.getByTestId('tracking-number').fill('DL 2');
  await shop.getByTestId('ship').click();
  await shop.getByText('DL 2', { exact: true }).waitFor();
  await phone.getByText('Your order is on its way').waitFor();
  await phone.getByText('DL 2').waitFor();
  await shop.getByTestId(`deliver-${orderId}`).click();
  await shop.getByTestId('door-yes').click();
  await shop.getByTestId(`deliver-${orderId}`).waitFor({ state: 'detached' });
  await phone.getByText('Delivered').first().waitFor();
  const order = await buyer.api.call('getOrder', { params: { id: orderId } });
  expect(order).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
});

test('a buyer whose browser was closed in the middle of paying goes on where the order is', async () => {
  const seller = await server.registerSeller('Lata');
  const buyer = await server.register('Arjun');
  const phone = await phones.of(buyer);
  await choose(phone, seller, await scarfOf(seller));
  await phone.getByTestId('pay').click();
  await phone.getByTestId('test-payment').waitFor();
  const [order] = (await buyer.api.call('listOrders', {})).items;
  await phone.goto(`${server.url}/account/orders/${order?.id}`);
  await phone.getByTestId('go-on-paying').click();
  await phone.getByTestId('pay-card-declined').click();
  await phone.getByTestId('error-declined').waitFor();
  await phone.getByTestId('pay-card-ok').click();
  await phone.getByTestId('receipt').waitFor();
  expect((await buyer.api.call('getOrder', { params: { id: order?.id ?? '' } })).status).toBe('paid');
});

test('whose code was wrong too often reads that the order was cancelled, not that time ran out', async () => {
  const seller = await server.registerSeller('Kiran');
  const params = { handle: seller.user.shop?.handle ?? '' };
  await seller.api.call('updateShop', { params, body: { cashOnDelivery: true } });
  const buyer = await server.register('Neha');
  const phone = await phones.of(buyer);
  await choose(phone, seller, await scarfOf(seller));
  await phone.getByTestId('method-cash_on_delivery').click();
  await phone.getByTestId('pay').click();
  await phone.getByTestId('one-time-code').waitFor();
  const { items } = await buyer.api.call('listNotifications');
  const wrong = String((Number(items[0]?.facts.code) + 1) % 1_000_000).padStart(6, '0');
  for (const left of ['4 tries are left', '3 tries are left', '2 tries are left', 'One try is left']) {
    await phone.getByTestId('one-time-code').fill(wrong);
    await phone.getByText(left).waitFor();
  }
  await phone.getByTestId('one-time-code').fill(wrong);
  await phone.getByTestId('order-canceled').waitFor();
  const announced = phone.getByRole('status').filter({ hasText: 'The order was cancelled' });
  await announced.getByRole('button', { name: 'Start again' }).click();
  await phone.getByTestId('pay').waitFor();
});

test('a seller who takes units away without a word is not written down as having had a delivery', async () => {
  const seller = await server.registerSeller('Dev');
  const [variant] = (await scarfOf(seller)).variants;
  const desk = await phones.of(seller);
  await desk.goto(`${server.url}/studio/products`);
  await desk.getByTestId(`stock-${variant?.id}`).click();
  await desk.getByTestId('stock-delta').fill('-2');
  await desk.getByTestId('save-stock').click();
  await desk.getByText('There are not that many to take away').waitFor();
  await desk.getByTestId('stock-delta').fill('-1');
  await desk.getByTestId('save-stock').click();
  await desk.getByTestId('stock-sheet').waitFor({ state: 'detached' });
  await desk.getByTestId(`stock-${variant?.id}`).click();
  await desk.getByText('Changed by hand: Fewer than counted').waitFor();
});

test('a seller whose answer was lost sees in the history what was counted, and sends another number', async () => {
  const seller = await server.registerSeller('Uma');
  const product = await scarfOf(seller);
  const [variant] = product.variants;
  const desk = await phones.of(seller);
  await desk.goto(`${server.url}/studio/products`);
  await desk.getByTestId(`stock-${variant?.id}`).click();
  const adjustments = `**/variants/${variant?.id}/stock-adjustments`;
  await desk.route(adjustments, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await desk.getByTestId('stock-delta').fill('5');
  await desk.getByTestId('save-stock').click();
  await desk.getByTestId('stock-history').getByText('+5').waitFor();
  await desk.unroute(adjustments);
  await desk.getByTestId('stock-delta').fill('3');
  await desk.getByTestId('save-stock').click();
  await desk.getByTestId('stock-sheet').waitFor({ state: 'detached' });
  const { items } = await seller.api.call('stockMovements', { params: { id: variant?.id ?? '' }, query: {} });
  expect(items.map(({ delta }) => delta)).toEqual([3, 5, variant?.available]);
});

test('when many buyers pay at once, the list of the seller is not read for each, but every 300 ms at most', async () => {
  const seller = await server.registerSeller('Tara');
  const buyers = await Promise.all(['Noor', 'Isha', 'Veer'].map((name) => server.register(name)));
  const product = await seller.api.call('createProduct', {
    body: { title: 'Scarf', price: { amountMinor: 9900, currency: 'inr' }, stock: 30 },
  });
  const item = { variantId: product.variants[0]?.id ?? '', quantity: 1, expectedUnitPriceMinor: 9900 };
  const orders: PlacedOrder[] = [];
  for (const buyer of buyers.flatMap((each) => Array.from({ length: 10 }, () => each))) {
    const idempotencyKey = newId(Date.now());
    const placed = await buyer.api.call('placeOrder', { body: { items: [item] }, idempotencyKey });
    orders.push(placed as PlacedOrder);
  }
  const desk = await phones.of(seller);
  await desk.goto(`${server.url}/studio/orders`);
  await desk.getByText('Veer').first().waitFor({ state: 'attached' });
  let readings = 0;
  desk.on('request', (request) => {
    if (new URL(request.url()).pathname === '/seller/orders') readings += 1;
  });
  const startMs = performance.now();
  await Promise.all(orders.map((placed) => pay(placed)));
  await desk.getByTestId(`ship-${orders.at(-1)?.order.id}`).waitFor({ state: 'attached' });
  expect(readings).toBeGreaterThan(0);
  expect(readings).toBeLessThanOrEqual((performance.now() - startMs) / 300 + 2);
});

test('on two phones: the buyer asks for the money back, the seller declines with a reason, the buyer reads it', async () => {
  const seller = await server.registerSeller('Meera');
  const buyer = await server.register('Ravi');
  const phone = await phones.of(buyer);
  await choose(phone, seller, await scarfOf(seller));
  await phone.getByTestId('pay').click();
  await phone.getByTestId('pay-card-ok').click();
  await phone.getByTestId('order-paid').waitFor();
  const { items } = await buyer.api.call('listOrders', { query: {} });
  const id = items[0]?.id ?? '';

  await phone.goto(`${server.url}/account/orders/${id}`);
  await phone.getByTestId('ask-refund').click();
  await phone.getByTestId('send-refund-request').click();
  await phone.getByText('Say in a few words what is wrong.').waitFor();
  await phone.getByTestId('refund-reason').fill('The colour is another one.');
  await phone.getByTestId('send-refund-request').click();
  await phone.getByTestId('refund-request').waitFor();

  const shop = await phones.of(seller);
  await shop.goto(`${server.url}/studio/orders`);
  await shop.getByTestId('task-deliver').click();
  await shop.getByText('Nothing to do here').waitFor();
  await shop.getByTestId('task-answer').click();
  await shop.getByTestId(`decline-${id}`).click();
  await shop.getByTestId('decline-reason').fill('It is the colour of the show.');
  await shop.getByTestId('decline').click();
  await shop.getByTestId(`refund-asked-${id}`).waitFor({ state: 'detached' });

  await phone.getByText('It is the colour of the show.').waitFor();
  expect((await buyer.api.call('getOrder', { params: { id } })).refundRequest).toMatchObject({
    status: 'declined',
    answer: 'It is the colour of the show.',
  });
  expect(phones.troubles).toEqual([]);
});
