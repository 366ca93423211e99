import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Binaries } from './binaries.ts';
import { dataArgument, POSTGRES_ENV } from './cluster.ts';
import type { Log } from './log.ts';
import type { RunAs } from './run-as.ts';

const FAST_STOP_TIMEOUT_MS = 15_000;
const STILL_STARTING_NOTICE_MS = 5_000;

/** Small enough for a laptop, durable as in production: a commit that was answered survives kill -9 and power loss. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '80MB',
  max_wal_size: '512MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Errors of single statements are the caller's to tell; their text may hold people's data.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_line_prefix: '',
};

export interface PostmasterOptions {
  binaries: Binaries;
  runAs: RunAs;
  data: string;
  port: number;
  log: Log;
}

/** One run of PostgreSQL, from `ready to accept connections` to its exit. */
export interface Postmaster {
  pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<void>;
  /** Ends it "fast": open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

export class PortTaken extends Error {}

/** Resolves when connections are accepted. Throws `PortTaken`, or an Error that holds PostgreSQL's own words. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, runAs, data, port, log } = options;
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', dataArgument(data, runAs), '-p', String(port), ...settings], {
    ...runAs,
    cwd: data,
    env: POSTGRES_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C reaches the whole foreground group; PostgreSQL must outlive the server's own orderly stop.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await untilReady(child, log);
  const pid = child.pid ?? 0;
  const watcher = stopWhenThisProcessDies(pid, options);
  ended.then(() => watcher.kill('SIGKILL'));
  // Neither keeps the server's process alive on its own: it may end on an error without an orderly stop.
  child.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
  return { pid, ended, stop: () => stop(child, ended, options) };
}

async function untilReady(child: ChildProcess, log: Log): Promise<void> {
  const said: string[] = [];
  const { stderr } = child;
  if (!stderr) throw new Error('PostgreSQL was started without a pipe to its log');
  const notice = setInterval(
    () => log.info(`PostgreSQL is still starting: ${said.at(-1) ?? 'no word from it yet'}`),
    STILL_STARTING_NOTICE_MS,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        const words = said.join('\n');
        const taken = /could not bind|could not create any TCP\/IP sockets/.test(words);
        reject(new (taken ? PortTaken : Error)(`PostgreSQL did not start:\n${words}`));
      });
      createInterface({ input: stderr }).on('line', (line) => {
        said.push(line);
        said.splice(0, said.length - 20);
        report(line, log);
        if (line.includes('ready to accept connections')) resolve();
      });
    });
  } finally {
    clearInterval(notice);
  }
}

/** PostgreSQL's log, without what every orderly start and stop writes. */
function report(line: string, log: Log): void {
  if (line.includes('due to administrator command')) return;
  if (/^(PANIC|FATAL):/.test(line)) log.warn(`PostgreSQL: ${line}`);
  if (/^LOG: .*(interrupted|recovery|redo done|terminated by|could not)/.test(line))
    log.info(`PostgreSQL: ${line}`);
}

const POSIX_WATCHER = 'cat >/dev/null; kill -INT "$1"';
const WINDOWS_WATCHER =
  "process.stdin.resume().on('end', () => require('child_process').execFileSync(process.argv[1], process.argv.slice(2)))";

/**
 * kill -9 runs no handler, but it closes pipes: a little process that waits for the end of its input then stops
 * PostgreSQL. It has a session of its own, so that a signal to our group does not take it along.
 */
function stopWhenThisProcessDies(pid: number, { binaries, runAs, data }: PostmasterOptions): ChildProcess {
  const [command, args] =
    process.platform === 'win32'
      ? [process.execPath, ['-e', WINDOWS_WATCHER, binaries.pgCtl, 'stop', '-m', 'fast', '-D', data]]
      : ['/bin/sh', ['-c', POSIX_WATCHER, 'sh', String(pid)]];
  const watcher = spawn(command, args, {
    ...runAs,
    cwd: path.parse(data).root,
    env: POSTGRES_ENV,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  return watcher;
}

async function stop(child: ChildProcess, ended: Promise<void>, options: PostmasterOptions): Promise<void> {
  const { binaries, data, log } = options;
  child.ref();
  if (process.platform === 'win32') spawnSync(binaries.pgCtl, ['stop', '-m', 'fast', '-D', data]);
  else child.kill('SIGINT');
  const slow = setTimeout(() => {
    log.warn('PostgreSQL takes too long to stop: stopping it at once, it recovers at the next start');
    child.kill('SIGQUIT');
  }, FAST_STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(slow);
}
