import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startStamp } from './process-state.ts';

interface Holder {
  pid: number;
  startedAt: string;
}

/**
 * Makes this process the only one that uses a data directory, by `server.lock` inside it: the pid and the
 * start time of the holder, so that neither a crash nor a reused pid leaves the directory locked.
 * The directory is created, readable by its owner alone. Throws when another live process holds it.
 * Limit: holders are looked for on this machine (in this pid namespace) only.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lockFile = path.join(dataDir, 'server.lock');
  const ours = JSON.stringify({
    pid: process.pid,
    startedAt: startStamp(process.pid) ?? '',
  } satisfies Holder);
  const draft = `${lockFile}.${process.pid}`;
  writeFileSync(draft, ours, { mode: 0o600 });
  try {
    while (!linkIfAbsent(draft, lockFile)) removeIfStale(lockFile, dataDir);
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (readText(lockFile) === ours) rmSync(lockFile, { force: true });
    },
  };
}

function linkIfAbsent(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(lockFile: string, dataDir: string): void {
  const found = readText(lockFile);
  if (found === null) return;
  const holder = parseHolder(found);
  if (holder && startStamp(holder.pid) === holder.startedAt) {
    throw new Error(
      `the data directory ${dataDir} is in use by process ${holder.pid}: stop that server first, ` +
        'or give this one a directory of its own with DATA_DIR',
    );
  }
  // Two starts may judge the same stale lock: a rename succeeds for one of them, and what it took is looked at
  // again, in case the other has already put a fresh lock in its place.
  const taken = `${lockFile}.stale.${process.pid}`;
  try {
    renameSync(lockFile, taken);
  } catch {
    return;
  }
  if (readText(taken) !== found) linkIfAbsent(taken, lockFile);
  rmSync(taken, { force: true });
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(value.pid) && typeof value.startedAt === 'string' ? (value as Holder) : null;
  } catch {
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
