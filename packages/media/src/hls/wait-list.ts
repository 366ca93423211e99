import type { Clock, TimerHandle } from '../shared/clock.ts';

interface Waiter {
  isReady: () => boolean;
  done: (isReady: boolean) => void;
  timer: TimerHandle;
}

/** Requests that wait for a stream to go on. Bounded: beyond its limit nobody is added. */
export class WaitList {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Calls `done(true)` once `isReady` holds after a change, `done(false)` after `timeoutMs`. Returns how to
   * give up without either, or null if the list is full.
   */
  add(isReady: () => boolean, timeoutMs: number, done: (isReady: boolean) => void): (() => void) | null {
    if (this.#waiters.size >= this.#limit) return null;
    const waiter: Waiter = { isReady, done, timer: 0 };
    waiter.timer = this.#clock.setTimeout(() => this.#settle(waiter, false), timeoutMs);
    this.#waiters.add(waiter);
    return () => this.#remove(waiter);
  }

  /** Something has changed. */
  wake(): void {
    for (const waiter of [...this.#waiters]) {
      if (waiter.isReady()) this.#settle(waiter, true);
    }
  }

  /** Nothing will change any more. */
  releaseAll(): void {
    for (const waiter of [...this.#waiters]) this.#settle(waiter, false);
  }

  #settle(waiter: Waiter, isReady: boolean): void {
    if (this.#remove(waiter)) waiter.done(isReady);
  }

  #remove(waiter: Waiter): boolean {
    this.#clock.clearTimeout(waiter.timer);
    return this.#waiters.delete(waiter);
  }
}
