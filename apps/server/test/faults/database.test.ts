import type { PlacedOrder } from '@vybekart/contract';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { expectOrderlyAnswers, FaultShop } from './fault-shop.ts';

let shop: FaultShop;
beforeAll(async () => {
  shop = await FaultShop.open();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const someone = (index: number) => shop.people[index % shop.people.length] ?? shop.people[0];
const reached = (what: string, isTrue: () => boolean, timeoutMs = 30_000) =>
  eventually(what, isTrue, timeoutMs);

/** Connections to it, before anybody else's. */
async function untilItAnswers(): Promise<void> {
  await eventually('PostgreSQL to answer', () =>
    shop.database.query('select').then(
      () => true,
      () => false,
    ),
  );
}

// The server runs in this process: what would end it, an unhandled rejection for example, fails the run.
test.each<[string, () => Promise<void>]>([
  [
    'all of PostgreSQL',
    async () => {
      const { pid } = shop.postgres;
      shop.postgres.signal('SIGKILL');
      await reached('another PostgreSQL', () => shop.postgres.pid !== pid);
    },
  ],
  [
    // The others are ended by the postmaster, which begins anew with what is on the disk.
    'one process of PostgreSQL',
    async () => {
      const { rows } = await shop.database.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'vybekart' limit 1`,
      );
      process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    },
  ],
])(
  'kill -9 of %s is a few 503s: the server lives, is back within 5 s and lost nothing',
  async (_, kill) => {
    const traffic = shop.traffic();
    await reached(
      'traffic',
      () => traffic.of('order', 201).length > 8 && traffic.of('message', 201).length > 4,
    );
    await kill();
    await reached('a refused order', () => traffic.of('order', 503).length > 0);
    await untilItAnswers();
    const backMs = performance.now();
    await reached(
      'orders and messages flow again',
      () => traffic.since(backMs, 'order', 201) > 4 && traffic.since(backMs, 'message', 201) > 2,
    );
    const firstOrder = traffic.of('order', 201).find((attempt) => attempt.sentMs > backMs);
    expect((firstOrder?.sentMs ?? Infinity) - backMs).toBeLessThan(5000);
    await traffic.stop();

    await shop.expectAllWell(traffic);
  },
  300_000,
);

test('a full disk is a 503, and the same key orders when there is room again', async () => {
  const traffic = shop.traffic([]);
  const key = newId();
  await shop.database.query(`
    create function no_room() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
    create trigger no_room before insert on orders execute function no_room()`);
  try {
    const answer = await traffic.send(someone(0), 'order', key);
    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
    expectOrderlyAnswers([answer]);
    expect((await traffic.send(someone(0), 'orders', newId())).status).toBe(200);
  } finally {
    await shop.database.query('drop trigger no_room on orders; drop function no_room()');
  }
  expect((await traffic.send(someone(0), 'order', key)).status).toBe(201);
});

test('a PostgreSQL that freezes is answered for with 503, and nothing was ordered twice when it thaws', async () => {
  const traffic = shop.traffic();
  await reached('traffic', () => traffic.of('order', 201).length > 4);
  shop.postgres.signal('SIGSTOP');
  try {
    await reached('refused orders and messages', () =>
      (['order', 'message'] as const).every((what) => traffic.of(what, 503).length > 0),
    );
  } finally {
    shop.postgres.signal('SIGCONT');
  }
  const thawedMs = performance.now();
  await reached('orders flow again', () => traffic.since(thawedMs, 'order', 201) > 4);
  await traffic.stop();

  await shop.expectAllWell(traffic);
}, 300_000);

test('an order that was committed unheard goes on at once with the same key', async () => {
  const traffic = shop.traffic([]);
  const [buyer] = shop.people;
  expect((await traffic.send(buyer, 'order', newId())).status).toBe(201);
  const { rows: placing } = await shop.database.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where application_name = 'vybekart' and query ~ 'with (requests|paid) as materialized'`,
  );
  expect(placing.length).toBeGreaterThan(0);
  const key = newId();
  for (const { pid } of placing) process.kill(pid, 'SIGSTOP');
  try {
    expect((await traffic.send(buyer, 'order', key)).status).toBe(503);
  } finally {
    for (const { pid } of placing) process.kill(pid, 'SIGCONT');
  }
  const stored = await eventually('the order to be stored', async () => {
    const { rows } = await shop.database.query<{ id: string; is_locked: boolean }>(
      'select id, checkout_locked_until > now() as is_locked from orders where idempotency_key = $1',
      [key],
    );
    return rows[0];
  });
  expect(stored.is_locked).toBe(true);
  expect(await traffic.send(buyer, 'order', key)).toMatchObject({
    status: 201,
    body: { order: { id: stored.id } },
  });
});

test('a cancellation whose key was taken unheard goes on at once with the same key', async () => {
  const [buyer] = shop.people;
  const placed = await shop.traffic([]).send(buyer, 'order', newId());
  const params = { id: (placed.body as PlacedOrder).order.id };
  const idempotencyKey = newId();
  const cancel = () => buyer.api.call('cancelOrder', { params, idempotencyKey });
  shop.postgres.signal('SIGSTOP');
  try {
    await expect(cancel()).rejects.toMatchObject({ status: 503 });
  } finally {
    shop.postgres.signal('SIGCONT');
  }
  expect(await cancel()).toMatchObject({ id: params.id, status: 'canceled' });
});

test('two hundred requests for twenty connections wait, get 503 in time, and free every connection', async () => {
  const traffic = shop.traffic([]);
  const ask = (what: 'order' | 'orders') =>
    Array.from({ length: 200 }, (_, index) => traffic.send(someone(index), what, newId()));
  const blocker = new pg.Client(shop.postgres.url);
  await blocker.connect();
  try {
    await blocker.query('begin; lock table orders in access exclusive mode');
    const [placed, read] = await Promise.all([Promise.all(ask('order')), Promise.all(ask('orders'))]);
    for (const answers of [placed, read]) {
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      expectOrderlyAnswers(answers);
    }
    // Who got no connection does not wait for those who did.
    const statementMs = 5000;
    expect(read.filter(({ tookMs }) => tookMs < statementMs).length).toBeGreaterThanOrEqual(180);
    await blocker.query('rollback');
  } finally {
    await blocker.end();
  }
  const afterwards = await Promise.all(ask('orders'));
  expect(new Set(afterwards.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await traffic.send(someone(0), 'order', newId())).status).toBe(201);
  await shop.expectIdleConnections();
});
