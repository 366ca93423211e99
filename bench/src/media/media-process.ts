import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Our media server and nothing else, in a process of its own. Every key may publish, and plays under its own name. */
export class MediaProcess implements AsyncDisposable {
  readonly rtmpPort: number;
  readonly httpPort: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ports: { rtmpPort: number; httpPort: number }) {
    this.#child = child;
    this.rtmpPort = ports.rtmpPort;
    this.httpPort = ports.httpPort;
  }

  static async start(): Promise<MediaProcess> {
    const program = fileURLToPath(new URL('../glass-to-glass/media-host.ts', import.meta.url));
    const child = fork(program, {
      execArgv: [...process.execArgv, '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const [ports] = (await once(child, 'message')) as [{ rtmpPort: number; httpPort: number }];
    return new MediaProcess(child, ports);
  }

  /** `http://127.0.0.1:{port}` */
  get origin(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** CPU of the whole process so far. */
  cpuUs(): Promise<number> {
    return this.#ask('cpu');
  }

  /** Resident memory, after a collection. */
  rssBytes(): Promise<number> {
    return this.#ask('memory');
  }

  async #ask(question: 'cpu' | 'memory'): Promise<number> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = (await answered) as [number];
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
