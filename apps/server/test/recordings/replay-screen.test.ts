import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Phones } from '../support/phones.ts';
import { publishShow } from '../support/publish.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let phones: Phones;
let seller: Person;
let buyer: Person;
let streamId: string;
const inr = (amountMinor: number) => ({ amountMinor, currency: 'inr' as const });

/** Eight seconds: a question and a pin near the beginning, an answer near the end; then the price goes up. */
async function broadcast(): Promise<string> {
  const product = await seller.api.call('createProduct', {
    body: { title: 'Silk saree', price: inr(129_900), variants: [{ title: 'One size', stock: 7 }] },
  });
  const { id, ...stream } = await seller.api.call('createStream', {
    body: { title: 'Evening drop', productIds: [product.id] },
  });
  const params = { id };
  const say = (person: Person, text: string) =>
    person.api.call('sendMessage', { params, body: { clientMsgId: crypto.randomUUID(), text } });
  await using _show = await publishShow({ id, ...stream }, { loop: true });
  await eventually('the show is live', async () => {
    const { status } = await buyer.api.call('getRoom', { params });
    return status === 'live';
  });
  const liveMs = performance.now();
  const after = (ms: number) => eventually('its moment', () => performance.now() - liveMs > ms);
  await after(500);
  await say(buyer, 'Is it real silk?');
  await seller.api.call('pinProduct', { params, body: { productId: product.id } });
  await after(5500);
  await say(seller, 'Yes, from Kanchipuram');
  await after(6500);
  await seller.api.call('endStream', { params });
  await seller.api.call('updateProduct', {
    params: { id: product.id },
    body: { price: inr(149_900) },
  });
  return id;
}

beforeAll(async () => {
  server = await startServer();
  phones = await Phones.open(server.url);
  seller = await server.registerSeller();
  buyer = await server.register('Asha');
  streamId = await broadcast();
});
afterEach(() => expect(phones.troubles).toEqual([]));
afterAll(async () => {
  await phones?.[Symbol.asyncDispose]();
  await server?.close();
});

/** Where the picture is, in seconds. */
const positionOf = (page: Page) =>
  page.evaluate(`document.querySelector('[data-testid=replay-video]').currentTime`) as Promise<number>;
const chatOf = (page: Page) => page.getByTestId('replay-chat').innerText();

test('a guest finds a past show in the feed and goes through it with the keys: chat and pin come back in time', async () => {
  const page = await phones.ofGuest();
  await page.goto(server.url);
  await page.getByTestId(`replay-card-${streamId}`).click();
  await page.getByTestId('replay-video').waitFor();
  await eventually('it plays', async () => (await positionOf(page)) > 1);
  await page.getByTestId('replay-play').click();
  const scrubber = page.getByTestId('replay-scrubber');
  await scrubber.focus();
  await page.keyboard.press('End');
  await eventually('the answer', async () => (await chatOf(page)).includes('Kanchipuram'));
  await page.getByTestId('replay-pin').waitFor();
  await page.keyboard.press('Home');
  await eventually('its beginning', async () => (await positionOf(page)) < 0.5);
  await eventually('no answer yet', async () => !(await chatOf(page)).includes('Kanchipuram'));
  await page.keyboard.press('ArrowRight');
  await eventually('five seconds on', async () => Math.abs((await positionOf(page)) - 5) < 0.5);
  await eventually('the question', async () => (await chatOf(page)).includes('Is it real silk?'));
  expect(await chatOf(page)).not.toContain('Kanchipuram');
  await expect.poll(() => scrubber.getAttribute('aria-valuetext')).toMatch(/^0:05 of 0:0\d$/);
  const box = await scrubber.boundingBox();
  if (!box) throw new Error('the scrubber is not there');
  await page.mouse.click(box.x + box.width * 0.02, box.y + box.height / 2);
  await eventually('the tap', async () => (await positionOf(page)) < 1);
});

test('what was on screen costs today what it costs today, and is bought at that', async () => {
  const page = await phones.of(buyer);
  await page.goto(`${server.url}/replay/${streamId}`);
  await page.getByTestId('replay-pin').waitFor();
  expect(await page.getByTestId('replay-pin-then').innerText()).toContain('₹1,299');
  await page.getByTestId('replay-pin-today').waitFor();
  expect(await page.getByTestId('replay-pin-today').innerText()).toContain('₹1,499');
  await page.getByTestId('buy-now').click();
  await page.getByTestId('buy-sheet').waitFor();
  expect(await page.getByTestId('total').innerText()).toContain('₹1,499');
});

test('the page of the show offers the replay once it is over', async () => {
  const page = await phones.ofGuest();
  await page.goto(`${server.url}/live/${streamId}`);
  await page.getByTestId('watch-again').click();
  await page.getByTestId('replay-screen').waitFor();
  expect(new URL(page.url()).pathname).toBe(`/replay/${streamId}`);
  expect(await page.getByTestId('delete-replay').count()).toBe(0);
});

test('a replay that is not there says so, and the seller can delete an own one', async () => {
  const page = await phones.of(seller);
  await page.goto(`${server.url}/replay/${streamId}`);
  await page.getByTestId('delete-replay').click();
  await page.getByTestId('delete-replay-yes').click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto(`${server.url}/replay/${streamId}`);
  await page.getByText('There is no replay here').waitFor();
  await expect(buyer.api.call('getReplay', { params: { id: streamId } })).rejects.toMatchObject({
    code: 'not_found',
  });
});
