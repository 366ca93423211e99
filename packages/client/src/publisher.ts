import { Alarm, type Clock } from './clock.ts';

const intervalMs = 50;

/** Tells listeners that a snapshot changed; `soon` at most once in 50 ms, whatever the room does. */
export class Publisher {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #listeners = new Set<() => void>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  now(): void {
    this.#alarm.clear();
    this.#lastMs = this.#clock.now();
    for (const listener of [...this.#listeners]) listener();
  }

  soon(): void {
    if (this.#alarm.isSet) return;
    const waitMs = this.#lastMs + intervalMs - this.#clock.now();
    if (waitMs <= 0 || waitMs > intervalMs) this.now();
    else this.#alarm.set(waitMs, () => this.now());
  }

  /** No more notifications. */
  close(): void {
    this.#alarm.clear();
    this.#listeners.clear();
  }
}
