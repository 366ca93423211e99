import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webDir } from '../src/paths.ts';
import { launchChromium } from './support/chromium.ts';
import { eventually } from './support/eventually.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (!existsSync(path.join(webDir, 'index.html'))) throw new Error('the web app is not built: run npm test');
  server = await startServer();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const address = {
  name: 'Asha Rao',
  phone: '9876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

/** A person's phone, signed in with the account that the test has. */
async function phoneOf(person: Person, password: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-IN' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${server.url}/account/sign-in`);
  await page.getByTestId('email').fill(person.user.email);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('submit').click();
  await page.waitForURL((url) => url.pathname !== '/account/sign-in');
  return page;
}

test('on two phones: the seller allows cash, the buyer gives the code, the parcel is paid at the door', async () => {
  const seller = await server.registerSeller('Sahil');
  const buyer = await server.register('Asha');
  const product = await seller.api.call('createProduct', {
    body: {
      title: 'Saffron scarf',
      price: { amountMinor: 129_900, currency: 'inr' },
      variants: [{ title: 'One size', stock: 1 }],
    },
  });
  const shop = await phoneOf(seller, 'a long enough secret 1');
  await shop.goto(`${server.url}/studio`);
  await shop.getByTestId('cash-on-delivery').click();
  await eventually('the switch', async () => {
    const params = { handle: seller.user.shop?.handle ?? '' };
    return (await seller.api.call('getShop', { params })).cashOnDelivery;
  });

  const phone = await phoneOf(buyer, 'a long enough secret 2');
  await phone.goto(`${server.url}/shop/${seller.user.shop?.handle}`);
  await phone.getByTestId(`product-${product.id}`).getByRole('button').click();
  for (const [field, value] of Object.entries(address)) {
    await phone.getByTestId(`address-${field}`).fill(value);
  }
  await phone.getByTestId('address-use').click();
  await phone.getByTestId('method-cash_on_delivery').click();
  await phone.getByTestId('pay').click();
  await phone.getByTestId('code-entry').waitFor();
  expect(await phone.getByTestId('one-time-code').getAttribute('autocomplete')).toBe('one-time-code');
  const { items } = await buyer.api.call('listNotifications');
  const code = items[0]?.facts.code ?? '';
  const orderId = items[0]?.orderId ?? '';
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  await phone.getByTestId('one-time-code').fill(wrong);
  await phone.getByText('4 tries are left').waitFor();
  await phone.getByTestId('one-time-code').fill(code);
  await phone.getByTestId('order-promised').waitFor();

  await shop.goto(`${server.url}/studio/orders`);
  await shop.getByTestId(`collect-${orderId}`).waitFor();
  await shop.getByTestId(`ship-${orderId}`).click();
  await shop.getByTestId('ship').click();
  await shop.getByTestId(`deliver-${orderId}`).click();
  await shop.getByTestId('door-yes').click();
  await shop.getByTestId(`deliver-${orderId}`).waitFor({ state: 'detached' });
  await phone.goto(`${server.url}/account/orders/${orderId}`);
  await phone.getByText('Delivered').first().waitFor();
  const order = await buyer.api.call('getOrder', { params: { id: orderId } });
  expect(order).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
}, 90_000);
