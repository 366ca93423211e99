import type { ServerResponse } from 'node:http';
import { type Clock, Deadline } from '../shared/clock.ts';

const SWEEP_MS = 1_000;
/** What may wait in this process for one viewer from one sweep to the next; only giant parts are so long. */
const MOST_UNREAD_BYTES = 2 * 1024 * 1024;

interface Sending {
  dueAt: number;
  /** Whether more than may wait was waiting at the last sweep already. */
  isFull: boolean;
}

/**
 * Cuts responses that take too long to leave, or of which more than 2 MB stay in memory, so that a stalled reader does
 * not pin media.
 */
export class SlowViewers {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #sending = new Map<ServerResponse, Sending>();
  readonly #sweep: Deadline;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#sweep = new Deadline(clock);
  }

  /** Watches a response whose answer is about to be written. */
  watch(res: ServerResponse): void {
    if (this.#sending.size === 0) this.#sweep.arm(SWEEP_MS, () => this.#cutLate());
    this.#sending.set(res, { dueAt: this.#clock.now() + this.#timeoutMs, isFull: false });
    res.once('close', () => this.#sending.delete(res));
  }

  #cutLate(): void {
    const now = this.#clock.now();
    for (const [res, sending] of this.#sending) {
      const isFull = res.writableLength > MOST_UNREAD_BYTES;
      if (now >= sending.dueAt || (isFull && sending.isFull)) res.destroy();
      sending.isFull = isFull;
    }
    if (this.#sending.size > 0) this.#sweep.arm(SWEEP_MS, () => this.#cutLate());
  }
}
