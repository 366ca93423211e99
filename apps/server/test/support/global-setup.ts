import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { withDatabase } from './database-url.ts';
import { provideRedisServer } from './redis-server.ts';
import { watchMoves } from './watched-moves.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's PostgreSQL, with the right to create databases. */
    postgresUrl: string;
    /** A migrated, empty database, from which each test file's own is copied. */
    templateDatabase: string;
    /** The program with which tests start a Redis; null where there is none and none can be installed. */
    redisServer: string | null;
  }
}

/** One PostgreSQL for the whole run, with its data in a temporary directory, and a program to start Redis with. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: { info: () => {}, warn: console.warn, error: console.error },
  });
  const templateDatabase = 'migrated';
  const admin = new pg.Client(postgres.url);
  await admin.connect();
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  await migrate(withDatabase(postgres.url, templateDatabase));
  await watchMoves(withDatabase(postgres.url, templateDatabase));

  project.provide('postgresUrl', postgres.url);
  project.provide('templateDatabase', templateDatabase);
  const redisServer = provideRedisServer();
  if (!redisServer) console.warn('SKIPPED: the tests of several nodes. Install redis-server to run them.');
  project.provide('redisServer', redisServer);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
