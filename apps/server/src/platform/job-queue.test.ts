import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { eventually } from '../../test/support/eventually.ts';
import { Database } from './database.ts';
import { JobQueue } from './job-queue.ts';
import { openLog } from './log.ts';

let own: TestDatabase;
let database: Database;
let queue: JobQueue;
const log = openLog({ level: 'silent', format: 'json' });
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);

beforeEach(async () => {
  own = await createTestDatabase();
  database = new Database(own.url, log);
  queue = new JobQueue(database, log);
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await own.drop();
  process.off('unhandledRejection', note);
  uncaught.length = 0;
});

const waiting = async () => {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from graphile_worker.jobs');
  return rows[0]?.count;
};

test('a queue that stops while the database is too busy to connect still writes down what its jobs did', async () => {
  const work = Promise.withResolvers<void>();
  let isAtWork = false;
  queue.handle('slow', () => {
    isAtWork = true;
    return work.promise;
  });
  await queue.start();
  await queue.add(database.db, 'slow', {});
  await eventually('the job is at work', () => isAtWork);
  const connect = vi.spyOn(database.pool, 'connect');
  const tooBusy = new Error('timeout exceeded when trying to connect');
  connect.mockImplementationOnce(() => Promise.reject(tooBusy) as never);
  const stopped = queue[Symbol.asyncDispose]();
  work.resolve();
  await stopped;
  expect(connect.mock.calls.length).toBeGreaterThan(1);
  expect(await waiting()).toBe(0);
  expect(uncaught).toEqual([]);
});

test('a job that was given to a worker who never heard of it runs all the same, and one at work is not begun twice', async () => {
  const begun: string[] = [];
  const work = Promise.withResolvers<void>();
  queue.handle<{ name: string }>('job', ({ name }) => {
    begun.push(name);
    return name === 'slow' ? work.promise : Promise.resolve();
  });
  await queue.start();
  await queue.add(database.db, 'job', { name: 'slow' });
  await eventually('the slow job is at work', () => begun.length > 0);
  await database.transaction(async (trx) => {
    await queue.add(trx, 'job', { name: 'unheard of' });
    const lock = `update graphile_worker._private_jobs
      set locked_at = now() - interval '61 seconds', locked_by = coalesce(locked_by, 'a pool that is gone')`;
    await sql.raw(lock).execute(trx);
  });
  await queue.tendLocks();
  await eventually('the other job', () => begun.includes('unheard of'));
  await eventually('only the slow job is left', async () => (await waiting()) === 1);
  expect(begun).toEqual(['slow', 'unheard of']);
  work.resolve();
  await eventually('no job is left', async () => (await waiting()) === 0);
  await queue[Symbol.asyncDispose]();
});
