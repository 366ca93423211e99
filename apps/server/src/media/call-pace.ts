import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../platform/clock.ts';

/**
 * Keeps calls below a provider's quotas: so many a second for each name, first come, first served.
 * Limit: one process; several nodes share the quota, and the SDK's own retries bridge what is refused.
 */
export class CallPace {
  readonly #nextAtMs = new Map<string, number>();

  /** `burst`: how many may go at once after a pause. `maxWaitMs`: who would wait longer is refused. */
  constructor(
    private readonly clock: Clock,
    private readonly limits: { perSecond: number; burst: number; maxWaitMs: number },
  ) {}

  /** Resolves when the call may be made. Throws when that would take too long. */
  async turn(name: string): Promise<void> {
    const { perSecond, burst, maxWaitMs } = this.limits;
    const intervalMs = 1000 / perSecond;
    const nowMs = this.clock.monotonicMs();
    const turnAtMs = Math.max(this.#nextAtMs.get(name) ?? 0, nowMs - (burst - 1) * intervalMs);
    const waitMs = Math.ceil(turnAtMs - nowMs);
    if (waitMs > maxWaitMs) throw new Error(`too many calls of ${name}: the next one may go in ${waitMs} ms`);
    if (this.#nextAtMs.size > 10_000) this.#nextAtMs.clear();
    this.#nextAtMs.set(name, turnAtMs + intervalMs);
    if (waitMs > 0) await sleep(waitMs);
  }
}
