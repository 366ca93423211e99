import { randomUUID } from 'node:crypto';
import type { ReviewItem } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let helper: Person;
let people: Person[];
let asha: Person;
let ravi: Person;
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
  people = await Promise.all(Array.from({ length: 15 }, (_, index) => server.register(`Person ${index}`)));
  await setWords(['idiot', 'kutta']);
});
beforeEach(async () => {
  tabs = [];
  people = [...people.slice(2), ...people.slice(0, 2)];
  [asha, ravi] = people as [Person, Person];
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
const setWords = (words: string[]) =>
  seller.api.call('setBlockedWords', { params: { handle }, body: { words } });
const message = (text: string, more = {}) => ({ streamId, clientMsgId: randomUUID(), text, ...more });
const say = (tab: Tab, text: string, more = {}) => tab.do('send_message', message(text, more));
const queue = async (person: Person = seller): Promise<ReviewItem[]> =>
  (await person.api.call('reviewQueue', { params: { id: streamId } })).items;
const decide = (messageId: string, decision: 'approve' | 'hide', person: Person = seller) =>
  person.api.call('reviewMessage', { params: { id: streamId, messageId }, body: { decision } });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
async function everywhere(): Promise<string> {
  const { room, missed } = await (await joined(null)).do('join_room', { streamId, afterSeq: 0 });
  const rest = await server.guest().api.call('getRoom', { params: { id: streamId } });
  const events = await server.guest().api.call('getRoomEvents', { params: { id: streamId } });
  return JSON.stringify([room, missed, rest, events]);
}

describe('a message with a blocked word', () => {
  test('is seen by nobody but its author and those who review, whom it reaches at once', async () => {
    const [tab, other, mod] = [await joined(asha), await joined(ravi), await joined(helper)];
    const sent = message('what an 1d10t');
    const placed = await tab.do('send_message', sent);
    expect(placed).toMatchObject({ seq: null });
    expect(await tab.do('send_message', sent)).toMatchObject(placed);
    for (const reviewer of [shop, mod]) {
      await eventually('they were told', () => reviewer.payloads('review_requested').length === 1);
    }
    expect(mod.payloads('review_requested')).toMatchObject([
      {
        streamId,
        item: {
          reason: 'blocked_word',
          message: { id: placed.id, text: sent.text, user: { id: asha.user.id } },
        },
      },
    ]);
    expect(await queue()).toMatchObject([{ reason: 'blocked_word', message: { id: placed.id } }]);
    expect(await everywhere()).not.toContain('1d10t');
    await say(other, 'and on');
    await eventually('the next one arrived', () => other.texts.length === 1);
    expect([...other.texts, ...tab.texts]).not.toContain(sent.text);
  });

  test('that is approved gets its place then, and everybody sees it', async () => {
    const [tab, other] = [await joined(asha), await joined(ravi)];
    const sent = message('my dog is a kutta');
    const { id } = await tab.do('send_message', sent);
    await say(other, 'something in between');
    const { seq } = await decide(id, 'approve', helper);
    expect(seq).toBe(2);
    await eventually('it arrived', () => other.texts.includes(sent.text));
    expect(other.durable.at(-1)).toMatchObject({ seq, message: { id, clientMsgId: sent.clientMsgId } });
    expect(await tab.do('send_message', sent)).toMatchObject({ id, seq });
    await eventually('the author was told', () => tab.payloads('review_settled').length === 1);
    expect(tab.payloads('review_settled')).toEqual([{ streamId, messageId: id, status: 'visible' }]);
    expect(await queue()).toEqual([]);
    expect(await codeOf(decide(id, 'hide'))).toBe('conflict');
    await shop.do('delete_message', { streamId, messageId: id });
    expect(await everywhere()).not.toContain('kutta');
  });

  test('that is hidden is never seen, and takes no place', async () => {
    const tab = await joined(asha);
    const sent = message('you idiot');
    const { id } = await tab.do('send_message', sent);
    expect(await decide(id, 'hide')).toEqual({ id, seq: null });
    await eventually('the author was told', () => tab.payloads('review_settled').length === 1);
    expect(tab.payloads('review_settled')).toMatchObject([{ status: 'hidden' }]);
    expect(await tab.do('send_message', sent)).toMatchObject({ id, seq: null });
    expect((await server.guest().api.call('getRoom', { params: { id: streamId } })).seq).toBe(0);
    const { rows } = await server.database.query('select text, held_message from messages where id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ text: '', held_message: null }]);
  });

  test('can be taken away by its author while it waits', async () => {
    const tab = await joined(asha);
    const { id } = await say(tab, 'you idiot');
    expect(await tab.do('delete_message', { streamId, messageId: id })).toMatchObject({ seq: null });
    await eventually('they were told', () => shop.payloads('review_settled').length === 1);
    expect(shop.payloads('review_settled')).toMatchObject([{ messageId: id, status: 'deleted' }]);
    expect(await queue()).toEqual([]);
    expect(await codeOf(decide(id, 'approve'))).toBe('conflict');
  });

  test('of the seller or a moderator is not held', async () => {
    const mod = await joined(helper);
    expect((await say(shop, 'do not say idiot')).seq).toBe(1);
    expect((await say(mod, 'do not say kutta')).seq).toBe(2);
  });

  test('answered to one that was deleted while it waited, keeps no word of that', async () => {
    const [tab, other] = [await joined(asha), await joined(ravi)];
    const { id: rude } = await say(other, 'something rude');
    const { id } = await say(tab, 'idiot', { replyTo: rude });
    await shop.do('delete_message', { streamId, messageId: rude });
    await decide(id, 'approve');
    expect(await everywhere()).not.toContain('rude');
  });

  test('is held by REST as well, and among many at once', async () => {
    const tab = await joined(asha);
    const body = { clientMsgId: randomUUID(), text: 'idiot' };
    const placed = await ravi.api.call('sendMessage', { params: { id: streamId }, body });
    expect(placed.seq).toBeNull();
    const texts = ['one', 'idiot', 'two'];
    const places = await Promise.all(texts.map((text) => say(tab, text)));
    expect(places.map(({ seq }) => seq === null)).toEqual([false, true, false]);
    const first = await ravi.api.call('reviewQueue', { params: { id: streamId } }).catch(({ code }) => code);
    expect(first).toBe('forbidden');
    const page = await seller.api.call('reviewQueue', { params: { id: streamId }, query: { limit: 1 } });
    const rest = { limit: 1, cursor: page.nextCursor ?? '' };
    const next = await seller.api.call('reviewQueue', { params: { id: streamId }, query: rest });
    expect([...page.items, ...next.items].map((item) => item.message.text)).toEqual(['idiot', 'idiot']);
    expect(next.nextCursor).toBeNull();
  });
});

test('the author finds a held message again when they come back, and nobody else does', async () => {
  const tab = await joined(asha);
  expect((await tab.do('join_room', { streamId })).held).toEqual([]);
  const sent = message('you idiot');
  const { id } = await tab.do('send_message', sent);
  const back = await (await joined(asha)).do('join_room', { streamId });
  expect(back.held).toMatchObject([{ id, clientMsgId: sent.clientMsgId, text: sent.text }]);
  expect((await (await joined(ravi)).do('join_room', { streamId })).held).toEqual([]);
  expect((await (await joined(null)).do('join_room', { streamId })).held).toEqual([]);
  await decide(id, 'hide');
  expect((await (await joined(asha)).do('join_room', { streamId })).held).toEqual([]);
});

describe('deciding', () => {
  test('is for the seller and the moderators, about messages of their own room', async () => {
    const tab = await joined(asha);
    const { id } = await say(tab, 'idiot');
    expect(await codeOf(decide(id, 'approve', asha))).toBe('forbidden');
    expect(await codeOf(decide(id, 'approve', ravi))).toBe('forbidden');
    expect(await codeOf(decide(randomUUID(), 'approve'))).toBe('not_found');
    expect(await codeOf(decide('__proto__', 'approve'))).toBe('not_found');
    const other = await server.registerSeller('Other');
    const show = await other.api.call('createStream', { body: { title: 'Hats' } });
    const elsewhere = { params: { id: show.id, messageId: id }, body: { decision: 'approve' as const } };
    expect(await codeOf(other.api.call('reviewMessage', elsewhere))).toBe('not_found');
    const bad = { params: { id: streamId, messageId: id }, body: { decision: 'ban' as 'hide' } };
    expect(await codeOf(seller.api.call('reviewMessage', bad))).toBe('validation_failed');
  });

  test('twice at the same moment is done once', async () => {
    const tab = await joined(asha);
    const { id } = await say(tab, 'idiot');
    const codes = await Promise.all([codeOf(decide(id, 'approve')), codeOf(decide(id, 'approve', helper))]);
    expect(codes.sort()).toEqual(['conflict', 'ok']);
    const log = await seller.api.call('moderationLog', { params: { handle }, query: { limit: 2 } });
    expect(log.items).toMatchObject([
      { action: 'message_approved', messageId: id },
      { action: 'message_held', actor: null, target: { id: asha.user.id }, facts: { by: 'blocked_word' } },
    ]);
  });
});

describe('the list of blocked words', () => {
  test("is the seller's, without repetitions, and counts from the next message on", async () => {
    const tab = await joined(asha);
    expect((await say(tab, 'that is a scam')).seq).toBe(1);
    expect(await setWords(['scam', 'scam', 'नकली'])).toEqual({ words: ['scam', 'नकली'] });
    expect(await seller.api.call('getBlockedWords', { params: { handle } })).toEqual({
      words: ['scam', 'नकली'],
    });
    expect((await say(tab, 'a $c4m, nakli')).seq).toBeNull();
    await setWords(['idiot', 'kutta']);
    expect((await say(tab, 'no scam')).seq).toBe(2);
  });

  test('takes no nonsense, and is kept from others', async () => {
    const other = await server.registerSeller('Another');
    expect(await codeOf(other.api.call('getBlockedWords', { params: { handle } }))).toBe('not_found');
    const put = { params: { handle }, body: { words: [] } };
    expect(await codeOf(other.api.call('setBlockedWords', put))).toBe('not_found');
    for (const words of [
      [''],
      ['x'.repeat(41)],
      Array.from({ length: 501 }, (_, index) => `w${index}`),
      [7],
      'x',
    ]) {
      expect(await codeOf(setWords(words as string[]))).toBe('validation_failed');
    }
  });
});

describe('a report', () => {
  async function report(count: number, messageId: string): Promise<Tab[]> {
    const reporters = await Promise.all(people.slice(2, 2 + count).map(joined));
    for (const tab of reporters) await tab.do('report_message', { streamId, messageId, reason: 'spam' });
    return reporters;
  }

  test('of three people has a message held, and moderators can give it back', async () => {
    const tab = await joined(asha);
    const { id } = await say(tab, 'buy my stuff');
    const [first] = await report(2, id);
    await first?.do('report_message', { streamId, messageId: id });
    expect(await queue()).toEqual([]);
    const third = await joined(people[5] as Person);
    await third.do('report_message', { streamId, messageId: id });
    await eventually('it is gone', () => tab.durable.some(({ event }) => event === 'message_deleted'));
    expect(await everywhere()).not.toContain('buy my stuff');
    expect(await queue(helper)).toMatchObject([{ reason: 'reports', message: { id, text: 'buy my stuff' } }]);
    const { seq } = await decide(id, 'approve');
    expect(seq).toBe(3);
    await eventually('it is back', () => third.texts.includes('buy my stuff'));
    await report(4, id);
    expect(await queue()).toEqual([]);
    await shop.do('delete_message', { streamId, messageId: id });
    expect(await everywhere()).not.toContain('buy my stuff');
  });

  test("of the seller's message never hides it, and nobody reports themselves", async () => {
    const { id } = await say(shop, 'Welcome');
    await report(4, id);
    expect(await everywhere()).toContain('Welcome');
    const tab = await joined(asha);
    const { id: own } = await say(tab, 'hello');
    expect(await tab.codeOf('report_message', { streamId, messageId: own })).toBe('forbidden');
    expect(await tab.codeOf('report_message', { streamId, messageId: randomUUID() })).toBe('not_found');
  });

  test('of somebody who is timed out or banned does not count', async () => {
    const { id } = await say(await joined(asha), 'hello');
    const tab = await joined(ravi);
    const userId = ravi.user.id;
    const code = () => tab.codeOf('report_message', { streamId, messageId: id });
    await shop.do('timeout_user', { streamId, userId, seconds: 60 });
    expect(await code()).toBe('muted');
    await shop.do('ban_user', { streamId, userId });
    await eventually('out of the room', () => tab.payloads('chat_standing').length === 2);
    expect(await code()).toBe('not_joined');
    await shop.do('unban_user', { streamId, userId });
  });

  test('is for those in the room, and not more often than they can mean it', async () => {
    const { id } = await say(shop, 'Welcome');
    const outside = await Tab.of(server.url, asha);
    tabs.push(outside);
    expect(await outside.codeOf('report_message', { streamId, messageId: id })).toBe('not_joined');
    const tab = await joined(await server.register('Keen'));
    const answers = [];
    for (let count = 0; count < 6; count += 1) {
      answers.push(await tab.ask('report_message', { streamId, messageId: id }));
    }
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false]);
    expect(answers.at(-1)).toMatchObject({
      error: { code: 'rate_limited', retryAfterMs: expect.any(Number) },
    });
  });
});
