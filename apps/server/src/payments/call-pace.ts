import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';

/**
 * A token bucket that callers wait at, first come, first served. A quarter of a second's calls may go at once after a
 * pause, so no second has more than 1.25 times `perSecond`.
 * Limit: one process; several nodes share a provider's limit by dividing `perSecond`.
 */
export class CallPace {
  #nextAtMs = 0;

  /** `maxWaitMs`: who would wait longer is refused at once. */
  constructor(
    private readonly clock: Clock,
    private readonly limits: { perSecond: number; maxWaitMs: number },
  ) {}

  /** Resolves when the call may be made. Throws `payment_unavailable` with the time to wait. */
  async turn(): Promise<void> {
    const { perSecond, maxWaitMs } = this.limits;
    const burst = Math.max(1, Math.floor(perSecond / 4));
    const intervalMs = 1000 / perSecond;
    const nowMs = this.clock.monotonicMs();
    const turnAtMs = Math.max(this.#nextAtMs, nowMs - (burst - 1) * intervalMs);
    const waitMs = Math.ceil(turnAtMs - nowMs);
    if (waitMs > maxWaitMs) throw new AppError('payment_unavailable', { retryAfterMs: waitMs });
    this.#nextAtMs = turnAtMs + intervalMs;
    if (waitMs > 0) await sleep(waitMs);
  }
}
