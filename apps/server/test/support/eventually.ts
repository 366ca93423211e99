import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `probe` answers something that is neither null, undefined nor false; fails with `what` after a while. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  timeoutMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`it never came true: ${what}`);
    await delay(25);
  }
}
