import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Watched } from './live-viewer.ts';
import type { Audience } from './viewers.ts';

/** Low-latency viewers, spread over the entries, in a process of their own; resolves when they have left. */
export async function watch(audience: Audience): Promise<Watched> {
  const child = fork(fileURLToPath(new URL('viewers.ts', import.meta.url)), {
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the viewers ended with exit code ${code}`);
  });
  gone.catch(() => {});
  try {
    const answered = once(child, 'message');
    child.send(audience);
    const [seen] = (await Promise.race([answered, gone])) as [Watched];
    return seen;
  } finally {
    child.kill();
  }
}

/** Waits until every one of these entries can be played. */
export async function untilPlayable(entries: readonly string[]): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (const entry of entries) {
    while ((await fetch(entry).catch(() => null))?.status !== 200) {
      if (performance.now() > deadline) throw new Error(`${entry} never became playable`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
