import { ApiError } from './api-error.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const backoff: Backoff = { firstMs: 300, maxMs: 3000, factor: 3, jitter: 0.5 };
const maxAttempts = 3;
/** A server that asks for more patience than this gets no second request; the person decides. */
const longestWaitMs = 10_000;

/**
 * Runs `attempt` up to three times while `mayRetry` says that the failure can pass. Waits 0.3 s, then 0.9 s
 * (half as much more or less), or what the server asks for. An aborted `signal` ends the waiting.
 */
export async function withRetries<T>(
  options: { clock: Clock; random: Random; signal?: AbortSignal; mayRetry: (error: ApiError) => boolean },
  attempt: () => Promise<T>,
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs =
        error instanceof ApiError && retries + 1 < maxAttempts && options.mayRetry(error)
          ? Math.max(error.retryAfterMs ?? 0, backoffMs(backoff, retries, options.random))
          : Number.POSITIVE_INFINITY;
      if (waitMs > longestWaitMs) throw error;
      await wait(options.clock, waitMs, options.signal);
      if (options.signal?.aborted) throw error;
    }
  }
}

function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done);
  });
}
