import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type PostgresHost,
  type PostgresHostOptions,
  startPostgresHost,
} from '../../../test/support/postgres-host.ts';
import { isRunning } from './process-state.ts';

let seedDir: string;
let dataDir: string;
let hosts: PostgresHost[] = [];

const temporaryDir = () => mkdtemp(path.join(os.tmpdir(), 'vybekart-postgres-'));

// Making a database costs a second or two: most tests start from a copy of one.
beforeAll(async () => {
  seedDir = await temporaryDir();
  await (await startPostgresHost(seedDir)).stop();
});

afterAll(() => rm(seedDir, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = await temporaryDir();
  hosts = [];
});

afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await Promise.all(hosts.map((host) => untilGone(host.postgresPid)));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options?: PostgresHostOptions): Promise<PostgresHost> {
  const host = await startPostgresHost(dataDir, options);
  hosts.push(host);
  return host;
}

async function query<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const untilGone = (pid: number) => vi.waitUntil(() => !isRunning(pid), { timeout: 60_000 });

async function committedNumbers({ url }: PostgresHost): Promise<number[]> {
  const rows = await query<{ number: number }>(url, 'select number from commits order by number');
  return rows.map((row) => row.number);
}

async function commit({ url }: PostgresHost, number: number): Promise<void> {
  await query(url, `create table if not exists commits (number int); insert into commits values (${number})`);
}

describe('a new data directory', () => {
  test('becomes a durable UTF-8 database whose role is no superuser', async () => {
    const { url } = await start();
    const [answer] = await query(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
              current_setting('TimeZone') as zone, current_setting('server_encoding') as encoding,
              current_setting('listen_addresses') as addresses, current_setting('is_superuser') as superuser,
              lower('ÄÖ') as folded`,
    );
    expect(answer).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      zone: 'UTC',
      encoding: 'UTF8',
      addresses: '127.0.0.1',
      superuser: 'off',
      folded: 'äö',
    });
    expect(Number(new URL(url).port)).toBeLessThan(32_768);
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    const administrator = new URL(url);
    administrator.username = 'postgres';
    await expect(query(administrator.href, 'select 1')).rejects.toThrow('no pg_hba.conf entry');
    const file = path.join(dataDir, 'postgres', 'password');
    expect((await readFile(file, 'utf8')).trim()).toBe(new URL(url).password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('is made anew after a first start that was cut off', async () => {
    await expect(startPostgresHost(dataDir, { killWhenItSays: 'creating the database' })).rejects.toThrow(
      'ended before',
    );
    const host = await start();
    await commit(host, 1);
    expect(await committedNumbers(host)).toEqual([1]);
    expect(await readdir(dataDir)).not.toContain('postgres.new');
  });
});

/** With its owners and modes, which Node's own copy does not keep. */
const copySeed = () => execFileSync('cp', ['-a', `${seedDir}/.`, dataDir]);

describe('what was committed is there', () => {
  beforeEach(copySeed);

  test('after a stop, which leaves no process and no lock, and a start', async () => {
    const first = await start();
    await commit(first, 1);
    await first.stop();
    expect(isRunning(first.postgresPid)).toBe(false);
    expect(await readdir(dataDir)).toEqual(['postgres']);
    expect(await committedNumbers(await start())).toEqual([1]);
  });

  test('after kill -9 of the server and a start at once', async () => {
    const first = await start();
    await commit(first, 1);
    await first.kill();
    expect(await committedNumbers(await start())).toEqual([1]);
    expect(isRunning(first.postgresPid)).toBe(false);
  });

  test('after kill -9 of the server and of PostgreSQL and a start at once', async () => {
    const first = await start();
    await commit(first, 1);
    process.kill(first.postgresPid, 'SIGKILL');
    await first.kill();
    expect(await committedNumbers(await start())).toEqual([1]);
  });

  test('after kill -9 of PostgreSQL alone, at the same address, without a start', async () => {
    const host = await start();
    await commit(host, 1);
    process.kill(host.postgresPid, 'SIGKILL');
    await untilGone(host.postgresPid);
    const rows = await vi.waitFor(() => committedNumbers(host), { timeout: 60_000, interval: 50 });
    expect(rows).toEqual([1]);
    expect(host.log.join('\n')).toContain('ended unexpectedly');
  });
});

describe('a PostgreSQL whose server was killed', () => {
  beforeEach(copySeed);

  test('stops by itself', async () => {
    const host = await start();
    await host.kill();
    await untilGone(host.postgresPid);
  });

  test('is stopped by the next start when its watcher was killed as well', async () => {
    const first = await start();
    await commit(first, 1);
    for (const pid of childrenOf(first.pid).filter((child) => child !== first.postgresPid)) {
      process.kill(pid, 'SIGKILL');
      await untilGone(pid);
    }
    await first.kill();
    expect(isRunning(first.postgresPid)).toBe(true);
    const second = await start();
    expect(isRunning(first.postgresPid)).toBe(false);
    expect(second.log).toContain(
      `stopping PostgreSQL ${first.postgresPid}, left over from a server that was killed`,
    );
    expect(await committedNumbers(second)).toEqual([1]);
  });
});

function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(list)
    ? readFileSync(list, 'utf8')
    : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return text.trim().split(/\s+/).map(Number);
}

describe('a data directory', () => {
  beforeEach(copySeed);

  test('that a live server uses is refused to a second one, and the first goes on', async () => {
    const first = await start();
    await expect(startPostgresHost(dataDir)).rejects.toThrow(
      `the data directory ${dataDir} is in use by process ${first.pid}`,
    );
    await commit(first, 1);
    expect(await committedNumbers(first)).toEqual([1]);
  });

  test('is free when the pid of its lock belongs to a later process', async () => {
    await writeFile(
      path.join(dataDir, 'server.lock'),
      JSON.stringify({ pid: process.pid, startedAt: 'earlier' }),
    );
    await commit(await start(), 1);
  });

  test('of another major version is refused with what to do', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'postgres/data/PG_VERSION'), '17\n');
    await expect(startPostgresHost(dataDir)).rejects.toThrow(
      /made by PostgreSQL 17.*brings PostgreSQL 18.*pg_dump/s,
    );
  });
});
