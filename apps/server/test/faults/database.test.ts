import type { Message, PlacedOrder, RoomEvent } from '@vybekart/contract';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { type FaultPostgres, startFaultPostgres } from './fault-postgres.ts';
import { expectSoundLedger } from './ledger.ts';
import { type Attempt, Traffic } from './traffic.ts';

const stock = 100_000;
const resources = new AsyncDisposableStack();
let postgres: FaultPostgres;
let server: TestServer;
let database: pg.Pool;
let people: Person[];
let at: { streamId: string; variantId: string; priceMinor: number };

beforeAll(async () => {
  postgres = resources.use(await startFaultPostgres());
  server = resources.use(await startServer({ DATABASE_URL: postgres.url }));
  database = new pg.Pool({ connectionString: postgres.url, max: 2 });
  database.on('error', () => {});
  resources.defer(() => database.end());
  const seller = await server.registerSeller();
  people = await Promise.all(['Asha', 'Ravi', 'Meera', 'Kabir'].map((name) => server.register(name)));
  const { id: streamId } = await seller.api.call('createStream', { body: { title: 'Sarees' } });
  const product = await seller.api.call('createProduct', {
    body: { title: 'Silk saree', price: { amountMinor: 49_900, currency: 'inr' }, stock },
  });
  at = { streamId, variantId: product.variants[0]?.id ?? '', priceMinor: 49_900 };
});
afterAll(() => resources.disposeAsync());

/** Every answer is one that a client understands, and came in time. */
function expectOrderlyAnswers(attempts: readonly Attempt[]): void {
  const expected = [200, 201, 409, 429, 503];
  expect(attempts.filter(({ status }) => !expected.includes(status))).toEqual([]);
  for (const attempt of attempts.filter(({ status }) => status === 503)) {
    expect(attempt.contentType).toContain('application/problem+json');
    expect(Number(attempt.retryAfter)).toBeGreaterThan(0);
  }
  expect(Math.max(...attempts.map(({ tookMs }) => tookMs))).toBeLessThan(20_000);
}

/** What was answered with 201 is in the database, as it was answered; one key is one order. */
async function expectNothingAcknowledgedWasLost(traffic: Traffic): Promise<void> {
  const orders = traffic.of('order', 201).map((attempt) => ({
    key: attempt.key,
    id: (attempt.body as PlacedOrder).order.id,
  }));
  const stored = await database.query<{ key: string; id: string }>(
    'select idempotency_key as key, id from orders where idempotency_key = any($1)',
    [traffic.attempts.filter(({ what }) => what === 'order').map(({ key }) => key)],
  );
  const idOf = new Map(stored.rows.map(({ key, id }) => [key, id]));
  expect(stored.rows).toHaveLength(idOf.size);
  for (const { key, id } of orders) expect(idOf.get(key)).toBe(id);

  const messages = traffic.of('message', 201).map((attempt) => ({
    clientMsgId: attempt.key,
    seq: (attempt.body as { seq: number }).seq,
  }));
  const log = await roomLog();
  for (const { clientMsgId, seq } of messages) {
    expect(
      log.filter((event) => event.message.clientMsgId === clientMsgId).map((event) => event.seq),
    ).toEqual([seq]);
  }
  expect(orders.length).toBeGreaterThan(0);
  expect(messages.length).toBeGreaterThan(0);
}

/** All messages of the room, read the way a client catches up. */
async function roomLog(): Promise<(RoomEvent & { message: Message })[]> {
  const events: RoomEvent[] = [];
  for (;;) {
    const afterSeq = events.at(-1)?.seq ?? 0;
    const page = await server.guest().api.call('getRoomEvents', {
      params: { id: at.streamId },
      query: { afterSeq },
    });
    events.push(...page.missed);
    if (page.missed.length === 0) break;
  }
  return events.filter((event) => event.event === 'new_message');
}

