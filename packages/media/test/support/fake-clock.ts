import type { Clock, TimerHandle } from '../../src/shared/clock.ts';

interface Timer {
  dueAt: number;
  run: () => void;
}

/** Time that moves only by `advance`. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-01-05T18:00:00.000Z');
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  setTimeout(run: () => void, delayMs: number): TimerHandle {
    const timer = { dueAt: this.#now + delayMs, run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#timers.delete(handle as Timer);
  }

  /** Runs what falls due on the way, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#timers]
        .filter((timer) => timer.dueAt <= until)
        .sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.run();
    }
    this.#now = until;
  }
}
