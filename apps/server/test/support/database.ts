import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { withDatabase } from './database-url.ts';

export interface TestDatabase extends AsyncDisposable {
  /** A migrated, empty database of one's own. */
  url: string;
  /** Ends what is still connected to it and removes it. `await using` does the same. */
  drop(): Promise<void>;
}

/** Copies the migrated template, which is quicker than running the migrations again. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`create database ${name} template ${inject('templateDatabase')}`);
  const drop = () => asAdmin(disconnectAll(name), `drop database if exists ${name}`);
  return { url: withDatabase(inject('postgresUrl'), name), drop, [Symbol.asyncDispose]: drop };
}

/**
 * WITH (FORCE) would end autovacuum, too, which only a superuser may, and fails when it is at work there. A plain DROP
 * DATABASE lets autovacuum give way and waits up to 5 s for those that are leaving.
 */
const disconnectAll = (name: string) => `
  select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and usename = current_user`;

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
