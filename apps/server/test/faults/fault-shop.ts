import pg from 'pg';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { watchMoves } from '../support/watched-moves.ts';
import { expectEveryPaymentToArrive, expectNothingAcknowledgedWasLost } from './acknowledged.ts';
import { type FaultPostgres, startFaultPostgres } from './fault-postgres.ts';
import { expectLedgerAtRest } from './ledger.ts';
import { type Attempt, type Market, type Sender, Traffic } from './traffic.ts';

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
    private readonly at: Market,
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
  traffic(people: readonly Sender[] = this.people): Traffic {
    return new Traffic(this.server, people, this.at);
  }

  /** Answers in time, nothing lost, nothing twice, every payment arrived, and no connection left at work. */
  async expectAllWell(traffic: Traffic, withinMs?: number): Promise<void> {
    expectOrderlyAnswers(traffic.attempts, withinMs);
    await expectNothingAcknowledgedWasLost(traffic, this.database, this.server.guest());
    await expectEveryPaymentToArrive(traffic, this.database);
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
