import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const supervisor = at('../../src/platform/embedded-postgres/embedded-postgres.ts');

/** Another Node process, which runs the embedded PostgreSQL of a data directory. */
export interface PostgresHost {
  pid: number;
  url: string;
  postgresPid: number;
  /** What its supervisor logged so far. */
  log: string[];
  /** Stops both in order and resolves when they are gone. */
  stop(): Promise<void>;
  /** kill -9 of the Node process alone. */
  kill(): Promise<void>;
}

export interface PostgresHostOptions {
  /** The user to run as, if not that of the tests. */
  uid?: number;
  /** The supervisor of another clone. */
  module?: string;
  env?: NodeJS.ProcessEnv;
  /** kill -9 as soon as its log says this. */
  killWhenItSays?: string;
}

/** Resolves when PostgreSQL accepts connections. Throws the words in which the start was refused. */
export async function startPostgresHost(
  dataDir: string,
  options: PostgresHostOptions = {},
): Promise<PostgresHost> {
  const { uid, module = supervisor, env, killWhenItSays } = options;
  const program = [at('embedded-postgres-process.ts'), module, dataDir, ...(uid ? [String(uid)] : [])];
  const child = spawn(process.execPath, program, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  const ready = await new Promise<{ url: string; pid: number }>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`ended before PostgreSQL was ready:\n${log.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as {
        log?: string;
        refusal?: string;
        ready?: { url: string; pid: number };
      };
      if (event.log) log.push(event.log);
      if (event.log && killWhenItSays && event.log.includes(killWhenItSays)) child.kill('SIGKILL');
      if (event.refusal) reject(new Error(event.refusal));
      if (event.ready) resolve(event.ready);
    });
  });
  return {
    pid: child.pid ?? 0,
    url: ready.url,
    postgresPid: ready.pid,
    log,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
