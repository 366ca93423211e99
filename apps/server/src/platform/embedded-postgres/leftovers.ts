import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log.ts';
import { isRunning, pidIsTaken } from './process-state.ts';

const FAST_TIMEOUT_MS = 20_000;
const IMMEDIATE_TIMEOUT_MS = 10_000;

/**
 * Clears what a killed server left in a data directory that this process has locked: a PostgreSQL that still
 * runs is stopped (fast, and after 20 s immediately: its log brings every commit back), and a `postmaster.pid`
 * whose pid now belongs to a zombie or to a stranger is removed, because PostgreSQL would refuse to start.
 * Throws when processes remain.
 */
export async function clearLeftovers(data: string, log: Log): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  const postmaster = readPid(pidFile);
  if (postmaster === null) return;

  const startedAt = performance.now();
  let signal: NodeJS.Signals | null = null;
  let remaining = postgresProcesses(data, postmaster);
  while (remaining.length > 0) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > FAST_TIMEOUT_MS + IMMEDIATE_TIMEOUT_MS) {
      throw new Error(
        `PostgreSQL of an earlier run still uses ${data} and does not end: pids ${remaining.join(', ')}`,
      );
    }
    const wanted = waitedMs > FAST_TIMEOUT_MS ? 'SIGQUIT' : 'SIGINT';
    if (signal !== wanted && remaining.includes(postmaster)) {
      log.warn(`stopping PostgreSQL ${postmaster}, left over from a server that was killed`);
      process.kill(postmaster, wanted);
      signal = wanted;
    }
    await delay(20);
    remaining = postgresProcesses(data, postmaster);
  }
  if (pidIsTaken(postmaster)) rmSync(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** Every live postgres process that works in the data directory: its children outlive a killed postmaster a moment. */
function postgresProcesses(data: string, postmaster: number): number[] {
  if (process.platform !== 'linux') return isPostgres(postmaster) ? [postmaster] : [];
  const directory = realpathSync(data);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(directory, pid) && isRunning(pid));
}

function worksIn(directory: string, pid: number): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === directory &&
      readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
    );
  } catch {
    return false;
  }
}

function isPostgres(pid: number): boolean {
  if (!isRunning(pid)) return false;
  if (process.platform === 'win32') return true;
  return /postgres/.test(spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
}
