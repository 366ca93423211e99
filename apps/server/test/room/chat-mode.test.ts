import { randomUUID } from 'node:crypto';
import { emptyRoom, reduceRoom } from '@vybekart/client';
import { defaultChatMode, type RoomEvent, type RoomSnapshot } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let helper: Person;
let people: Person[];
let asha: Person;
let streamId: string;
let handle: string;
let shop: Tab;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  handle = seller.user.shop?.handle ?? '';
  helper = await server.register('Helper');
  await seller.api.call('appointModerator', { params: { handle, userId: helper.user.id } });
  people = await Promise.all(Array.from({ length: 12 }, (_, index) => server.register(`Person ${index}`)));
});
beforeEach(async () => {
  tabs = [];
  // Whoever wrote last stands at the end, so that nobody has to wait for the next message.
  people = [...people.slice(2), ...people.slice(0, 2)];
  asha = people[0] as Person;
  ({ id: streamId } = await seller.api.call('createStream', { body: { title: 'Sneakers' } }));
  shop = await joined(seller);
});
afterEach(async () => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
  await seller.api.call('endStream', { params: { id: streamId } });
});
afterAll(() => server.close());

async function joined(person: Person | null): Promise<Tab> {
  const tab = person ? await Tab.of(server.url, person) : await Tab.open(server.url);
  tabs.push(tab);
  await tab.do('join_room', { streamId });
  return tab;
}
const message = (text: string, more = {}) => ({ streamId, clientMsgId: randomUUID(), text, ...more });
const say = (tab: Tab, text: string, more = {}) => tab.do('send_message', message(text, more));
const sayCode = (tab: Tab, text: string, more = {}) => tab.codeOf('send_message', message(text, more));
const setMode = (changes: object) => shop.do('set_chat_mode', { streamId, ...changes });
const snapshot = () => server.guest().api.call('getRoom', { params: { id: streamId } });

describe('slow mode', () => {
  test('lets one person write once in its time, says how long to wait, and holds nobody else up', async () => {
    const [one, two] = [await joined(asha), await joined(people[1] as Person)];
    await setMode({ slowModeSeconds: 60 });
    const first = message('first');
    const placed = await one.do('send_message', first);
    const refused = (await one.ask('send_message', message('second'))) as {
      error: { code: string; retryAfterMs: number };
    };
    expect(refused.error.code).toBe('rate_limited');
    expect(refused.error.retryAfterMs).toBeGreaterThan(50_000);
    expect(refused.error.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await one.do('send_message', first)).toMatchObject(placed);
    expect(await sayCode(two, 'hello')).toBe('ok');
    await setMode({ slowModeSeconds: 0 });
    expect(await sayCode(one, 'second')).toBe('ok');
  });

  test('is not for the seller and the moderators', async () => {
    await setMode({ slowModeSeconds: 60 });
    const mod = await joined(helper);
    for (const text of ['one', 'two']) {
      expect(await sayCode(shop, text)).toBe('ok');
      expect(await sayCode(mod, text)).toBe('ok');
    }
  });
});

describe('followers-only', () => {
  test('asks viewers to follow, and takes their message the moment they do', async () => {
    const tab = await joined(asha);
    await setMode({ followersOnly: true });
    expect(await sayCode(tab, 'hello')).toBe('followers_only');
    await asha.api.call('follow', { params: { handle } });
    expect(await sayCode(tab, 'hello')).toBe('ok');
    expect(await sayCode(await joined(helper), 'hello')).toBe('ok');
  });
});

describe('links', () => {
  test('come from the seller and the moderators alone, unless they are let in', async () => {
    const [tab, mod] = [await joined(asha), await joined(helper)];
    expect(await sayCode(tab, 'buy at bit.ly/fake')).toBe('links_not_allowed');
    expect(await sayCode(mod, 'sizes: https://example.com/sizes')).toBe('ok');
    expect(await sayCode(shop, 'www.example.com')).toBe('ok');
    await setMode({ linksFromModeratorsOnly: false });
    expect(await sayCode(tab, 'I saw it at example.com')).toBe('ok');
  });
});

describe('a chat that is off', () => {
  test('is closed to viewers, by REST too, and open to those who run it', async () => {
    const tab = await joined(asha);
    await setMode({ chatOn: false });
    expect(await sayCode(tab, 'hello')).toBe('chat_off');
    const body = { clientMsgId: randomUUID(), text: 'hello' };
    const byRest = asha.api.call('sendMessage', { params: { id: streamId }, body });
    await expect(byRest).rejects.toMatchObject({ code: 'chat_off' });
    expect(await sayCode(shop, 'Back in a minute')).toBe('ok');
  });
});

