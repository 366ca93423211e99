import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { RedisBus } from '../../src/platform/redis-bus.ts';
import { RedisLink } from '../../src/platform/redis-link.ts';
import { MemoryPresence } from '../../src/room/memory-presence.ts';
import type { Presence } from '../../src/room/presence.ts';
import { RedisPresence } from '../../src/room/redis-presence.ts';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer } from '../support/redis-server.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const leaseMs = 1500;
const redisServer = inject('redisServer');

let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(() => resources.disposeAsync());

/** A node's presence, and how to let the node die without a word. */
function aNode(redis: RedisServer): { presence: RedisPresence; die: () => Promise<void> } {
  const link = resources.use(new RedisLink(redis.url, quiet));
  const bus = resources.use(new RedisBus(link, 'test:', quiet));
  return {
    presence: resources.use(new RedisPresence(bus, leaseMs)),
    die: () => link[Symbol.asyncDispose](),
  };
}

const implementations: [name: string, create: () => Promise<Presence>][] = [
  ['MemoryPresence', async () => new MemoryPresence()],
];
if (redisServer) {
  const create = async () => aNode(resources.use(await RedisServer.start(redisServer))).presence;
  implementations.push(['RedisPresence', create]);
}

describe.each(implementations)('%s', (_, create) => {
  let presence: Presence;
  let counts: Map<string, number>;
  let changes: number;

  beforeEach(async () => {
    presence = await create();
    counts = new Map();
    changes = 0;
    presence.onCount((streamId, count) => {
      counts.set(streamId, count);
      changes += 1;
    });
  });

  test('three tabs of one person are one viewer until the last is closed', () => {
    for (const tab of ['a', 'b', 'c']) presence.enter('show', 'asha', tab);
    expect(counts.get('show')).toBe(1);
    presence.leave('show', 'a');
    presence.leave('show', 'b');
    expect(presence.countOf('show')).toBe(1);
    presence.leave('show', 'c');
    expect(counts.get('show')).toBe(0);
    expect(presence.countOf('show')).toBe(0);
  });

  test('entering and leaving twice counts once, and never below zero', () => {
    presence.enter('show', 'asha', 'a');
    presence.enter('show', 'asha', 'a');
    presence.enter('show', 'ravi', 'b');
    presence.leave('show', 'a');
    presence.leave('show', 'a');
    expect(counts.get('show')).toBe(1);
    presence.leave('show', 'b');
    presence.leave('show', 'never-there');
    presence.leave('elsewhere', 'b');
    expect(counts.get('show')).toBe(0);
    expect(counts.has('elsewhere')).toBe(false);
  });

  test('streams are counted apart, and only changes are told', () => {
    presence.enter('one', 'asha', 'a');
    presence.enter('two', 'asha', 'a');
    presence.enter('one', 'asha', 'b');
    expect([...counts]).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    expect(changes).toBe(2);
  });
});

describe.skipIf(!redisServer)('RedisPresence on three nodes', () => {
  let redis: RedisServer;
  let nodes: ReturnType<typeof aNode>[];
  const countsOf = () => nodes.map(({ presence }) => presence.countOf('show'));
  const enter = (node: number, viewer: string, socket: string) =>
    nodes[node]?.presence.enter('show', viewer, socket);
  const leave = (node: number, socket: string) => nodes[node]?.presence.leave('show', socket);
  const untilAll = (count: number) =>
    eventually(`${count} on every node: ${countsOf()}`, () => countsOf().every((each) => each === count));

  beforeEach(async () => {
    redis = resources.use(await RedisServer.start(redisServer ?? ''));
    nodes = [aNode(redis), aNode(redis), aNode(redis)];
    enter(0, 'asha', 'a');
    enter(1, 'asha', 'b');
    enter(1, 'ravi', 'c');
    enter(2, 'meera', 'd');
    await untilAll(3);
  });

  test('counts a person once over all nodes, until the last tab on any of them is closed', async () => {
    leave(1, 'b');
    enter(2, 'kabir', 'e');
    await untilAll(4);
    leave(0, 'a');
    await untilAll(3);
  });

  test('forgets the viewers of a dead node after a lease, and keeps those who are elsewhere, too', async () => {
    const diedAtMs = performance.now();
    await nodes[1]?.die();
    nodes.splice(1, 1);
    await untilAll(2);
    expect(performance.now() - diedAtMs).toBeGreaterThan(leaseMs / 2);
    expect(performance.now() - diedAtMs).toBeLessThan(leaseMs + soonMs);
  });

  test('forgets the viewers of a node that stops at once', async () => {
    const [stopping] = nodes.splice(2, 1);
    stopping?.presence[Symbol.dispose]();
    await untilAll(2);
  });

  test('is right again after everything in Redis was lost, and after changes while it was away', async () => {
    await redis.kill();
    enter(0, 'kabir', 'k');
    enter(2, 'leela', 'l');
    leave(1, 'c');
    await redis.run();
    await untilAll(4);
  });

  test('never tells a negative count, whatever the order of comings and goings', async () => {
    const told: number[] = [];
    for (const { presence } of nodes) presence.onCount((_, count) => told.push(count));
    for (let round = 0; round < 200; round += 1) {
      const node = round % 3;
      if (round % 2) enter(node, `viewer ${round % 7}`, `s${round % 11}`);
      else leave(node, `s${(round * 5) % 11}`);
    }
    for (const node of [0, 1, 2]) for (let socket = 0; socket < 11; socket += 1) leave(node, `s${socket}`);
    await untilAll(3);
    expect(Math.min(...told)).toBeGreaterThan(0);
  });
});
