import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { Database } from './database.ts';

test('whoever has closed the database holds no connection to it, so that it can stop without cutting any', async () => {
  await using testDatabase = await createTestDatabase();
  const warnings: string[] = [];
  const database = new Database(testDatabase.url, { warn: (_, message) => warnings.push(message) });
  await Promise.all(Array.from({ length: 15 }, () => database.pool.query('select pg_sleep(0.02)')));
  const admin = new pg.Client(inject('postgresUrl'));
  await admin.connect();
  const name = new URL(testDatabase.url).pathname.slice(1);
  const connections = async () =>
    Number(
      (await admin.query('select count(*) from pg_stat_activity where datname = $1', [name])).rows[0].count,
    );
  expect(await connections()).toBeGreaterThan(5);
  await database[Symbol.asyncDispose]();
  expect(await connections()).toBe(0);
  await admin.end();
  expect(warnings).toEqual([]);
});

test('after a BEGIN that was not answered in time the next statement is committed, not part of that transaction', async () => {
  await using testDatabase = await createTestDatabase();
  await using database = new Database(
    testDatabase.url,
    { warn: () => {} },
    { statementMs: 0, answerMs: 200 },
  );
  await database.pool.query('create table notes (note text)');
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(database.transaction(async () => {})).rejects.toThrow('Query read timeout');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await sql`insert into notes values ('kept')`.execute(database.db);
  await using others = new Database(testDatabase.url, { warn: () => {} });
  const { rows: kept } = await others.pool.query<{ note: string }>('select note from notes');
  expect(kept).toEqual([{ note: 'kept' }]);
});
