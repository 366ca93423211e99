import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RoomEvent, StreamWithIngest } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
/** Enough people that nobody comes near the five messages at once that each may send. */
let people: Person[];
let asha: Person;
let ravi: Person;
let stream: StreamWithIngest;
let streamId: string;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  people = await Promise.all(upTo(12).map((number) => server.register(`Person ${number}`)));
});
beforeEach(async () => {
  tabs = [];
  // Whoever spoke last stands at the end.
  const [one, two, ...others] = people as [Person, Person, ...Person[]];
  [asha, ravi] = [one, two];
  people = [...others, one, two];
  stream = await seller.api.call('createStream', { body: { title: 'Sneakers' } });
  streamId = stream.id;
});
afterEach(async () => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
  await seller.api.call('endStream', { params: { id: streamId } });
});
afterAll(() => server.close());

async function open(person: Person | null): Promise<Tab> {
  const tab = person ? await Tab.of(server.url, person) : await Tab.open(server.url);
  tabs.push(tab);
  return tab;
}
async function joined(person: Person | null): Promise<Tab> {
  const tab = await open(person);
  await tab.do('join_room', { streamId });
  return tab;
}
const say = (tab: Tab, text: string, clientMsgId: string = randomUUID()) =>
  tab.do('send_message', { streamId, clientMsgId, text });
/** Waits as long as it is told to, as a client does. */
async function sayPatiently(tab: Tab, text: string): Promise<{ id: string; seq: number }> {
  const clientMsgId = randomUUID();
  for (;;) {
    const answer = await tab.ask('send_message', { streamId, clientMsgId, text });
    if (answer.ok) return answer as unknown as { id: string; seq: number };
    const error = answer.error as { code: string; retryAfterMs: number };
    if (error.code !== 'rate_limited') throw new Error(error.code);
    await delay(error.retryAfterMs);
  }
}
const seqs = (events: readonly RoomEvent[]) => events.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a message', () => {
  test('is acknowledged with its place and reaches everybody in the room, its author too', async () => {
    const [one, two, guest] = [await joined(asha), await joined(ravi), await joined(null)];
    const clientMsgId = randomUUID();
    const { id, seq } = await say(one, 'कितने का है? 👟', clientMsgId);
    for (const tab of [one, two, guest]) {
      await eventually('it arrived', () => tab.durable.length === 1);
      expect(tab.durable).toEqual([
        {
          event: 'new_message',
          streamId,
          seq,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/),
          message: {
            id,
            clientMsgId,
            text: 'कितने का है? 👟',
            user: { id: asha.user.id, displayName: asha.user.displayName, role: 'viewer' },
          },
        },
      ]);
    }
  });

  test('of the seller is marked as such', async () => {
    const tab = await joined(seller);
    await say(tab, 'Welcome');
    await eventually('it arrived', () => tab.durable.length === 1);
    expect(tab.durable[0]).toMatchObject({ message: { user: { role: 'seller', displayName: 'Sahil' } } });
  });

  test('is stored and shown as the text that it is', async () => {
    const tab = await joined(asha);
    const texts = ['<script>alert(1)</script>', 'javascript:alert(1)', "'; drop table users; --", '{"a":1}'];
    for (const text of texts) await say(tab, text);
    await eventually('they arrived', () => tab.texts.length === texts.length);
    expect(tab.texts).toEqual(texts);
  });

  test('sent again with the same clientMsgId has the same place, and nobody sees it twice', async () => {
    const [one, two] = [await joined(asha), await joined(ravi)];
    const clientMsgId = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => say(one, 'once', clientMsgId)));
    answers.push(await say(one, 'another text', clientMsgId));
    expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1);
    await say(two, 'and on');
    await eventually('the next one arrived', () => two.texts.includes('and on'));
    expect(two.texts).toEqual(['once', 'and on']);
    expect(seqs(two.durable)).toEqual([1, 2]);
  });

  test('with the clientMsgId of somebody else is a message of its own', async () => {
    const [one, two] = [await joined(asha), await joined(ravi)];
    const clientMsgId = randomUUID();
    await say(one, 'from Asha', clientMsgId);
    await say(two, 'from Ravi', clientMsgId);
    await eventually('both arrived', () => two.texts.length === 2);
    expect(two.texts).toEqual(['from Asha', 'from Ravi']);
  });

  test('taken away by the seller leaves the chat of those here, of latecomers and of the log', async () => {
    const [one, shop] = [await joined(asha), await joined(seller)];
    const { id: messageId, seq } = await say(one, 'something rude');
    const { seq: deletedAt } = await shop.do('delete_message', { streamId, messageId });
    await eventually('it was told', () => one.durable.some(({ event }) => event === 'message_deleted'));
    expect(await shop.do('delete_message', { streamId, messageId })).toMatchObject({ seq: null });
    const late = await open(ravi);
    const { room, missed } = await late.do('join_room', { streamId, afterSeq: 0 });
    expect(room.chat).toEqual([]);
    expect(JSON.stringify(missed)).not.toContain('rude');
    expect(seqs(missed ?? [])).toEqual([seq, deletedAt]);
    const stored = await server.database.query('select payload from room_events where stream_id = $1', [
      streamId,
    ]);
    expect(JSON.stringify(stored.rows)).not.toContain('rude');
  });

  test('cannot be taken away by another viewer, but by its author', async () => {
    const [one, two] = [await joined(asha), await joined(ravi)];
    const { id: messageId } = await say(one, 'hello');
    expect(await two.codeOf('delete_message', { streamId, messageId })).toBe('forbidden');
    expect(await two.codeOf('delete_message', { streamId, messageId: randomUUID() })).toBe('not_found');
    expect(await one.codeOf('delete_message', { streamId, messageId })).toBe('ok');
  });
});

