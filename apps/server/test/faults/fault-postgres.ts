import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';

/** A PostgreSQL of one's own, to be killed and frozen. It is started again by its supervisor when it was killed. */
export interface FaultPostgres extends AsyncDisposable {
  url: string;
  /** The process that accepts connections at this moment. */
  readonly pid: number;
  /** Sends a signal to all of its processes: the postmaster first, so that it cannot react to what befalls the others. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

export async function startFaultPostgres(): Promise<FaultPostgres> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-faults-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const signal: FaultPostgres['signal'] = (name) => {
    const { pid } = postgres;
    for (const target of [pid, ...childrenOf(pid)]) process.kill(target, name);
  };
  return {
    url: postgres.url,
    get pid() {
      return postgres.pid;
    },
    signal,
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return pairs
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid ?? 0);
}
