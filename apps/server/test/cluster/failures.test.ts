import type { RoomEvent } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { Tab } from '../room/tab.ts';
import { startEncoder } from '../streams/encoder.ts';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import type { Person, TestServer } from '../support/start-server.ts';
import { Cluster, joined, leaseSeconds, say, shownCount, upTo } from './cluster.ts';

describe.skipIf(!inject('redisServer'))('when something of several nodes fails', () => {
  let cluster: Cluster;
  let seller: Person;
  let people: Person[];
  let variantId: string;
  let streamId: string;
  let tabs: Tab[];

  beforeAll(async () => {
    cluster = await Cluster.open();
    seller = await cluster.one.registerSeller();
    people = await Promise.all(upTo(6).map((number) => cluster.one.register(`Person ${number}`)));
    const product = await seller.api.call('createProduct', {
      body: { title: 'Cap', price: { amountMinor: 49_900, currency: 'inr' }, stock: 100 },
    });
    variantId = product.variants[0]?.id ?? '';
  });
  beforeEach(async () => {
    tabs = [];
    streamId = (await seller.api.call('createStream', { body: { title: 'Sneakers' } })).id;
    await cluster.untilBoth('up');
  });
  afterEach(async () => {
    for (const tab of tabs) tab.close();
    await seller.api.call('endStream', { params: { id: streamId } });
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const at = async (node: { url: string }, person: Person | null): Promise<Tab> => {
    const tab = await joined(node, person, streamId);
    tabs.push(tab);
    return tab;
  };
  const person = (number: number) => people[number] as Person;
  async function order(buyer: Person, node: TestServer): Promise<number> {
    const items = [{ variantId, quantity: 1, expectedUnitPriceMinor: 49_900 }];
    const answer = await fetch(`${node.url}/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${buyer.client.session.currentToken()?.token}`,
        'content-type': 'application/json',
        'idempotency-key': newId(),
      },
      body: JSON.stringify({ items }),
    });
    return answer.status;
  }

  const outages: [name: string, begin: () => Promise<void>, end: () => Promise<void>][] = [
    ['is killed and starts empty', () => cluster.redis.kill(), () => cluster.redis.run()],
    ['freezes and thaws', async () => cluster.redis.freeze(), async () => cluster.redis.thaw()],
  ];
  test.each(outages)(
    'a Redis that %s stops neither orders nor local chat, and nothing acknowledged is missing afterwards',
    async (_, begin, end) => {
      const speakers = [await at(cluster.one, person(0)), await at(cluster.other, person(1))];
      const watchers = [await at(cluster.one, null), await at(cluster.other, null)];
      await eventually('four viewers', () => watchers.every((watcher) => shownCount(watcher) === 4));
      const places = [await say(speakers[0] as Tab, streamId, 'before')];
      await begin();
      try {
        for (const number of upTo(4)) {
          places.push(await say(speakers[number % 2] as Tab, streamId, `without Redis ${number}`));
        }
        await eventually('what was said here is seen here', () =>
          watchers[0]?.texts.includes('without Redis 2'),
        );
        await cluster.untilBoth('degraded');
        expect(await cluster.readiness(cluster.one)).toMatchObject({ code: 200, nodes: 'down' });
        expect(await (await fetch(`${cluster.one.url}/metrics`)).text()).toContain('vybekart_redis_up 0');
        expect(await order(person(2), cluster.one)).toBe(201);
        expect(await order(person(3), cluster.other)).toBe(201);
        places.push(await say(speakers[0] as Tab, streamId, 'while degraded'));
        await at(cluster.one, person(4));
      } finally {
        await end();
      }
      await cluster.untilBoth('up');
      places.push(await say(speakers[1] as Tab, streamId, 'after'));
      expect(places).toEqual(upTo(places.length));
      for (const watcher of [...watchers, ...speakers]) {
        await eventually('everything arrived', () => watcher.texts.includes('after'));
        expect(watcher.durable.filter(({ event }) => event === 'new_message').map(({ seq }) => seq)).toEqual(
          places,
        );
        expect(watcher.strange).toEqual([]);
      }
      await eventually('five viewers everywhere', () => watchers.every((each) => shownCount(each) === 5));
    },
  );

  test('what is told in private while Redis is away reaches the other node when it is back, once', async () => {
    const leaver = await cluster.one.register('Leaver');
    const tab = await at(cluster.other, leaver);
    await cluster.redis.kill();
    try {
      await cluster.untilBoth('degraded');
      await leaver.client.session.logout();
    } finally {
      await cluster.redis.run();
    }
    await eventually('the cut', () => tab.disconnectReason !== null);
    expect(tab.payloads('session_revoked')).toHaveLength(1);
  });

  test('a node that is killed takes its viewers from the count within a lease; they go on elsewhere and miss nothing', async () => {
    const node = await cluster.spawnNode();
    const watcher = await at(cluster.one, person(0));
    const speaker = await at(cluster.other, person(1));
    const moving = await joined(node, person(2), streamId);
    const lost = await joined(node, person(3), streamId);
    await eventually('four viewers', () => shownCount(watcher) === 4);
    const places = [await say(moving, streamId, 'from the node that dies')];
    places.push(await say(speaker, streamId, 'to it'));
    await eventually('both arrived', () => moving.durable.length === 2);
    const seen: RoomEvent[] = [...moving.durable];

    await node.kill();
    const killedAtMs = performance.now();
    places.push(await say(speaker, streamId, 'while nobody listens there'));
    const back = await Tab.of(cluster.other.url, person(2));
    tabs.push(back);
    const { missed } = await back.do('join_room', { streamId, afterSeq: seen.at(-1)?.seq });
    places.push(await say(speaker, streamId, 'to its new node'));
    await eventually('it arrived', () => back.texts.includes('to its new node'));
    seen.push(...(missed ?? []), ...back.durable);
    expect(seen.map(({ seq }) => seq)).toEqual(places);

    await eventually('the lost viewer is gone', () => shownCount(watcher) === 3);
    expect(performance.now() - killedAtMs).toBeLessThan(leaseSeconds * 1000 + soonMs);
    const told = watcher.payloads('viewer_count') as { count: number; peak: number }[];
    expect(told.at(-1)).toMatchObject({ count: 3, peak: 4 });
    lost.close();
  });

  test('a killed node loses its shows to the others: one goes on where its encoder comes back, one ends within 45 s', async () => {
    const node = await cluster.spawnNode();
    const rtmpPort = Number(/rtmp:\/\/[^:]+:(\d+)/.exec(node.output)?.[1]);
    const leaving = await cluster.one.registerSeller('Leaving');
    const lostId = (await leaving.api.call('createStream', { body: { title: 'Hats' } })).id;
    const keyOf = async (owner: Person, id: string) =>
      (await owner.api.call('rotateStreamKey', { params: { id } })).streamKey;
    const keys = [await keyOf(seller, streamId), await keyOf(leaving, lostId)] as const;
    using first = await startEncoder(rtmpPort, keys[0]);
    using second = await startEncoder(rtmpPort, keys[1]);
    const watchers = [await at(cluster.one, null), await joined(cluster.other, null, lostId)] as const;
    tabs.push(watchers[1]);
    const story = (tab: Tab) =>
      tab.durable.map((event) => (event.event === 'stream_state' ? event.status : event.event));
    for (const tab of watchers) await eventually('it is on air', () => story(tab).length === 1);
    await node.kill();
    const killedAtMs = performance.now();
    await Promise.all([first.closed, second.closed]);
    for (const tab of watchers) await eventually('it is interrupted', () => story(tab).length === 2, 25_000);
    expect(performance.now() - killedAtMs).toBeGreaterThan(8000);
    using _back = await startEncoder(cluster.one.running.rtmpPort, keys[0]);
    await eventually('it goes on', () => story(watchers[0]).length === 3);
    await eventually('the other is over', () => story(watchers[1]).length === 3, 40_000);
    expect(performance.now() - killedAtMs).toBeLessThan(45_000);
    expect(watchers.map(story)).toEqual([
      ['live', 'interrupted', 'live'],
      ['live', 'interrupted', 'stream_ended'],
    ]);
    expect(watchers[1].payloads('stream_ended')).toMatchObject([{ reason: 'encoder_lost' }]);
  }, 120_000);

  test('a job that a killed node had begun is taken up by the others, one that a living node does is left to it', async () => {
    const lock = (id: number, age: string) =>
      cluster.database.query(
        `update graphile_worker._private_jobs set locked_by = 'worker-of-' || id, locked_at = now() - $2::interval
         where id = $1`,
        [id, age],
      );
    const add = async () => {
      const payload = JSON.stringify({ streamId });
      const { rows } = await cluster.database.query(
        `select id from graphile_worker.add_job('stream.live:notifications', $1, run_at => now() + '1 hour')`,
        [payload],
      );
      return Number(rows[0].id);
    };
    const [abandoned, atWork] = [await add(), await add()];
    await lock(abandoned, '2 minutes');
    await lock(atWork, '10 seconds');
    const isLocked = async (id: number) => {
      const { rows } = await cluster.database.query(
        'select locked_at is not null as yes from graphile_worker._private_jobs where id = $1',
        [id],
      );
      return rows[0].yes as boolean;
    };
    await eventually('the abandoned job is free', async () => !(await isLocked(abandoned)), 25_000);
    expect(await isLocked(atWork)).toBe(true);
    await cluster.database.query('delete from graphile_worker._private_jobs where id = any($1)', [
      [abandoned, atWork],
    ]);
  });

  test('a node that starts while Redis is away serves alone, and is one of several when it is back', async () => {
    const watcher = await at(cluster.one, person(4));
    await cluster.redis.kill();
    await cluster.untilBoth('degraded');
    const node = await cluster.spawnNode();
    try {
      expect(node.output).toMatch(/^presence +Redis at .* \(away: degraded until it answers\)/m);
      const speaker = await joined(node, person(5), streamId);
      tabs.push(speaker);
      const seq = await say(speaker, streamId, 'alone');
      await eventually('its own viewers see it', () => speaker.texts.includes('alone'));
      await cluster.redis.run();
      await cluster.untilBoth('up');
      await eventually('everybody sees it', () => watcher.durable.some((event) => event.seq === seq));
      await eventually('both are counted', () => shownCount(watcher) === 2 && shownCount(speaker) === 2);
    } finally {
      await node.kill();
    }
  });

  test('a node that starts knows at once who watches on the others', async () => {
    await at(cluster.one, person(4));
    await at(cluster.other, person(5));
    const node = await cluster.spawnNode();
    try {
      expect(node.output).toMatch(/^fan-out +Redis at /m);
      const guest = await joined(node, null, streamId);
      tabs.push(guest);
      await eventually('all three', () => shownCount(guest) === 3);
    } finally {
      await node.kill();
    }
  });
});
