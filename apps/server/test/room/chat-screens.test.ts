import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Phones } from '../support/phones.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

const stockClient = fileURLToPath(import.meta.resolve('socket.io-client/dist/socket.io.js'));
let server: TestServer;
let phones: Phones;
let seller: Person;
let streamId: string;
let shop: Tab;

beforeAll(async () => {
  server = await startServer();
  phones = await Phones.open(server.url);
});
beforeEach(async () => {
  seller = await server.registerSeller();
  ({ id: streamId } = await seller.api.call('createStream', { body: { title: 'Sneakers' } }));
  shop = await Tab.of(server.url, seller);
  await shop.do('join_room', { streamId });
});
afterEach(async () => {
  shop.close();
  await phones.putAway();
  await seller.api.call('endStream', { params: { id: streamId } });
  expect(phones.troubles).toEqual([]);
});
afterAll(async () => {
  await phones?.[Symbol.asyncDispose]();
  await server?.close();
});

/** A person on a phone in the show; `isSeller` opens the studio's desk instead. */
async function enter(person: Person, where = `/live/${streamId}`): Promise<Page> {
  const page = await phones.of(person);
  await page.goto(`${server.url}${where}`);
  await page.getByTestId('chat-input').waitFor();
  return page;
}
async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-send').click();
}
const shopSays = (text: string, more = {}) =>
  shop.do('send_message', { streamId, clientMsgId: randomUUID(), text, ...more });
const boxOf = (page: Page) => page.getByTestId('chat-input').inputValue();

test('a viewer answers a message, sees what is pinned and announced, and reports what is not nice', async () => {
  const { id } = await shopSays('Which size do you want?');
  await shopSays('Half price for ten minutes', { kind: 'announcement' });
  await shop.do('pin_message', { streamId, messageId: id });
  const page = await enter(await server.register('Asha'));
  await page.getByText('Announcement', { exact: true }).waitFor();
  await page.getByTestId('pinned-message').getByText('Which size do you want?').waitFor();
  await page.getByTestId('chat-message-sent').first().click();
  await page.getByTestId('message-menu').waitFor();
  expect(await page.getByTestId('message-delete').count()).toBe(0);
  await page.getByTestId('message-reply').click();
  await page.getByTestId('composer-reply').waitFor();
  await say(page, 'Size 8 please');
  await page.getByText('↳ Sahil: Which size do you want?').waitFor();
  expect(await page.getByTestId('composer-reply').count()).toBe(0);
  await page.getByTestId('chat-message-sent').first().click();
  await page.getByTestId('message-report').click();
  await page.getByText('Thank you. The moderators will look at it.').waitFor();
  await shop.do('delete_message', { streamId, messageId: id });
  await page.getByText('↳ Sahil: The message was deleted').waitFor();
  await expect.poll(() => page.getByTestId('pinned-message').count()).toBe(0);
});

test('what slow mode, a link or a timeout refuses stays in the box, with the time to wait above it', async () => {
  const asha = await server.register('Asha');
  const page = await enter(asha);
  await say(page, 'look at bit.ly/fake');
  await page.getByText('Only the seller and moderators post links here.', { exact: false }).waitFor();
  expect(await boxOf(page)).toBe('look at bit.ly/fake');
  await shop.do('set_chat_mode', { streamId, slowModeSeconds: 60 });
  // Who reads this knows of the mode, too.
  await shopSays('Slowly, please');
  await page.getByText('Slowly, please').waitFor();
  await say(page, 'first');
  await page.getByText('You can send again in', { exact: false }).waitFor();
  await page.getByTestId('chat-input').fill('second');
  expect(await page.getByTestId('chat-send').isDisabled()).toBe(true);
  expect(await boxOf(page)).toBe('second');
  await shop.do('timeout_user', { streamId, userId: asha.user.id, seconds: 300 });
  await page.getByText(/You can write again in (5:00|4:\d\d)\./).waitFor();
  expect(await boxOf(page)).toBe('second');
});

