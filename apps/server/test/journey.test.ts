import { randomUUID } from 'node:crypto';
import type { SellerOrder } from '@vybekart/contract';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { fillAddress, Phones } from './support/phones.ts';
import { publishShow } from './support/publish.ts';
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

async function registerOnPhone(page: Page, name: string): Promise<void> {
  await page.goto(`${server.url}/account/sign-in`);
  await page.getByTestId('toggle-register').click();
  await page.getByTestId('display-name').fill(name);
  await page.getByTestId('email').fill(`${name.toLowerCase()}-${randomUUID()}@example.test`);
  await page.getByTestId('password').fill('a long enough secret');
  await page.getByTestId('submit').click();
  await page.waitForURL((url) => url.pathname !== '/account/sign-in');
}

interface VideoState {
  currentTime: number;
  /** A thumbprint of the picture. */
  picture: string;
}

/** What the video element shows now; null without a picture. Text, because it runs in the page. */
const readVideo = `(() => {
  const video = document.querySelector('video');
  if (!video || video.readyState < 2) return null;
  const canvas = new OffscreenCanvas(32, 32);
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 32, 32);
  return { currentTime: video.currentTime, picture: context.getImageData(0, 0, 32, 32).data.join() };
})()`;
const videoState = (page: Page) => page.evaluate<VideoState | null>(readVideo);

async function expectMovingVideo(page: Page): Promise<void> {
  const first = await eventually('a picture', () => videoState(page), 30_000);
  await eventually(
    'the video to move on',
    async () => {
      const now = await videoState(page);
      return now !== null && now.currentTime > first.currentTime + 1 && now.picture !== first.picture;
    },
    30_000,
  );
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-send').click();
}

async function openBuySheet(page: Page): Promise<void> {
  await page.getByTestId('buy-now').first().click();
  await page.getByTestId('buy-sheet').waitFor();
  await fillAddress(page);
}

async function stockedShow(seller: Person) {
  const picture = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#c2410c' } })
    .png()
    .toBuffer();
  const image = await seller.api.uploadImage(new Blob([new Uint8Array(picture)], { type: 'image/png' }));
  const product = await seller.api.call('createProduct', {
    body: {
      title: 'Saffron block-print scarf',
      imageIds: [image.id],
      price: { amountMinor: 129_900, currency: 'inr' },
      variants: [{ title: 'One size', stock: 1 }],
    },
  });
  const stream = await seller.api.call('createStream', {
    body: { title: 'Evening drop', thumbnailId: image.id, productIds: [product.id] },
  });
  return { product, stream };
}

test('a seller goes live, two buyers watch and chat, one buys the last unit and the other is not charged', async () => {
  const seller = await server.registerSeller('Sahil');
  const fan = await server.register('Fan');
  await fan.api.call('follow', { params: { handle: seller.user.shop?.handle ?? '' } });
  await fan.api.call('registerDevice', { body: { platform: 'android', token: 'phone-of-the-fan' } });
  const { product, stream } = await stockedShow(seller);
  const newOrders: SellerOrder[] = [];
  const sellerRoom = seller.client.room(stream.id);
  sellerRoom.onEvent('new_order', ({ order }) => newOrders.push(order));
  sellerRoom.start();

  await using show = await publishShow(stream, { loop: true });
  await eventually('the show in the feed', async () => {
    const { items } = await server.guest().api.call('activeStreams');
    return items.some((item) => item.id === stream.id);
  });
  const push = await eventually(
    'the push to the follower',
    () => server.running.emulators.fcm?.inbox('phone-of-the-fan')[0],
  );
  expect(push.message.notification?.title).toBe('Sahil is live!');

  const [asha, ravi] = [await phones.ofGuest(), await phones.ofGuest()];
  await registerOnPhone(asha, 'Asha');
  await registerOnPhone(ravi, 'Ravi');
  await asha.goto(server.url);
  await asha.getByTestId(`stream-card-${stream.id}`).click();
  await ravi.goto(`${server.url}/live/${stream.id}`);
  await Promise.all([expectMovingVideo(asha), expectMovingVideo(ravi)]);

  await say(asha, 'Is the colour fast?');
  await ravi.getByText('Is the colour fast?').waitFor();
  await say(ravi, 'Mine still is after a year!');
  await asha.getByText('Mine still is after a year!').waitFor();
  await asha.getByTestId('like-button').click();
  await eventually('the heart at the seller', () => sellerRoom.getSnapshot().likeCount > 0);

  await sellerRoom.pin(product.id);
  await Promise.all([asha, ravi].map((page) => page.getByTestId('pin-card').waitFor()));

  await Promise.all([openBuySheet(asha), openBuySheet(ravi)]);
  await Promise.all([asha, ravi].map((page) => page.getByTestId('pay').click()));
  const outcomes = await Promise.all(
    [asha, ravi].map((page) =>
      Promise.race([
        page
          .getByTestId('test-payment')
          .waitFor()
          .then(() => ({ page, isHeld: true })),
        page
          .getByTestId('error-out_of_stock')
          .waitFor()
          .then(() => ({ page, isHeld: false })),
      ]),
    ),
  );
  expect(outcomes.map((outcome) => outcome.isHeld).sort()).toEqual([false, true]);
  const winner = outcomes.find((outcome) => outcome.isHeld)?.page;
  await winner?.getByTestId('pay-card-ok').click();
  await winner?.getByTestId('order-paid').waitFor();

  await eventually('"New order!" at the seller', () => newOrders.length > 0);
  expect(newOrders).toHaveLength(1);
  expect(newOrders[0]).toMatchObject({ status: 'paid', total: { amountMinor: 129_900, currency: 'inr' } });
  const stock = await server.database.query('select on_hand, reserved from variants where product_id = $1', [
    product.id,
  ]);
  expect(stock.rows).toEqual([{ on_hand: 0, reserved: 0 }]);
  const orders = await server.database.query('select status from orders');
  expect(orders.rows).toEqual([{ status: 'paid' }]);
  const payments = await server.database.query('select status, amount_received_minor from payments');
  expect(payments.rows).toEqual([{ status: 'succeeded', amount_received_minor: 129_900 }]);

  await seller.api.call('endStream', { params: { id: stream.id } });
  await Promise.all(
    [asha, ravi].map((page) => page.getByTestId('stream-ended').waitFor({ state: 'attached' })),
  );
  await show.publisher.closed;
  expect(phones.troubles).toEqual([]);
}, 240_000);
