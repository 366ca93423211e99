import type { Clock } from './clock.ts';

export interface Rate {
  /** How many at once. */
  burst: number;
  /** Time in which one more is earned. */
  refillMs: number;
}

/** What is left of one rate; full at first. */
export class TokenBucket {
  #tokens: number;
  #atMs: number;

  constructor({ burst }: Rate, nowMs: number) {
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  /** Takes `count` tokens, all or none. Answers 0 when granted, else the milliseconds to wait. */
  take({ burst, refillMs }: Rate, nowMs: number, count = 1): number {
    this.#tokens = Math.min(burst, this.#tokens + (nowMs - this.#atMs) / refillMs);
    this.#atMs = nowMs;
    if (this.#tokens < count) return Math.ceil((count - this.#tokens) * refillMs);
    this.#tokens -= count;
    return 0;
  }
}

const maxBuckets = 50_000;

/**
 * Token buckets by key, in this process: with several nodes each one counts on its own. For what must hold over all
 * nodes together: {@link SharedRateLimits}.
 */
export class RateLimits {
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(private readonly clock: Clock) {}

  /** As {@link TokenBucket.take}. */
  take(key: string, rate: Rate, count = 1): number {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rate, nowMs);
    this.#buckets.delete(key);
    if (this.#buckets.size >= maxBuckets) this.#forgetOldest();
    this.#buckets.set(key, bucket);
    return bucket.take(rate, nowMs, count);
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
