import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { watchCommits } from './watch-commits.ts';

test('every commit that changed something is seen before its answer is, and what changed nothing is not', async () => {
  await using testDatabase = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: testDatabase.url, max: 1 });
  let commits = 0;
  pool.on('connect', (client) =>
    watchCommits(client, () => {
      commits += 1;
    }),
  );
  const seen = async (...statements: string[]) => {
    commits = 0;
    for (const statement of statements) await pool.query(statement);
    return commits;
  };
  await pool.query('create table notes (note text)');
  expect(await seen("insert into notes values ('a')")).toBe(1);
  expect(await seen("with new as (insert into notes values ('b')) select 1")).toBe(1);
  expect(await seen('begin', "update notes set note = 'c'", 'delete from notes', 'commit')).toBe(1);
  expect(await seen("insert into notes values ('d')", "update notes set note = 'e'")).toBe(2);
  expect(await seen("select graphile_worker.add_job('a job')")).toBe(1);

  expect(await seen('begin', 'delete from notes', 'rollback')).toBe(0);
  expect(await seen("update notes set note = 'f' where note = 'none'")).toBe(0);
  expect(await seen('begin', 'select from notes for update', 'select 1', 'commit', 'select 1')).toBe(0);
  expect(await seen('delete from graphile_worker._private_jobs')).toBe(0);

  const client = await pool.connect();
  commits = 0;
  await client.query({ text: 'delete from notes' });
  expect(commits).toBe(1);
  client.release();
  await pool.end();
});
