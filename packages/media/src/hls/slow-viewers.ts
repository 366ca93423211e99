import type { ServerResponse } from 'node:http';
import { type Clock, Deadline } from '../shared/clock.ts';

const SWEEP_MS = 1_000;

/** Cuts responses that take too long to leave, so that a stalled reader does not pin media in memory. */
export class SlowViewers {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #sending = new Map<ServerResponse, number>();
  readonly #sweep: Deadline;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#sweep = new Deadline(clock);
  }

  /** Watches a response whose answer is about to be written. */
  watch(res: ServerResponse): void {
    if (this.#sending.size === 0) this.#sweep.arm(SWEEP_MS, () => this.#cutLate());
    this.#sending.set(res, this.#clock.now() + this.#timeoutMs);
    res.once('close', () => this.#sending.delete(res));
  }

  #cutLate(): void {
    const now = this.#clock.now();
    for (const [res, dueAt] of this.#sending) {
      if (now >= dueAt) res.destroy();
    }
    if (this.#sending.size > 0) this.#sweep.arm(SWEEP_MS, () => this.#cutLate());
  }
}
