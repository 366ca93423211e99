import { EventEmitter, once } from 'node:events';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { crashPoint, isChosen } from './crash-points.ts';
import type { Tables } from './tables.ts';
import { watchCommits } from './watch-commits.ts';

export type { Tables };
/** A connection or a transaction: stores take either, so that a use case decides what is atomic. */
export type Executor = Kysely<Tables> | Transaction<Tables>;

// int8 and sums come as numbers; ours stay far below 2^53 and a larger one is an error, never a rounding.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a safe integer`);
  return value;
});

/** For connections to say goodbye; a server that is frozen or out of reach does not answer. */
const longestGoodbyeMs = 1000;

/**
 * The handle to PostgreSQL. Limits: 20 connections and 8 for batches, 2 s to get one; for a statement 5 s at the server
 * and 6 s until its answer, unless `timeouts` says otherwise (0: none).
 */
export class Database {
  readonly pool: pg.Pool;
  /**
   * For named statements over arrays of any length: each connection plans them once, for any values, and by index also
   * where a table is still small, because it may have grown much before the plan is made anew.
   */
  readonly batches: pg.Pool;
  readonly db: Kysely<Tables>;
  readonly #closed = new EventEmitter();
  #openCount = 0;

  constructor(
    url: string,
    log: { warn(facts: object, message: string): void },
    timeouts = { statementMs: 5000, answerMs: 6000 },
  ) {
    const openPool = (config: pg.PoolConfig) => {
      const pool = new pg.Pool({
        connectionString: url,
        connectionTimeoutMillis: 2000,
        statement_timeout: timeouts.statementMs,
        // The server ends a slow statement itself; a server that is frozen or out of reach cannot.
        query_timeout: timeouts.answerMs,
        keepAlive: true,
        idle_in_transaction_session_timeout: 10_000,
        application_name: 'vybekart',
        ...config,
      });
      // Without a listener a lost idle connection would end the process (node-postgres.com/apis/pool#error).
      pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'));
      pool.on('release', (_error, client) => {
        if (!isAtRest(client)) void (client as pg.Client).end();
      });
      pool.on('remove', () => {
        this.#openCount -= 1;
        this.#closed.emit('connection');
      });
      pool.on('connect', (client) => {
        this.#openCount += 1;
        client.on('error', (error) => log.warn({ error: error.message }, 'a database connection failed'));
        if (isChosen('commit')) watchCommits(client, () => crashPoint('commit'));
      });
      return pool;
    };
    this.pool = openPool({ max: 20 });
    this.batches = openPool({
      max: 8,
      options: '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
    });
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(work);
  }

  /** Resolves when no connection is open: a database that stops next then cuts none. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy();
    // Kysely leaves a pool open that it never used.
    if (!this.pool.ended) await this.pool.end();
    await this.batches.end();
    const signal = AbortSignal.timeout(longestGoodbyeMs);
    while (this.#openCount > 0 && !signal.aborted) {
      await once(this.#closed, 'connection', { signal }).catch(() => {});
    }
  }
}

/**
 * False while an answer is outstanding or a transaction is open. After a BEGIN that was not answered in time the next
 * user's statements would run inside a transaction that nobody ends: node-postgres gives such a connection back as new.
 */
function isAtRest(client: pg.PoolClient): boolean {
  const { readyForQuery } = client as pg.PoolClient & { readyForQuery: boolean };
  return readyForQuery && client.getTransactionStatus() === 'I';
}

/** Those of the class "insufficient resources", such as a full disk, begin with 53 (PostgreSQL, appendix A). */
const unavailableCodes = new Set(['57P01', '57P02', '57P03', '57014', '08006', '08003', '08001']);
const connectionErrors = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'];

const unavailableMessages =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** True when the database could not be asked (down, restarting, too busy), so that the caller may try again. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    unavailableCodes.has(code) ||
    (error instanceof pg.DatabaseError && code.startsWith('53')) ||
    connectionErrors.includes(code) ||
    unavailableMessages.test(error.message)
  );
}

/** True for text that PostgreSQL cannot hold, such as a NUL character (SQLSTATE 22021). */
export function isUnstorableText(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '22021';
}

/** The name of the violated constraint, or null when the error is another one. */
export function violatedConstraint(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code?.startsWith('23')
    ? (error.constraint ?? null)
    : null;
}
