import type { Random } from './random.ts';

export interface Backoff {
  firstMs: number;
  maxMs: number;
  factor: number;
  /** The share by which a delay may be shorter or longer, 0 to 1. */
  jitter: number;
}

/** Milliseconds to wait before retry number `attempt` (the first is 0); never above `maxMs`. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const delayMs = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** attempt);
  return Math.min(backoff.maxMs, Math.round(delayMs * (1 + (random() * 2 - 1) * backoff.jitter)));
}
