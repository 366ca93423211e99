import type { Clock } from './clock.ts';

export interface Rate {
  /** How many at once. */
  burst: number;
  /** Time in which one more is earned. */
  refillMs: number;
}

const maxBuckets = 50_000;

/**
 * Token buckets by key, in this process: with several nodes each one counts on its own. For what must hold over all
 * nodes together: {@link SharedRateLimits}.
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

/**
 * Token buckets that hold over all nodes together, for what somebody could multiply by going from node to node:
 * guesses of a password, messages. Calls for one key are decided in their order. Never throws: without the others
 * each node decides alone.
 */
export abstract class SharedRateLimits {
  /** As {@link RateLimits.take}. */
  abstract takeShared(key: string, rate: Rate, count?: number): Promise<number>;
}

/** One node, whose own buckets are everybody's. Several nodes: `RedisRateLimits`. */
export class OneNodeRateLimits extends SharedRateLimits {
  constructor(private readonly own: RateLimits) {
    super();
  }

  async takeShared(key: string, rate: Rate, count = 1): Promise<number> {
    return this.own.take(key, rate, count);
  }
}
