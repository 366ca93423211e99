import type { Message, PlacedOrder, RoomEvent } from '@vybekart/contract';
import pg from 'pg';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { watchMoves } from '../support/watched-moves.ts';
import { type FaultPostgres, startFaultPostgres } from './fault-postgres.ts';
import { expectLedgerAtRest } from './ledger.ts';
import { type Attempt, Traffic } from './traffic.ts';

const stock = 100_000;
const priceMinor = 49_900;

/** A server on a PostgreSQL of its own with a product, a show and four buyers, and what must hold whatever befalls it. */
export class FaultShop implements AsyncDisposable {
  private constructor(
    readonly postgres: FaultPostgres,
    readonly server: TestServer,
    /** The same PostgreSQL, for assertions. */
    readonly database: pg.Pool,
    readonly people: readonly [Person, ...Person[]],
    private readonly at: { streamId: string; variantId: string; priceMinor: number },
    private readonly resources: AsyncDisposableStack,
  ) {}

  static async open(): Promise<FaultShop> {
    const resources = new AsyncDisposableStack();
    const postgres = resources.use(await startFaultPostgres());
    const server = resources.use(await startServer({ DATABASE_URL: postgres.url }));
    await watchMoves(postgres.url);
    const database = new pg.Pool({ connectionString: postgres.url, max: 2 });
    database.on('error', () => {});
    resources.defer(() => database.end());
    const seller = await server.registerSeller();
    const people: [Person, ...Person[]] = [await server.register('Asha')];
    for (const name of ['Ravi', 'Meera', 'Kabir']) people.push(await server.register(name));
    const { id: streamId } = await seller.api.call('createStream', { body: { title: 'Sarees' } });
    const product = await seller.api.call('createProduct', {
      body: { title: 'Silk saree', price: { amountMinor: priceMinor, currency: 'inr' }, stock },
    });
    const variantId = product.variants[0]?.id ?? '';
    const at = { streamId, variantId, priceMinor };
    return new FaultShop(postgres, server, database, people, at, resources);
  }

  /** Of these people; of nobody for requests that a test sends itself. */
  traffic(people: readonly Person[] = this.people): Traffic {
    return new Traffic(this.server, people, this.at);
  }

  /** Answers in time, nothing lost, nothing twice, every payment arrived, and no connection left at work. */
  async expectAllWell(traffic: Traffic, withinMs?: number): Promise<void> {
    expectOrderlyAnswers(traffic.attempts, withinMs);
    await this.#expectNothingAcknowledgedWasLost(traffic);
    await this.#expectEveryPaymentToArrive(traffic);
    await this.#letJobsBeTriedAgain();
    await expectLedgerAtRest(this.database);
    await this.expectIdleConnections();
  }

  async expectIdleConnections(): Promise<void> {
    await eventually('no connection is left at work', async () => {
      const { rows } = await this.database.query<{ count: number }>(
        `select count(*) as count from pg_stat_activity
         where application_name = 'vybekart' and state in ('active', 'idle in transaction')`,
      );
      return Number(rows[0]?.count) === 0;
    });
  }

  /** Lets the time pass after which jobs that failed are due, and after which those that nobody works on are unlocked. */
  async #letJobsBeTriedAgain(): Promise<void> {
    await this.database.query(
      `update graphile_worker._private_jobs
       set run_at = least(run_at, now()), locked_at = locked_at - interval '1 minute' where attempts > 0`,
    );
  }

  /** What was answered with 201 is in the database, as it was answered; one key is one order. */
  async #expectNothingAcknowledgedWasLost(traffic: Traffic): Promise<void> {
    const orders = traffic.of('order', 201).map((attempt) => ({
      key: attempt.key,
      id: (attempt.body as PlacedOrder).order.id,
    }));
    const stored = await this.database.query<{ key: string; id: string }>(
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
    const log = await this.#roomLog();
    for (const { clientMsgId, seq } of messages) {
      expect(
        log.filter((event) => event.message.clientMsgId === clientMsgId).map((event) => event.seq),
      ).toEqual([seq]);
    }
    expect(orders.length).toBeGreaterThan(0);
    expect(messages.length).toBeGreaterThan(0);
  }

  /** All messages of the room, read the way a client catches up. */
  async #roomLog(): Promise<(RoomEvent & { message: Message })[]> {
    const events: RoomEvent[] = [];
    for (;;) {
      const afterSeq = events.at(-1)?.seq ?? 0;
      const page = await this.server.guest().api.call('getRoomEvents', {
        params: { id: this.at.streamId },
        query: { afterSeq },
      });
      events.push(...page.missed);
      if (page.missed.length === 0) break;
    }
    return events.filter((event) => event.event === 'new_message');
  }

  /** Whoever paid gets their order, although the news of it met a dead database. */
  async #expectEveryPaymentToArrive(traffic: Traffic): Promise<void> {
    const paid = traffic.of('order', 201).map((attempt) => (attempt.body as PlacedOrder).order.id);
    await eventually(
      'every order to be paid',
      async () => {
        const { rows } = await this.database.query<{ count: number }>(
          `select count(*) as count from orders where id = any($1) and status = 'paid'`,
          [paid],
        );
        return Number(rows[0]?.count) === paid.length;
      },
      60_000,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.resources.disposeAsync();
  }
}

/** Every answer is one that a client understands, and came in time. */
export function expectOrderlyAnswers(attempts: readonly Attempt[], withinMs = 20_000): void {
  const expected = [200, 201, 409, 429, 503];
  expect(attempts.filter(({ status }) => !expected.includes(status))).toEqual([]);
  for (const attempt of attempts.filter(({ status }) => status === 503)) {
    expect(attempt.contentType).toContain('application/problem+json');
    expect(Number(attempt.retryAfter)).toBeGreaterThan(0);
  }
  expect(Math.max(...attempts.map(({ tookMs }) => tookMs))).toBeLessThan(withinMs);
}
