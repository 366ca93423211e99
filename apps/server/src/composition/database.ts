import path from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { Database } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.ts';
import type { PinoLog } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';

/** PostgreSQL, ours or the operator's, with the schema up to date. */
export async function openDatabase(
  config: Config,
  log: PinoLog,
  resources: AsyncDisposableStack,
): Promise<{ database: Database; report: string }> {
  const { url, report } = await whichDatabase(config, log, resources);
  const database = resources.use(new Database(url, log));
  await expectDurable(database);
  await migrate(url);
  return { database, report };
}

/** Throws a ConfigError for a database that answers before its disk has what it was told. */
async function expectDurable({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from pg_settings where name in ('fsync', 'synchronous_commit') and setting = 'off' order by name`,
  );
  if (rows.length === 0) return;
  const off = rows.map(({ name }) => name).join(' and ');
  throw new ConfigError(
    `DATABASE_URL: ${off} must not be off there, because a crash would lose orders that were paid.`,
  );
}

async function whichDatabase(config: Config, log: PinoLog, resources: AsyncDisposableStack) {
  if (config.database.kind === 'external') {
    const { host, pathname } = new URL(config.database.url);
    return { url: config.database.url, report: `PostgreSQL at ${host}${pathname}` };
  }
  const postgres = await startEmbeddedPostgres({
    dataDir: config.database.dataDir,
    log: {
      info: (message) => log.info({}, message),
      warn: (message) => log.warn({}, message),
      error: (message) => log.error({}, message),
    },
  });
  resources.defer(() => postgres.stop());
  return {
    url: postgres.url,
    report: `embedded PostgreSQL 18 in ${path.join(config.database.dataDir, 'postgres')}`,
  };
}
