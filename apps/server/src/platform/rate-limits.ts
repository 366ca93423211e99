import type { Clock } from './clock.ts';

export interface Rate {
  /** How many at once. */
  burst: number;
  /** Time in which one more is earned. */
  refillMs: number;
}

const maxBuckets = 50_000;

/**
 * Token buckets by key, in this process: with several nodes each one counts on its own.
 * Successor for many nodes: the same bucket as a Lua script in Redis.
 */
export class RateLimits {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** Takes `count` tokens, all or none. Answers 0 when granted, else the milliseconds to wait. */
  take(key: string, rate: Rate, count = 1): number {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, atMs: nowMs };
    const tokens = Math.min(rate.burst, bucket.tokens + (nowMs - bucket.atMs) / rate.refillMs);
    this.#buckets.delete(key);
    if (this.#buckets.size >= maxBuckets) this.#forgetOldest();
    const isGranted = tokens >= count;
    this.#buckets.set(key, { tokens: isGranted ? tokens - count : tokens, atMs: nowMs });
    return isGranted ? 0 : Math.ceil((count - tokens) * rate.refillMs);
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }
}
