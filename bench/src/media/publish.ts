import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The bit rate of a good 720p stream. */
export const bitsPerSecond = 2_650_000;

export interface Encoders extends Disposable {
  /** Throws if a stream has been refused or cut. */
  check(): void;
}

/** `streams` encoders with the keys `bench0`, `bench1`, ..., in a process of their own, in real time. */
export async function startEncoders(rtmpPort: number, streams: number): Promise<Encoders> {
  const program = fileURLToPath(new URL('encoders.ts', import.meta.url));
  const child = fork(program, [rtmpPort, streams, bitsPerSecond].map(String), {
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the encoders ended with exit code ${code}`);
  });
  gone.catch(() => {});
  await Promise.race([once(child, 'message'), gone]);
  let failure: string | null = null;
  child.on('message', (message: { ended: string }) => {
    failure ??= message.ended;
  });
  return {
    check: () => {
      if (failure) throw new Error(`an encoder was cut: ${failure}`);
    },
    [Symbol.dispose]: () => {
      child.kill();
    },
  };
}
