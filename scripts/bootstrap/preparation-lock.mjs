import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './root.mjs';

const lockFile = path.join(root, '.data/prepare.lock');
const POLL_INTERVAL_MS = 200;

/**
 * Installing and building is for one command at a time; another one waits, and then finds the work done.
 * A lock whose holder is gone counts for nothing.
 */
export async function withPreparationLock(prepare) {
  mkdirSync(path.dirname(lockFile), { recursive: true, mode: 0o700 });
  const draft = `${lockFile}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${startStamp(process.pid)}`);
  for (let told = false; !linked(draft, lockFile); ) {
    if (removedStaleLock()) continue;
    if (!told) console.log('[install] waiting for another command that is installing or building');
    told = true;
    await delay(POLL_INTERVAL_MS);
  }
  rmSync(draft);
  try {
    await prepare();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removedStaleLock() {
  const held = read(lockFile);
  if (held === null) return true;
  const [pid, stamp] = held.split(' ');
  if (startStamp(Number(pid)) === stamp) return false;
  // Of several that judge the same lock, one can rename it; should it catch a fresh lock, it puts it back.
  const taken = `${lockFile}.stale.${process.pid}`;
  try {
    renameSync(lockFile, taken);
  } catch {
    return true;
  }
  if (read(taken) !== held) linked(taken, lockFile);
  rmSync(taken);
  return true;
}

/** Tells a process from a later one of the same pid, where the system shows it; null when there is none. */
function startStamp(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    }
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return error.code === 'EPERM' ? 'alive' : null;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
