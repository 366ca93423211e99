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
export function patientPool(pool: pg.Pool, isStopped: () => boolean): pg.Pool {
  const connect = async (): Promise<pg.PoolClient> => {
    for (;;) {
      try {
        const client = await pool.connect();
        return withMethod(client, 'query', (...input: Parameters<pg.PoolClient['query']>) =>
          Promise.resolve(client.query(...input)).catch(askToTryAgain),
        );
      } catch (error) {
        if (isStopped() || !isDatabaseUnavailable(error)) throw error;
        await delay(connectEveryMs);
      }
    }
  };
  // Its listener connects with a callback, and has retries of its own.
  return withMethod(pool, 'connect', (callback?: Parameters<pg.Pool['connect']>[0]) =>
    callback ? pool.connect(callback) : connect(),
  );
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
