import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let asha: Person;
let ravi: Person;
let streamId: string;
let handle: string;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer();
  [asha, ravi] = [await server.register('Asha'), await server.register('Ravi')];
});
beforeEach(async () => {
  tabs = [];
  seller = await server.registerSeller();
  handle = seller.user.shop?.handle ?? '';
  ({ id: streamId } = await seller.api.call('createStream', { body: { title: 'Sneakers' } }));
});
afterEach(async () => {
  for (const tab of tabs) tab.close();
  await seller.api.call('endStream', { params: { id: streamId } });
  for (const tab of tabs) expect(tab.strange).toEqual([]);
});
afterAll(() => server.close());

async function joined(person: Person | null): Promise<Tab> {
  const tab = person ? await Tab.of(server.url, person) : await Tab.open(server.url);
  tabs.push(tab);
  await tab.do('join_room', { streamId });
  return tab;
}
const say = (tab: Tab, text: string) => tab.do('send_message', { streamId, clientMsgId: randomUUID(), text });
const appoint = (person: Person) =>
  seller.api.call('appointModerator', { params: { handle, userId: person.user.id } });
const dismiss = (person: Person) =>
  seller.api.call('removeModerator', { params: { handle, userId: person.user.id } });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
const roleAt = async (tab: Tab) => (await tab.do('join_room', { streamId })).you.role;

describe('a moderator', () => {
  test('is appointed by the seller, is told at once, and writes and deletes as one from then on', async () => {
    const [one, two] = [await joined(asha), await joined(ravi)];
    expect(await roleAt(one)).toBe('viewer');
    const { id: messageId } = await say(two, 'buy at my place');
    expect(await one.codeOf('delete_message', { streamId, messageId })).toBe('forbidden');
    await appoint(asha);
    await eventually('Asha was told', () => one.payloads('chat_standing').length === 1);
    expect(one.payloads('chat_standing')).toEqual([
      { streamId, you: { role: 'moderator', isBanned: false, mutedUntil: null } },
    ]);
    expect(await roleAt(one)).toBe('moderator');
    await say(one, 'Please be kind');
    await eventually('it arrived', () => two.texts.includes('Please be kind'));
    expect(two.durable.at(-1)).toMatchObject({ message: { user: { role: 'moderator' } } });
    expect(await one.codeOf('delete_message', { streamId, messageId })).toBe('ok');
    await eventually('it is gone', () => two.durable.some(({ event }) => event === 'message_deleted'));
  });

  test('pins products as the seller does', async () => {
    const price = { amountMinor: 1000, currency: 'inr' as const };
    const product = await seller.api.call('createProduct', { body: { title: 'Cap', price, stock: 3 } });
    const tab = await joined(asha);
    expect(await tab.codeOf('pin_product', { streamId, productId: product.id })).toBe('forbidden');
    await appoint(asha);
    expect(await tab.codeOf('pin_product', { streamId, productId: product.id })).toBe('ok');
    expect(await tab.codeOf('unpin_product', { streamId, productId: product.id })).toBe('ok');
  });

  test('who was removed is a viewer at once', async () => {
    const [one, two] = [await joined(asha), await joined(ravi)];
    await appoint(asha);
    const { id: messageId } = await say(two, 'hello');
    await dismiss(asha);
    expect(await one.codeOf('delete_message', { streamId, messageId })).toBe('forbidden');
    expect(await roleAt(one)).toBe('viewer');
    expect(await seller.api.call('listModerators', { params: { handle } })).toEqual({ items: [] });
  });

  test('cannot act on the seller, on another moderator or on themselves', async () => {
    await appoint(asha);
    await appoint(ravi);
    const [one, two, shop] = [await joined(asha), await joined(ravi), await joined(seller)];
    const { id: ofSeller } = await say(shop, 'Welcome');
    const { id: ofRavi } = await say(two, 'Hello');
    for (const messageId of [ofSeller, ofRavi]) {
      expect(await one.codeOf('delete_message', { streamId, messageId })).toBe('forbidden');
    }
    for (const { user } of [seller, ravi, asha]) {
      const userId = user.id;
      expect(await one.codeOf('timeout_user', { streamId, userId, seconds: 300 })).toBe('forbidden');
      expect(await one.codeOf('ban_user', { streamId, userId })).toBe('forbidden');
      expect(await one.codeOf('unban_user', { streamId, userId })).toBe('forbidden');
    }
    expect(await shop.codeOf('delete_message', { streamId, messageId: ofRavi })).toBe('ok');
  });

  test('of one shop is a viewer in every other', async () => {
    await appoint(asha);
    const other = await server.registerSeller('Other');
    const show = await other.api.call('createStream', { body: { title: 'Hats' } });
    const tab = await joined(asha);
    expect((await tab.do('join_room', { streamId: show.id })).you.role).toBe('viewer');
    const userId = other.user.id;
    expect(await tab.codeOf('ban_user', { streamId: show.id, userId })).toBe('forbidden');
  });

  test('of a shop is known to another node within seconds', async () => {
    const tab = await joined(asha);
    await server.database.query(
      `with shop as (select id from shops where handle = $1),
            added as (insert into moderators (shop_id, user_id) select id, $2 from shop)
       insert into chat_rules (shop_id) select id from shop`,
      [handle, asha.user.id],
    );
    await eventually('this node knows it', async () => (await roleAt(tab)) === 'moderator');
  });
});