describe('the chat mode', () => {
  test('is told to everybody with its place, stands in the snapshot, and is not told twice', async () => {
    const tab = await joined(asha);
    const { seq, mode } = await setMode({ slowModeSeconds: 10, followersOnly: true });
    expect(mode).toEqual({ ...defaultChatMode, slowModeSeconds: 10, followersOnly: true });
    await eventually('it was told', () => tab.payloads('chat_mode').length === 1);
    expect(tab.durable).toMatchObject([{ event: 'chat_mode', seq, ...mode }]);
    expect((await snapshot()).settings).toEqual({ ...mode, maxMessageLength: 300, pinnedMessage: null });
    expect(await setMode({ followersOnly: true })).toMatchObject({ seq: null, mode });
    expect(await setMode({})).toMatchObject({ seq: null });
    const log = await seller.api.call('moderationLog', { params: { handle }, query: { limit: 1 } });
    expect(log.items).toMatchObject([{ action: 'chat_mode_set', streamId, facts: mode }]);
  });

  test('is set by the seller and the moderators alone', async () => {
    expect(await (await joined(helper)).codeOf('set_chat_mode', { streamId, chatOn: false })).toBe('ok');
    const tab = await joined(asha);
    expect(await tab.codeOf('set_chat_mode', { streamId, chatOn: true })).toBe('forbidden');
    expect(await tab.codeOf('pin_message', { streamId, messageId: null })).toBe('forbidden');
    expect(await shop.codeOf('set_chat_mode', { streamId: randomUUID(), chatOn: true })).toBe('not_found');
  });
});

describe('an announcement', () => {
  test('of the seller or a moderator is marked as one, and viewers cannot make it', async () => {
    const tab = await joined(asha);
    expect(await sayCode(tab, 'I am the boss', { kind: 'announcement' })).toBe('forbidden');
    await say(shop, 'Half price for ten minutes', { kind: 'announcement' });
    await eventually('it arrived', () => tab.durable.length === 1);
    expect(tab.durable[0]).toMatchObject({ message: { kind: 'announcement', user: { role: 'seller' } } });
    expect((await snapshot()).chat[0]?.message.kind).toBe('announcement');
  });
});

describe('a pinned message', () => {
  test('stands above the chat for everybody until another takes its place or it is taken down', async () => {
    const [tab, mod] = [await joined(asha), await joined(helper)];
    const { id: first } = await say(shop, 'Shipping is free today');
    const { id: second } = await say(tab, 'Size 8 runs small');
    await mod.do('pin_message', { streamId, messageId: first });
    await mod.do('pin_message', { streamId, messageId: second });
    expect((await snapshot()).settings.pinnedMessage).toMatchObject({
      id: second,
      text: 'Size 8 runs small',
    });
    await mod.do('pin_message', { streamId, messageId: null });
    expect(await mod.do('pin_message', { streamId, messageId: null })).toMatchObject({ seq: null });
    expect((await snapshot()).settings.pinnedMessage).toBeNull();
    await eventually('all was told', () => tab.payloads('message_pinned').length === 3);
    expect(
      tab.payloads('message_pinned').map(({ message }) => message && (message as { id: string }).id),
    ).toEqual([first, second, null]);
  });

  test('that is deleted is gone from above the chat, from latecomers and from the log', async () => {
    const tab = await joined(asha);
    const { id: messageId } = await say(tab, 'something rude');
    await shop.do('pin_message', { streamId, messageId });
    await shop.do('delete_message', { streamId, messageId });
    expect((await snapshot()).settings.pinnedMessage).toBeNull();
    const { missed, room } = await (await joined(null)).do('join_room', { streamId, afterSeq: 0 });
    const { rows } = await server.database.query('select payload from room_events where stream_id = $1', [
      streamId,
    ]);
    expect(JSON.stringify([missed, room, rows])).not.toContain('rude');
    expect(await shop.codeOf('pin_message', { streamId, messageId })).toBe('not_found');
  });

  test('of another show cannot be pinned', async () => {
    const other = await server.registerSeller('Other');
    const show = await other.api.call('createStream', { body: { title: 'Hats' } });
    const tab = await Tab.of(server.url, other);
    tabs.push(tab);
    await tab.do('join_room', { streamId: show.id });
    const { id: messageId } = await tab.do('send_message', { ...message('elsewhere'), streamId: show.id });
    expect(await shop.codeOf('pin_message', { streamId, messageId })).toBe('not_found');
    expect(await sayCode(shop, 'an answer', { replyTo: messageId })).toBe('not_found');
  });
});

