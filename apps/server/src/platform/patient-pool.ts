import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isDatabaseUnavailable } from './database.ts';

/** serialization_failure: of what befalls a connection, graphile-worker tries only such codes again. */
const tryAgainCode = '40001';
const connectEveryMs = 500;

/**
 * The pool as graphile-worker needs it. When the outcome of a job cannot be written down it rejects a promise that
 * nobody holds, which ends the process, and the job stays locked for four hours. Here it waits for the database
 * instead: connecting takes as long as the database is away, and a statement that lost its connection is tried again.
 */
export class PatientPool {
  readonly pool: pg.Pool;
  readonly #uses = new Set<Promise<void>>();
  #isOver = false;

  constructor(pool: pg.Pool) {
    // The worker's listener connects with a callback, and has retries of its own.
    this.pool = withMethod(pool, 'connect', (callback?: Parameters<pg.Pool['connect']>[0]) =>
      callback ? pool.connect(callback) : this.#connect(pool),
    );
  }

  /** Resolves when nobody uses or waits for a connection, for the worker does not wait for its own last statements. */
  async settled(): Promise<void> {
    while (this.#uses.size > 0) await Promise.all(this.#uses);
  }

  /** The process ends and waits for no job any more: what cannot connect now waits for ever. */
  giveUp(): void {
    this.#isOver = true;
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    const use = Promise.withResolvers<void>();
    this.#uses.add(use.promise);
    const end = () => {
      this.#uses.delete(use.promise);
      use.resolve();
    };
    for (;;) {
      try {
        return lent(await pool.connect(), end);
      } catch (error) {
        // Nobody would catch it.
        if (this.#isOver) return new Promise(() => {});
        if (!isDatabaseUnavailable(error)) {
          end();
          throw error;
        }
        await delay(connectEveryMs);
      }
    }
  }
}

function lent(client: pg.PoolClient, onRelease: () => void): pg.PoolClient {
  const patient = withMethod(client, 'query', (...input: Parameters<pg.PoolClient['query']>) =>
    Promise.resolve(client.query(...input)).catch(askToTryAgain),
  );
  return withMethod(patient, 'release', (...input: Parameters<pg.PoolClient['release']>) => {
    client.release(...input);
    onRelease();
  });
}

function askToTryAgain(error: unknown): never {
  if (error instanceof Error && isDatabaseUnavailable(error)) {
    throw Object.assign(new Error(error.message, { cause: error }), { code: tryAgainCode });
  }
  throw error;
}

function withMethod<T extends object>(target: T, name: keyof T, method: unknown): T {
  return new Proxy(target, {
    get(object, key) {
      if (key === name) return method;
      const value: unknown = Reflect.get(object, key);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}
