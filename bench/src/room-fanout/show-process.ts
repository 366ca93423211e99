import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Crowd, Tapped, Taps } from './crowd.ts';
import type { Audience, Heard, Talk } from './show.ts';
import type { Landed, Storm } from './storm.ts';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function ask<Answer>(child: ChildProcess, question: object | string): Promise<Answer> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with exit code ${code}`);
  });
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = (await Promise.race([answered, gone])) as [Answer];
  return answer;
}

/** The audience of a show in a process of its own. */
export class ShowProcess implements Disposable {
  readonly #child = fork(program('show.ts'));

  async join(audience: Omit<Audience, 'do'>): Promise<void> {
    await ask(this.#child, { do: 'join', ...audience });
  }

  talk(talk: Omit<Talk, 'do'>): Promise<Heard> {
    return ask(this.#child, { do: 'talk', ...talk });
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

/** People in many rooms, in a process of their own. */
export class CrowdProcess implements Disposable {
  readonly #child = fork(program('crowd.ts'));

  async join(crowd: Omit<Crowd, 'do'>): Promise<void> {
    await ask(this.#child, { do: 'join', ...crowd });
  }

  tap(taps: Omit<Taps, 'do'>): Promise<Tapped> {
    return ask(this.#child, { do: 'tap', ...taps });
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

export type Mode = 'default' | 'train' | 'receive';

/** A room and nothing else, in a process of its own; `server.ts` tells the modes. */
export class RoomProcess implements Disposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(mode: Mode): Promise<RoomProcess> {
    const child = fork(program('server.ts'), [mode], { execArgv: [...process.execArgv, '--expose-gc'] });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new RoomProcess(child, port);
  }

  /** So far: CPU of the whole process, hearts accepted; and the memory that it holds after a collection. */
  async effort(): Promise<{ cpuUs: number; hearts: number; rssBytes: number }> {
    const { cpu, hearts, rssBytes } = await ask<{ cpu: NodeJS.CpuUsage; hearts: number; rssBytes: number }>(
      this.#child,
      'effort',
    );
    return { cpuUs: cpu.user + cpu.system, hearts, rssBytes };
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

/** Sockets that come all at once and stay until this is disposed of. */
export class StormProcess implements Disposable {
  readonly #child = fork(program('storm.ts'));

  land(storm: Storm): Promise<Landed> {
    return ask(this.#child, storm);
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
