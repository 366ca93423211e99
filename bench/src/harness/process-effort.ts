import { readdir, readFile } from 'node:fs/promises';

/** Ticks per second of `/proc`, the same on every Linux that Node supports. */
const CLOCK_TICKS = 100;

/** CPU that a process and its children, also those that have ended, used so far, in microseconds. Linux only. */
export async function cpuUsOfTree(pid: number): Promise<number> {
  let ticks = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await statOf(Number(entry));
    if (Number(entry) === pid) ticks += (stat?.ticks ?? 0) + (stat?.endedChildrenTicks ?? 0);
    else if (stat?.parent === pid) ticks += stat.ticks;
  }
  return (ticks / CLOCK_TICKS) * 1_000_000;
}

interface ProcessStat {
  /** The name of its program. */
  name: string;
  parent: number;
  /** User and system time. */
  ticks: number;
  endedChildrenTicks: number;
}

/** From `/proc/{pid}/stat` (proc_pid_stat(5)); null if the process is gone, or on another system than Linux. */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  const nameEnd = text.lastIndexOf(')');
  const [, parent, ...fields] = text.slice(nameEnd + 2).split(' ');
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(9, 13).map(Number);
  return {
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    parent: Number(parent),
    ticks: user + system,
    endedChildrenTicks: endedUser + endedSystem,
  };
}
