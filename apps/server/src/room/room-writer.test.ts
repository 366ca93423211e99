import { randomUUID } from 'node:crypto';
import { defaultChatMode, type RoomEvent } from '@vybekart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { Database } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';
import { Channel } from './fan-out/channel.ts';
import { LiveRoom } from './live-room.ts';
import { type NewMessage, RoomLogStore } from './room-log.store.ts';
import { RoomWriter } from './room-writer.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
let testDatabase: TestDatabase;
let database: Database;
let shopId: string;
let streamId: string;
let userIds: string[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(testDatabase.url, quiet);
  userIds = Array.from({ length: 5 }, () => newId());
  await database.db
    .insertInto('users')
    .values(userIds.map((id) => ({ id, email: `${id}@example.test`, display_name: 'A', password_hash: '' })))
    .execute();
  shopId = newId();
  const shop = { id: shopId, owner_id: userIds[0] ?? '', handle: 'shop', name: 'Shop' };
  await database.db.insertInto('shops').values(shop).execute();
});
beforeEach(async () => {
  streamId = newId();
  await database.db
    .insertInto('streams')
    .values({ id: streamId, shop_id: shopId, title: 'Show', status: 'ended', provider: 'fake', media: '{}' })
    .execute();
  await new RoomLogStore().ensureRoom(database.db, streamId);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

class Node {
  readonly events: RoomEvent[] = [];
  readonly room: LiveRoom;
  readonly writer: RoomWriter;

  constructor(store = new RoomLogStore()) {
    const facts = {
      head: 0,
      recent: [],
      chat: [],
      chatMode: defaultChatMode,
      pinnedMessage: null,
      pins: [],
      likeCount: 0,
      peakViewers: 0,
      videoTime: () => null,
      annotateVideo: () => {},
    };
    this.room = new LiveRoom(
      { ...facts, streamId, ownerId: '', shopId: '', isPrivate: false, status: 'live' },
      new Channel({ namespace: '/streams' }),
    );
    const apply = this.room.apply.bind(this.room);
    this.room.apply = (event) => {
      this.events.push(event);
      apply(event);
    };
    this.writer = new RoomWriter(this.room, database, store, quiet);
  }

  get seqs(): number[] {
    return this.events.map(({ seq }) => seq);
  }
}

function aMessage(text: string, author = 0, clientMsgId: string = randomUUID()): NewMessage {
  const user = { id: userIds[author] ?? '', displayName: 'A', role: 'viewer' as const };
  return { message: { id: newId(), clientMsgId, text, user }, pdt: null };
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const statements = async () => {
  const { rows } = await sql<{ count: number }>`
    select count(distinct xmin::text)::int as count from room_events where stream_id = ${streamId}`.execute(
    database.db,
  );
  return rows[0]?.count;
};

describe('a hundred senders at once', () => {
  test('get the places 1 to 100 in the order of sending, in a handful of commits', async () => {
    const node = new Node();
    const places = await Promise.all(
      upTo(100).map((number) => node.writer.post(aMessage(`message ${number}`, number % 5))),
    );
    expect(places.map(({ seq }) => seq)).toEqual(upTo(100));
    expect(node.seqs).toEqual(upTo(100));
    expect(await statements()).toBeLessThanOrEqual(3);
  });

  test('on two nodes share one order without gaps, and each node has all of it in the end', async () => {
    const nodes = [new Node(), new Node()];
    const places = await Promise.all(
      upTo(100).map(async (number) => {
        const node = nodes[number % 2] as Node;
        if (number % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        return node.writer.post(aMessage(`message ${number}`, number % 5));
      }),
    );
    expect(places.map(({ seq }) => seq ?? 0).sort((one, other) => one - other)).toEqual(upTo(100));
    for (const node of nodes) {
      await node.writer.catchUp();
      expect(node.seqs).toEqual(upTo(100));
    }
    expect(nodes[0]?.events).toEqual(nodes[1]?.events);
  });

  test('with the same clientMsgIds on two nodes, in any order, make each message once', async () => {
    const ids = upTo(200).map(() => randomUUID());
    const pause = sql`select pg_sleep(0.05)`;
    await Promise.all([pause.execute(database.db), pause.execute(database.db)]);
    const post = (order: string[]) => {
      const node = new Node();
      return Promise.all(
        order.map(async (id) => [id, await node.writer.post(aMessage('once', 1, id))] as const),
      );
    };
    const [forwards, backwards] = await Promise.all([post(ids), post(ids.toReversed())]);
    expect(new Map(forwards)).toEqual(new Map(backwards));
    expect(new Set(forwards.map(([, { seq }]) => seq))).toEqual(new Set(upTo(200)));
    const { rows } = await sql<{ last_seq: number }>`
      select last_seq from rooms where stream_id = ${streamId}`.execute(database.db);
    expect(rows).toEqual([{ last_seq: 200 }]);
  });
});

test('decisions and messages keep the order of the calls', async () => {
  const node = new Node();
  const state = { event: 'stream_state', fields: { status: 'live' }, pdt: null } as const;
  await Promise.all([
    node.writer.post(aMessage('one')),
    node.writer.append(async () => state),
    node.writer.post(aMessage('three')),
    node.writer.append(async () => null),
    node.writer.post(aMessage('four')),
  ]);
  expect(node.events.map(({ event }) => event)).toEqual([
    'new_message',
    'stream_state',
    'new_message',
    'new_message',
  ]);
  expect(node.seqs).toEqual(upTo(4));
});

test('a decision that fails leaves no gap and does not hold up the others', async () => {
  const node = new Node();
  const failing = node.writer.append(async () => {
    throw new Error('no');
  });
  const message = node.writer.post(aMessage('after it'));
  await expect(failing).rejects.toThrow('no');
  expect(await message).toMatchObject({ seq: 1 });
});

test('a message whose commit was not heard of keeps its place when it is sent again, and is shown once', async () => {
  let isCut = true;
  class LosesTheAnswer extends RoomLogStore {
    override async appendMessages(...args: Parameters<RoomLogStore['appendMessages']>) {
      const events = await super.appendMessages(...args);
      if (isCut) throw new Error('Connection terminated unexpectedly');
      return events;
    }
  }
  const node = new Node(new LosesTheAnswer());
  const clientMsgId = randomUUID();
  await expect(node.writer.post(aMessage('hello', 1, clientMsgId))).rejects.toThrow('Connection terminated');
  isCut = false;
  expect(await node.writer.post(aMessage('hello', 1, clientMsgId))).toMatchObject({ seq: 1 });
  expect(node.seqs).toEqual([1]);
  expect(await node.writer.post(aMessage('and on', 1))).toMatchObject({ seq: 2 });
  expect(node.seqs).toEqual([1, 2]);
});

test('a room that is written to faster than the database writes says so instead of growing', async () => {
  const node = new Node();
  const posts = await Promise.allSettled(
    upTo(2400).map((number) => node.writer.post(aMessage(`m${number}`))),
  );
  const refused = posts.filter((post) => post.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.reason).toMatchObject({ code: 'unavailable' });
  expect(node.seqs).toEqual(upTo(posts.length - refused.length));
});
