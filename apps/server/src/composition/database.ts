import path from 'node:path';
import type { Config } from '../config.ts';
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
  await migrate(url);
  return { database: resources.use(new Database(url, log)), report };
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
