import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';

/**
 * A token bucket that callers wait at, first come, first served, so that bursts stay below a provider's limit.
 * Limit: one process; several nodes share the provider's limit by dividing `perSecond`.
 */
export class CallPace {
  #nextAtMs = 0;

  /** `burst`: how many may go at once after a pause. `maxWaitMs`: who would wait longer is refused at once. */
  constructor(
    private readonly clock: Clock,
    private readonly limits: { perSecond: number; burst: number; maxWaitMs: number },
  ) {}

  /** Resolves when the call may be made. Throws `payment_unavailable` with the time to wait. */
  async turn(): Promise<void> {
    const { perSecond, burst, maxWaitMs } = this.limits;
    const intervalMs = 1000 / perSecond;
    const nowMs = this.clock.monotonicMs();
    const turnAtMs = Math.max(this.#nextAtMs, nowMs - (burst - 1) * intervalMs);
    const waitMs = Math.ceil(turnAtMs - nowMs);
    if (waitMs > maxWaitMs) throw new AppError('payment_unavailable', { retryAfterMs: waitMs });
    this.#nextAtMs = turnAtMs + intervalMs;
    if (waitMs > 0) await sleep(waitMs);
  }
}