describe('the log', () => {
  test('of sixty parallel sends has no gap, no repetition, and one order for everybody', async () => {
    const watchers = [await joined(null), await joined(asha)];
    const senders = await Promise.all(people.map(joined));
    const places = await Promise.all(
      upTo(60).map((number) => sayPatiently(senders[number % senders.length] as Tab, `message ${number}`)),
    );
    expect(places.map(({ seq }) => seq).sort((one, other) => one - other)).toEqual(upTo(60));
    for (const watcher of watchers) {
      await eventually('all arrived', () => watcher.durable.length >= 60);
      expect(seqs(watcher.durable)).toEqual(upTo(60));
    }
    expect(watchers[0]?.texts).toEqual(watchers[1]?.texts);
  });

  test('is delivered exactly once and in order over reconnects, whatever was said in between', async () => {
    const speakers = [await joined(asha), await joined(people[0] ?? null)];
    const seen: RoomEvent[] = [];
    let listener = await joined(ravi);
    for (let round = 0; round < 4; round += 1) {
      await sayPatiently(speakers[round % 2] as Tab, `while listening ${round}`);
      await eventually('it arrived', () => listener.texts.includes(`while listening ${round}`));
      seen.push(...listener.durable);
      listener.socket.io.engine.close();
      await sayPatiently(speakers[round % 2] as Tab, `while away ${round}`);
      listener = await open(ravi);
      const { missed, hasMore, reset } = await listener.do('join_room', {
        streamId,
        afterSeq: seen.at(-1)?.seq,
      });
      expect({ hasMore, reset }).toEqual({ hasMore: false, reset: false });
      seen.push(...(missed ?? []));
    }
    expect(seqs(seen)).toEqual(upTo(8));
    const { room } = await listener.do('join_room', { streamId });
    expect(room.chat.map(({ message }) => message.text)).toEqual(
      seen.flatMap((event) => (event.event === 'new_message' ? [event.message.text] : [])),
    );
  });

  test('misses and repeats nothing for somebody who joins in the middle of a storm', async () => {
    const senders = await Promise.all(people.map(joined));
    const storm = Promise.all(
      upTo(60).map((number) => sayPatiently(senders[number % senders.length] as Tab, `storm ${number}`)),
    );
    const newcomers = await Promise.all(
      upTo(10).map(async () => {
        const tab = await open(null);
        const { room, missed = [] } = await tab.do('join_room', { streamId, afterSeq: 0 });
        return { tab, room, missed };
      }),
    );
    await storm;
    for (const { tab, room, missed } of newcomers) {
      expect(seqs(missed)).toEqual(upTo(room.seq));
      await eventually('the end arrived', () => room.seq + tab.durable.length >= 60);
      expect(seqs([...missed, ...tab.durable])).toEqual(upTo(60));
    }
  });

  test('gives at most 200 events at once, and says that there are more', async () => {
    await server.database.query('insert into rooms (stream_id, last_seq) values ($1, 450)', [streamId]);
    await server.database.query(
      `insert into room_events (stream_id, seq, event, payload)
       select $1, seq, 'stream_state', '{"status":"ready"}' from generate_series(1, 450) as seq`,
      [streamId],
    );
    const tab = await open(null);
    const seen: RoomEvent[] = [];
    for (let hasMore = true; hasMore; ) {
      const answer = await tab.do('join_room', { streamId, afterSeq: seen.at(-1)?.seq ?? 0 });
      expect(answer.missed?.length).toBeLessThanOrEqual(200);
      seen.push(...(answer.missed ?? []));
      hasMore = answer.hasMore === true;
    }
    expect(seqs(seen)).toEqual(upTo(450));
    const byRest: RoomEvent[] = [];
    for (let hasMore = true; hasMore; ) {
      const query = { afterSeq: byRest.at(-1)?.seq ?? 0 };
      const page = await server.guest().api.call('getRoomEvents', { params: { id: streamId }, query });
      byRest.push(...page.missed);
      hasMore = page.hasMore;
    }
    expect(byRest).toEqual(seen);
  });

  test('of another node is told here, too, without a gap', async () => {
    const tab = await joined(asha);
    await say(tab, 'from this node');
    await server.database.query(
      `with moved as (update rooms set last_seq = last_seq + 2 where stream_id = $1)
       insert into room_events (stream_id, seq, event, payload)
       select $1, seq, 'stream_state', '{"status":"ready"}' from generate_series(2, 3) as seq`,
      [streamId],
    );
    await eventually('both were told', () => tab.durable.length === 3);
    await say(tab, 'from this node again');
    await eventually('the next one, too', () => tab.durable.length === 4);
    expect(seqs(tab.durable)).toEqual(upTo(4));
  });

  test('says reset to somebody who knows more than there is', async () => {
    const tab = await open(null);
    const answer = await tab.do('join_room', { streamId, afterSeq: 7 });
    expect(answer).toMatchObject({ room: { seq: 0 }, missed: [], hasMore: false, reset: true });
  });
});

describe('the room by REST', () => {
  test('takes messages into the same log, and gives the same room', async () => {
    const tab = await joined(asha);
    const clientMsgId = randomUUID();
    const body = { clientMsgId, text: 'from behind a firewall' };
    const placed = await ravi.api.call('sendMessage', { params: { id: streamId }, body });
    expect(await ravi.api.call('sendMessage', { params: { id: streamId }, body })).toEqual(placed);
    await eventually('it arrived by socket', () => tab.texts.length === 1);
    const room = await server.guest().api.call('getRoom', { params: { id: streamId } });
    expect(room).toMatchObject({ streamId, seq: placed.seq, status: 'ready', viewerCount: 1 });
    expect(room.chat.map(({ message }) => message.text)).toEqual(['from behind a firewall']);
  });

  test('is for people who are signed in', async () => {
    const body = { clientMsgId: randomUUID(), text: 'anonymous' };
    const refused = server.guest().api.call('sendMessage', { params: { id: streamId }, body });
    await expect(refused).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
