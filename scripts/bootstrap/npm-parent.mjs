import { readFileSync } from 'node:fs';

const POLL_INTERVAL_MS = 500;

/**
 * Calls back once when the npm that started this process is gone. npm runs a script through a shell; when npm is
 * told to stop, it ends itself and the shell, and leaves the shell's child running, which is this process.
 * Started by hand, without npm, the process belongs to nobody and this never calls back.
 */
export function whenNpmIsGone(callback) {
  if (!process.env.npm_lifecycle_event) return;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    callback();
  }, POLL_INTERVAL_MS);
  timer.unref();
}

/** The pids of the shell and, where the system shows it, of npm above it. */
function ancestors() {
  const shell = process.ppid;
  try {
    const isShell = readFileSync(`/proc/${shell}/cmdline`, 'utf8').includes('run.mjs');
    const stat = readFileSync(`/proc/${shell}/stat`, 'utf8');
    return isShell ? `${shell} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}` : `${shell}`;
  } catch {
    return `${shell}`;
  }
}
