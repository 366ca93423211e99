import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { SystemClock } from '../../src/platform/clock.ts';
import { OneNodeRateLimits, RateLimits, type SharedRateLimits } from '../../src/platform/rate-limits.ts';
import { RedisBus } from '../../src/platform/redis-bus.ts';
import { RedisLink } from '../../src/platform/redis-link.ts';
import { RedisRateLimits } from '../../src/platform/redis-rate-limits.ts';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer } from '../support/redis-server.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const redisServer = inject('redisServer');
const rate = { burst: 5, refillMs: 60_000 };

let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(() => resources.disposeAsync());

const startRedis = async () => resources.use(await RedisServer.start(redisServer ?? ''));
async function linkTo(redis: RedisServer): Promise<RedisLink> {
  const link = resources.use(new RedisLink(redis.url, quiet));
  await eventually('the connection', () => link.isUp);
  return link;
}
const ownLimits = () => new RateLimits(new SystemClock());

const limits: [name: string, create: () => Promise<SharedRateLimits>][] = [
  ['OneNodeRateLimits', async () => new OneNodeRateLimits(ownLimits())],
];
if (redisServer) {
  const create = async () => new RedisRateLimits(await linkTo(await startRedis()), ownLimits(), 'test:');
  limits.push(['RedisRateLimits', create]);
}

describe.each(limits)('%s', (_, create) => {
  test('grants what may come at once, then says how long to wait', async () => {
    const shared = await create();
    const answers = await Promise.all(Array.from({ length: 7 }, () => shared.takeShared('key', rate)));
    expect(answers.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    for (const waitMs of answers.slice(5)) {
      expect(waitMs).toBeGreaterThan(rate.refillMs - 5000);
      expect(waitMs).toBeLessThanOrEqual(rate.refillMs);
    }
    expect(await shared.takeShared('another key', rate)).toBe(0);
  });

  test('earns one more with time, and takes several or none', async () => {
    const shared = await create();
    const quick = { burst: 3, refillMs: 2000 };
    expect(await shared.takeShared('key', quick, 4)).toBeGreaterThan(0);
    expect(await shared.takeShared('key', quick, 3)).toBe(0);
    expect(await shared.takeShared('key', quick)).toBeGreaterThan(0);
    await eventually('another one', async () => (await shared.takeShared('key', quick)) === 0);
  });
});

describe.skipIf(!redisServer)('RedisRateLimits of two nodes', () => {
  test('share their buckets, and have their own when Redis is away', async () => {
    const redis = await startRedis();
    const links = [await linkTo(redis), await linkTo(redis)];
    const nodes = links.map((link) => new RedisRateLimits(link, ownLimits(), 'test:'));
    const take = async (times: number) => {
      const answers: number[] = [];
      for (let time = 0; time < times; time += 1) {
        answers.push((await nodes[time % 2]?.takeShared('key', rate)) ?? -1);
      }
      return answers.filter((waitMs) => waitMs === 0).length;
    };
    expect(await take(12)).toBe(5);
    await redis.kill();
    expect(await take(24)).toBe(10);
  });

  test('answer within a second when Redis freezes, and keep nothing for ever in it', async () => {
    const redis = await startRedis();
    const shared = new RedisRateLimits(await linkTo(redis), ownLimits(), 'test:');
    await shared.takeShared('somebody@example.test', rate);
    const reader = new Redis(redis.url);
    const keys = await reader.keys('*');
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toContain('somebody');
    expect(await reader.pttl(keys[0] ?? '')).toBeGreaterThan(0);
    reader.disconnect();
    redis.freeze();
    const took: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      const startedAtMs = performance.now();
      expect(await shared.takeShared('key', rate)).toBe(0);
      took.push(performance.now() - startedAtMs);
    }
    const [first = 0, ...later] = took;
    expect(first).toBeLessThan(soonMs);
    // Whoever comes later does not wait for Redis.
    expect(Math.min(...later)).toBeLessThan(100);
    redis.thaw();
  });
});

describe.skipIf(!redisServer)('RedisBus', () => {
  async function aNode(redis: RedisServer) {
    const link = resources.use(new RedisLink(redis.url, quiet));
    const bus = resources.use(new RedisBus(link, 'test:', quiet));
    const heard: string[] = [];
    bus.on('session.revoked', ({ sessionId }) => heard.push(sessionId));
    await eventually('the connection', () => bus.isUp);
    return { bus, heard };
  }
  const names = (count: number) => Array.from({ length: count }, (_, index) => `session ${index}`);

  test('brings the messages of a node to every other in their order, many in one entry, and none to itself', async () => {
    const redis = await startRedis();
    const nodes = [await aNode(redis), await aNode(redis), await aNode(redis)];
    const [speaker, ...others] = nodes;
    for (const sessionId of names(500)) speaker?.bus.publish('session.revoked', { sessionId });
    for (const { heard } of others) {
      await eventually('all of them', () => heard.length >= 500);
      expect(heard).toEqual(names(500));
    }
    expect(speaker?.heard).toEqual([]);
    expect(speaker?.bus.batches).toBeLessThanOrEqual(3);
  });

  test('keeps what must not be lost over an outage and tells it once; the rest is told anew by those who know', async () => {
    const redis = await startRedis();
    const [speaker, listener] = [await aNode(redis), await aNode(redis)];
    let reunions = 0;
    speaker.bus.onReunion(() => {
      reunions += 1;
    });
    speaker.bus.publish('session.revoked', { sessionId: 'before' }, { isKept: true });
    await eventually('the first', () => listener.heard.length === 1);
    await redis.kill();
    await eventually('the outage', () => !speaker.bus.isUp);
    speaker.bus.publish('session.revoked', { sessionId: 'lost' });
    speaker.bus.publish('session.revoked', { sessionId: 'kept' }, { isKept: true });
    await redis.run();
    await eventually('the reunion', () => reunions > 0);
    speaker.bus.publish('session.revoked', { sessionId: 'after' });
    await eventually('the last', () => listener.heard.includes('after'));
    expect(listener.heard).toEqual(['before', 'kept', 'after']);
  });

  test('lets a node that was cut off read on where it stopped', async () => {
    const redis = await startRedis();
    const [speaker, listener] = [await aNode(redis), await aNode(redis)];
    const admin = new Redis(redis.url);
    speaker.bus.publish('session.revoked', { sessionId: 'first' });
    await eventually('the first', () => listener.heard.length === 1);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    for (const sessionId of names(20)) {
      await eventually('the connection', () => speaker.bus.isUp);
      speaker.bus.publish('session.revoked', { sessionId }, { isKept: true });
    }
    await eventually('the last', () => listener.heard.includes('session 19'));
    expect(listener.heard).toEqual(['first', ...names(20)]);
    expect(await admin.pttl('test:{bus}')).toBeGreaterThan(0);
    admin.disconnect();
  });
});