describe('a reply', () => {
  test('shows whom it answers and the first words of what they said', async () => {
    const tab = await joined(asha);
    const question = `कितने का है? ${'👟'.repeat(100)}`;
    const { id } = await say(tab, question);
    await say(shop, 'Rs. 999', { replyTo: id });
    await eventually('it arrived', () => tab.durable.length === 2);
    const [, answer] = tab.durable;
    const { user } = asha;
    expect(answer).toMatchObject({
      message: { text: 'Rs. 999', replyTo: { id, user: { id: user.id, displayName: user.displayName } } },
    });
    const excerpt = answer?.event === 'new_message' ? (answer.message.replyTo?.excerpt ?? '') : '';
    expect(excerpt).toMatch(/^कितने का है\? 👟+…$/u);
    expect([...new Intl.Segmenter().segment(excerpt)]).toHaveLength(80);
  });

  test('to a message that is deleted shows no text of it, wherever one looks', async () => {
    const [tab, other] = [await joined(asha), await joined(people[1] as Person)];
    const { id } = await say(tab, 'something rude');
    await say(other, 'please do not', { replyTo: id });
    await shop.do('delete_message', { streamId, messageId: id });
    expect(await sayCode(other, 'too late', { replyTo: id })).toBe('not_found');
    const { missed, room } = await (await joined(null)).do('join_room', { streamId, afterSeq: 0 });
    expect(room.chat).toMatchObject([{ message: { text: 'please do not', replyTo: { id, excerpt: null } } }]);
    const { rows } = await server.database.query(
      'select payload::text as it from room_events where stream_id = $1 union all select text from messages where stream_id = $1',
      [streamId],
    );
    expect(JSON.stringify([missed, rows])).not.toContain('rude');
  });

  test('that races the deletion of what it answers never keeps its words', async () => {
    const [tab, other] = [await joined(asha), await joined(people[1] as Person)];
    for (let round = 0; round < 4; round += 1) {
      const { id } = await say(tab, `rude ${round}`);
      await Promise.all([
        shop.do('delete_message', { streamId, messageId: id }),
        other.codeOf('send_message', message('an answer', { replyTo: id })),
      ]);
    }
    const { missed } = await (await joined(null)).do('join_room', { streamId, afterSeq: 0 });
    expect(JSON.stringify([missed, await snapshot()])).not.toContain('rude');
  });

  test('to a person whose messages were all taken away shows no text either', async () => {
    const [tab, other] = [await joined(asha), await joined(people[1] as Person)];
    const { id } = await say(tab, 'something rude');
    await say(other, 'please do not', { replyTo: id });
    const userId = asha.user.id;
    await shop.do('timeout_user', { streamId, userId, seconds: 60, deleteMessages: true });
    expect((await snapshot()).chat).toMatchObject([{ message: { replyTo: { excerpt: null } } }]);
    await shop.do('unban_user', { streamId, userId });
  });
});

test('the log alone adds up to the snapshot: messages, answers, pins, mode and what was taken away', async () => {
  const [tab, mod, third] = [await joined(asha), await joined(helper), await joined(people[1] as Person)];
  const seen: [RoomEvent[], RoomSnapshot][] = [];
  const { id: rude } = await say(tab, 'rude');
  const steps: (() => Promise<unknown>)[] = [
    () => say(third, 'an answer', { replyTo: rude }),
    () => setMode({ slowModeSeconds: 5 }),
    () => mod.do('pin_message', { streamId, messageId: rude }),
    () => say(shop, 'Welcome', { kind: 'announcement' }),
    () => shop.do('delete_message', { streamId, messageId: rude }),
    () => setMode({ slowModeSeconds: 0, linksFromModeratorsOnly: false }),
    () => say(third, 'something else'),
    () => shop.do('ban_user', { streamId, userId: people[1]?.user.id, deleteMessages: true }),
    () => setMode({ chatOn: false }),
  ];
  for (const step of steps) {
    await step();
    const { missed } = await server
      .guest()
      .api.call('getRoomEvents', { params: { id: streamId }, query: { afterSeq: 0 } });
    seen.push([missed, await snapshot()]);
  }
  for (const [events, room] of seen) {
    const state = events.reduce(reduceRoom, emptyRoom(streamId));
    const { maxMessageLength: _, pinnedMessage, ...chatMode } = room.settings;
    expect({ ...state, stock: {}, pinTimeline: [] }).toMatchObject({
      seq: room.seq,
      messages: room.chat,
      chatMode,
      pinnedMessage,
      pins: room.pins,
    });
  }
  const { rows } = await server.database.query('select count(*)::int from room_events where stream_id = $1', [
    streamId,
  ]);
  expect(seen.at(-1)?.[0]).toHaveLength(rows[0].count);
  await shop.do('unban_user', { streamId, userId: people[1]?.user.id });
});
