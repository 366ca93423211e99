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
  const drop = () => asAdmin(`drop database if exists ${name} with (force)`);
  return { url: withDatabase(inject('postgresUrl'), name), drop, [Symbol.asyncDispose]: drop };
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