describe('appointing', () => {
  test("is for the shop's own seller alone", async () => {
    const other = await server.registerSeller('Other');
    const params = { handle, userId: asha.user.id };
    expect(await codeOf(other.api.call('appointModerator', { params }))).toBe('not_found');
    expect(await codeOf(asha.api.call('appointModerator', { params }))).toBe('not_a_seller');
    expect(await codeOf(other.api.call('listModerators', { params: { handle } }))).toBe('not_found');
    expect(await codeOf(other.api.call('moderationLog', { params: { handle } }))).toBe('not_found');
    expect(await codeOf(other.api.call('findChatters', { params: { handle }, query: { name: 'A' } }))).toBe(
      'not_found',
    );
    const path = `/shops/${handle}/moderators/${asha.user.id}`;
    expect((await fetch(server.url + path, { method: 'PUT' })).status).toBe(401);
  });

  test('somebody twice is as good as once, and nobody is not found', async () => {
    await appoint(asha);
    await appoint(asha);
    const { items } = await seller.api.call('listModerators', { params: { handle } });
    expect(items).toEqual([
      { user: { id: asha.user.id, displayName: 'Asha' }, appointedAt: expect.any(String) },
    ]);
    const nobody = { params: { handle, userId: randomUUID() } };
    expect(await codeOf(seller.api.call('appointModerator', nobody))).toBe('not_found');
    const oneself = { params: { handle, userId: seller.user.id } };
    expect(await codeOf(seller.api.call('appointModerator', oneself))).toBe('forbidden');
    const noId = { params: { handle, userId: '__proto__' } };
    expect(await codeOf(seller.api.call('appointModerator', noId))).toBe('not_found');
    await dismiss(asha);
    await dismiss(asha);
    const log = await seller.api.call('moderationLog', { params: { handle } });
    expect(log.items.map(({ action }) => action)).toEqual(['moderator_removed', 'moderator_appointed']);
  });

  test('finds people by a part of their name among those who chatted', async () => {
    const [mine, quiet] = [await server.register('Meena 100%'), await server.register('Meera')];
    const tab = await joined(mine);
    await joined(quiet);
    await say(tab, 'hello');
    const found = async (name: string) =>
      (await seller.api.call('findChatters', { params: { handle }, query: { name } })).items;
    expect(await found('mee')).toEqual([{ id: mine.user.id, displayName: 'Meena 100%' }]);
    expect(await found('100%')).toHaveLength(1);
    expect(await found('%')).toHaveLength(1);
    expect(await found('_eena')).toEqual([]);
    expect(await codeOf(found(''))).toBe('validation_failed');
  });
});

describe('the moderation log', () => {
  test('says who did what to whom, when and why, the newest first and page by page', async () => {
    await appoint(asha);
    const [one, two] = [await joined(asha), await joined(ravi)];
    const { id: messageId } = await say(two, 'spam');
    await one.do('delete_message', { streamId, messageId, reason: 'Advertising' });
    const { until } = await one.do('timeout_user', { streamId, userId: ravi.user.id, seconds: 60 });
    const first = await seller.api.call('moderationLog', { params: { handle }, query: { limit: 2 } });
    const actor = { id: asha.user.id, displayName: 'Asha' };
    const target = { id: ravi.user.id, displayName: 'Ravi' };
    expect(first.items).toMatchObject([
      { action: 'user_timed_out', actor, target, streamId, reason: null, facts: { until } },
      { action: 'message_deleted', actor, target, streamId, messageId, reason: 'Advertising' },
    ]);
    const query = { limit: 2, cursor: first.nextCursor ?? '' };
    const second = await seller.api.call('moderationLog', { params: { handle }, query });
    expect(second).toMatchObject({ items: [{ action: 'moderator_appointed' }], nextCursor: null });
    const wrong = { params: { handle }, query: { cursor: 'x' } };
    expect(await codeOf(seller.api.call('moderationLog', wrong))).toBe('validation_failed');
  });

  test('says nothing of messages that their authors took away', async () => {
    const tab = await joined(asha);
    const { id: messageId } = await say(tab, 'oops');
    await tab.do('delete_message', { streamId, messageId });
    expect((await seller.api.call('moderationLog', { params: { handle } })).items).toEqual([]);
  });

  test('can be added to, and neither changed nor emptied', async () => {
    await appoint(asha);
    for (const statement of [
      "update moderation_log set reason = 'none'",
      'delete from moderation_log',
      'truncate moderation_log',
    ]) {
      await expect(server.database.query(statement)).rejects.toThrow('append-only');
    }
  });
});
