import { readdir, readFile } from 'node:fs/promises';

/** Ticks per second of `/proc`, the same on every Linux that Node supports. */
const CLOCK_TICKS = 100;

/** CPU that a process and its children have used so far, in microseconds. Linux only. */
export async function cpuUsOfTree(pid: number): Promise<number> {
  let ticks = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = await statOf(Number(entry));
    if (fields && (Number(entry) === pid || Number(fields[1]) === pid)) {
      ticks += Number(fields[11]) + Number(fields[12]);
    }
  }
  return (ticks / CLOCK_TICKS) * 1_000_000;
}

/** The fields of `/proc/{pid}/stat` behind the name: state, parent, ...; null if the process is gone. */
async function statOf(pid: number): Promise<string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}