test('a ban closes the show with a calm word and without tries, and opens it again when it is lifted', async () => {
  const asha = await server.register('Asha');
  const page = await enter(asha);
  const userId = asha.user.id;
  await shop.do('ban_user', { streamId, userId });
  await page.getByText('This show is closed to you').waitFor();
  expect(await page.getByTestId('live-video').count()).toBe(0);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/streams\/[^/]+\/(room|events)/.test(request.url())) asked.push(request.url());
  });
  await shop.do('unban_user', { streamId, userId });
  await page.getByTestId('chat-input').waitFor();
  await say(page, 'sorry');
  await page.getByTestId('chat-message-sent').getByText('sorry').waitFor();

  await shop.do('ban_user', { streamId, userId });
  await page.getByText('This show is closed to you').waitFor();
  await page.reload();
  await page.getByText('This show is closed to you').waitFor();
  await page.goto(`${server.url}/account`);
  await page.getByTestId('language-switch').click();
  await page.getByTestId('language-switch').getByText('English').waitFor();
  await page.goto(`${server.url}/live/${streamId}`);
  await page.getByText('यह शो आपके लिए बंद है').waitFor();
  expect(asked).toEqual([]);
});

test('a seller deletes, times out and appoints from the chat; seller and moderator decide what was held', async () => {
  const asha = await server.register('Asha');
  const handle = seller.user.shop?.handle ?? '';
  const desk = await enter(seller, `/studio/live/${streamId}`);
  await desk.getByTestId('chat-settings').click();
  await desk.getByTestId('blocked-words').fill('idiot\nकुत्ता');
  await desk.getByTestId('save-blocked-words').click();
  await desk.getByText('The words are saved.').waitFor();
  await desk.getByTestId('slow-5').click();
  await expect.poll(() => desk.getByTestId('slow-5').getAttribute('aria-checked')).toBe('true');
  await desk.getByTestId('slow-0').click();
  await desk.keyboard.press('Escape');

  const page = await enter(asha);
  expect(await page.getByTestId('open-review').count()).toBe(0);
  await say(page, 'you kutta');
  await page.getByTestId('chat-message-held').getByText('Held for review.', { exact: false }).waitFor();
  await desk.getByTestId('review-item').getByText('you kutta').waitFor();
  await desk.getByTestId('review-approve').click();
  await page.getByTestId('chat-message-sent').getByText('you kutta').waitFor();
  await expect.poll(() => desk.getByTestId('review-item').count()).toBe(0);

  await desk.getByTestId('chat-message-sent').first().click();
  await desk.getByTestId('message-appoint').click();
  await desk.getByText('Asha is a moderator now.').waitFor();
  expect((await seller.api.call('listModerators', { params: { handle } })).items).toHaveLength(1);

  // From now on Asha finds in the room what waits for a decision.
  await page.getByRole('button', { name: '0 messages to review' }).waitFor();
  using rude = await Tab.of(server.url, await server.register('Rude'));
  await rude.do('join_room', { streamId });
  await rude.do('send_message', { streamId, clientMsgId: randomUUID(), text: 'what an idiot' });
  await page.getByRole('button', { name: '1 message to review' }).click();
  await page.getByTestId('review-item').getByText('what an idiot').waitFor();
  await page.getByRole('button', { name: 'Hide the message of Rude' }).click();
  await page.getByText('No message waits for a decision.').waitFor();
  await expect.poll(() => desk.getByTestId('review-item').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByTestId('review-sheet').waitFor({ state: 'detached' });

  await desk.getByTestId('chat-message-sent').first().click();
  await desk.getByTestId('message-timeout').click();
  await page.getByText(/You can write again in (5:00|4:\d\d)\./).waitFor();
  await desk.getByTestId('chat-message-sent').first().click();
  await desk.getByTestId('message-delete').click();
  await expect.poll(() => page.getByTestId('chat-message-sent').count()).toBe(0);

  await desk.getByTestId('chat-settings').click();
  await desk.getByTestId('find-moderator').fill('ash');
  await desk.getByTestId('found-chatter').getByText('Asha').waitFor();
  await desk.getByText('Until', { exact: false }).waitFor();
  await desk.getByRole('button', { name: 'Lift it for Asha' }).click();
  await page.getByTestId('composer-note').waitFor({ state: 'detached' });
  await desk.getByTestId('open-moderation-log').click();
  await desk.getByTestId('moderation-log').getByText('Lifted a timeout or a ban: Asha').waitFor();
});

test('a page of another origin, in a browser with the stock client, is told that it may not connect', async () => {
  const page = await phones.ofGuest();
  await page.addScriptTag({ path: stockClient });
  const code = page.evaluate<string | undefined>(
    `new Promise((resolve) => {
      const socket = io('${server.url}/streams', { transports: ['websocket'] });
      socket.on('connect_error', ({ data }) => resolve(data?.code));
      socket.on('connect', () => resolve('connected'));
    })`,
  );
  expect(await code).toBe('forbidden_origin');
});
