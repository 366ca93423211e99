import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromMedia, ToMedia } from './messages.ts';

/** Something that runs a program beside this thread. */
export interface Runner {
  post(message: ToMedia): void;
  /** Ends it at once. */
  kill(): void;
}

export interface RunnerOwner {
  message: (message: FromMedia) => void;
  /** Called once, whoever ended it. */
  exit: (why: string) => void;
}

export const runners = {
  /** A thread of this process with an event loop and a heap of its own. */
  worker: (entry: URL, owner: RunnerOwner): Runner => {
    const worker = new Worker(entry, { execArgv: [], name: 'media' });
    let why = '';
    worker.on('message', owner.message);
    worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', (code) => owner.exit(why || `exit code ${code}`));
    return { post: (message) => worker.postMessage(message), kill: () => void worker.terminate() };
  },
  /** A process, which can also run out of memory or be killed alone. */
  process: (entry: URL, owner: RunnerOwner): Runner => {
    const child = fork(fileURLToPath(entry), {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => owner.message(message as FromMedia));
    let isOver = false;
    const over = (why: string) => {
      if (!isOver) owner.exit(why);
      isOver = true;
    };
    child.on('error', (error) => over(error.message));
    child.once('exit', (code, signal) => over(signal ?? `exit code ${code}`));
    return {
      post: (message) => void (child.connected && child.send(message, () => {})),
      kill: () => void child.kill('SIGKILL'),
    };
  },
} as const;
