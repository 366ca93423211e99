import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether a process does work. A zombie (ended, not yet reaped by its parent) counts as dead: `kill(pid, 0)`
 * still succeeds on it, sometimes for seconds, when PID 1 of a container is slow to reap.
 */
export function isRunning(pid: number): boolean {
  const state = readState(pid);
  return state !== null && !state.zombie;
}

/**
 * A text that differs between two processes that had the same pid at different times; null when no such
 * process runs. Empty where the platform tells nothing (Windows).
 */
export function startStamp(pid: number): string | null {
  const state = readState(pid);
  return state === null || state.zombie ? null : state.startedAt;
}

/** Whether the kernel still knows the pid, in whatever state and of whatever user. */
export function pidIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readState(pid: number): { zombie: boolean; startedAt: string } | null {
  if (process.platform === 'linux') return readLinuxState(pid);
  if (process.platform === 'win32') return pidIsTaken(pid) ? { zombie: false, startedAt: '' } : null;
  const answer = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [stat, ...started] = answer.stdout.trim().split(/\s+/);
  return stat ? { zombie: stat.startsWith('Z'), startedAt: started.join(' ') } : null;
}

/** proc(5): after the parenthesised name, field 3 is the state and field 22 the start time since boot. */
function readLinuxState(pid: number): { zombie: boolean; startedAt: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { zombie: fields[0] === 'Z' || fields[0] === 'X', startedAt: `${bootId}:${fields[19]}` };
  } catch {
    return null;
  }
}
