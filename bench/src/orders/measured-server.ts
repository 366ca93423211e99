import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Load, type LoadResult, postLoad } from './post-load.ts';

export interface Turn extends LoadResult {
  /** CPU of the server's process for each request, all threads. */
  serverCpuUs: number;
}

/** A program in a process of its own that says where it serves, and how much CPU it has used when asked. */
export class MeasuredServer<Facts extends object> implements AsyncDisposable {
  readonly facts: Facts;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, facts: Facts) {
    this.#child = child;
    this.facts = facts;
  }

  static async start<Facts extends object>(
    program: string,
    execArgv: string[] = [],
  ): Promise<MeasuredServer<Facts>> {
    const child = fork(program, [], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] });
    return new MeasuredServer(child, (await messageOf(child)) as Facts);
  }

  async turn(load: Load): Promise<Turn> {
    const before = await this.cpuUs();
    const result = await postLoad(load);
    return { ...result, serverCpuUs: ((await this.cpuUs()) - before) / result.count };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  /** CPU of the server's process so far, all threads. */
  async cpuUs(): Promise<number> {
    const answered = messageOf(this.#child);
    this.#child.send('cpu');
    const { cpu } = (await answered) as { cpu: NodeJS.CpuUsage };
    return cpu.user + cpu.system;
  }
}

/** A Fastify that parses a POST's JSON and sends it back: what no server that does something gets below. */
export function startEcho(): Promise<MeasuredServer<{ port: number }>> {
  return MeasuredServer.start(fileURLToPath(new URL('echo-server.ts', import.meta.url)), process.execArgv);
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const gone = once(child, 'exit', over).then(([code]) => {
    throw new Error(`a server under test ended with exit code ${code}`);
  });
  try {
    const [received] = await Promise.race([once(child, 'message', over), gone]);
    return received;
  } finally {
    over.abort();
  }
}
