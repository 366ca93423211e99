import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { migrationsDir } from '../paths.ts';
import { Database } from './database.ts';

/** Plain SQL files, `NNNN-name.sql`, applied in the order of their names. */
const sqlFiles: MigrationProvider = {
  async getMigrations() {
    const names = (await readdir(migrationsDir)).filter((name) => name.endsWith('.sql')).sort();
    const migrations = names.map(async (name): Promise<[string, Migration]> => {
      const text = await readFile(path.join(migrationsDir, name), 'utf8');
      return [path.basename(name, '.sql'), { up: async (db) => void (await sql.raw(text).execute(db)) }];
    });
    return Object.fromEntries(await Promise.all(migrations));
  },
};

/**
 * Brings the schema up to date, ours and the job queue's. Safe on several nodes at once: Kysely's migrator holds
 * an advisory lock. Throws with the name of the migration that failed; that one is rolled back.
 */
export async function migrate(url: string): Promise<void> {
  await using database = new Database(url, { warn: () => {} }, { statementMs: 0, answerMs: 0 });
  const { error, results } = await new Migrator({ db: database.db, provider: sqlFiles }).migrateToLatest();
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : error}`);
  }
  await runMigrations({ pgPool: database.pool });
}