/** Whoever paid gets their order, although the news of it met a dead database. */
async function expectEveryPaymentToArrive(traffic: Traffic): Promise<void> {
  const paid = traffic.of('order', 201).map((attempt) => (attempt.body as PlacedOrder).order.id);
  await eventually(
    'every order to be paid',
    async () => {
      const { rows } = await database.query<{ count: number }>(
        `select count(*) as count from orders where id = any($1) and status = 'paid'`,
        [paid],
      );
      return Number(rows[0]?.count) === paid.length;
    },
    60_000,
  );
}

const reached = (what: string, isTrue: () => boolean, timeoutMs = 30_000) =>
  eventually(what, isTrue, timeoutMs);

async function connectionsAtWork(): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*) as count from pg_stat_activity
     where application_name = 'vybekart' and state in ('active', 'idle in transaction')`,
  );
  return Number(rows[0]?.count);
}

// The server runs in this process: what would end it, an unhandled rejection for example, fails the run.
test('kill -9 of all of PostgreSQL is a few 503s: the server lives, comes back by itself and lost nothing', async () => {
  const traffic = new Traffic(server, people, at);
  await reached(
    'traffic',
    () => traffic.of('order', 201).length > 8 && traffic.of('message', 201).length > 4,
  );
  const { pid } = postgres;
  postgres.signal('SIGKILL');
  await reached('a refused order', () => traffic.of('order', 503).length > 0);
  await reached('another PostgreSQL', () => postgres.pid !== pid);
  const backMs = performance.now();
  await reached(
    'orders and messages flow again',
    () => traffic.since(backMs, 'order', 201) > 4 && traffic.since(backMs, 'message', 201) > 2,
  );
  const firstOrder = traffic.of('order', 201).find((attempt) => attempt.sentMs > backMs);
  expect((firstOrder?.sentMs ?? Infinity) - backMs).toBeLessThan(15_000);
  await traffic.stop();

  expectOrderlyAnswers(traffic.attempts);
  await expectNothingAcknowledgedWasLost(traffic);
  await expectEveryPaymentToArrive(traffic);
  await expectSoundLedger(database);
}, 300_000);

test('a PostgreSQL that freezes is answered for with 503, and nothing was ordered twice when it thaws', async () => {
  const traffic = new Traffic(server, people, at);
  await reached('traffic', () => traffic.of('order', 201).length > 4);
  postgres.signal('SIGSTOP');
  try {
    await reached('refused orders and messages', () =>
      (['order', 'message'] as const).every((what) => traffic.of(what, 503).length > 0),
    );
  } finally {
    postgres.signal('SIGCONT');
  }
  const thawedMs = performance.now();
  await reached('orders flow again', () => traffic.since(thawedMs, 'order', 201) > 4);
  await traffic.stop();

  expectOrderlyAnswers(traffic.attempts);
  await expectNothingAcknowledgedWasLost(traffic);
  await expectEveryPaymentToArrive(traffic);
  await expectSoundLedger(database);
  await eventually('no connection is left at work', async () => (await connectionsAtWork()) === 0);
}, 300_000);

test('an order that was committed unheard goes on at once with the same key', async () => {
  const traffic = new Traffic(server, [], at);
  const [buyer] = people as [Person];
  expect((await traffic.send(buyer, 'order', newId())).status).toBe(201);
  const { rows: placing } = await database.query<{ pid: number }>(
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
    const { rows } = await database.query<{ id: string; is_locked: boolean }>(
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

test('two hundred requests for twenty connections wait, get 503 in time, and free every connection', async () => {
  const traffic = new Traffic(server, [], at);
  const blocker = new pg.Client(postgres.url);
  await blocker.connect();
  try {
    await blocker.query('begin; lock table orders in access exclusive mode');
    const asked = Array.from({ length: 200 }, (_, index) =>
      traffic.send(people[index % people.length] as Person, 'orders', newId()),
    );
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expectOrderlyAnswers(answers);
    await blocker.query('rollback');
  } finally {
    await blocker.end();
  }
  const afterwards = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      traffic.send(people[index % people.length] as Person, 'orders', newId()),
    ),
  );
  expect(new Set(afterwards.map(({ status }) => status))).toEqual(new Set([200]));
  await eventually('no connection is left at work', async () => (await connectionsAtWork()) === 0);
});
