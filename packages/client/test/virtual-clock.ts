import type { Clock } from '../src/clock.ts';

/** A clock that stands still until it is told to go on; timers run in the order of their time. */
export class VirtualClock implements Clock {
  #nowMs = Date.parse('2026-03-01T10:00:00.000Z');
  #timers: { atMs: number; run: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs;
    for (let next = this.#nextBefore(untilMs); next; next = this.#nextBefore(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** The time goes on, and no timer runs yet. */
  freeze(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** The device sleeps: timers that were due run when it wakes. */
  sleep(durationMs: number): void {
    this.freeze(durationMs);
    this.advance(0);
  }

  /** The same in forty steps, between which the real network can do what the timers made it do. */
  async advanceSlowly(durationMs: number): Promise<void> {
    for (let step = 0; step < 40; step += 1) {
      this.advance(durationMs / 40);
      await settle();
    }
  }

  /** Turns the clock in steps of 50 ms while the real network does its work, until `isDone`. */
  async advanceUntil(isDone: () => boolean, limitMs = 60_000): Promise<void> {
    const untilMs = this.#nowMs + limitMs;
    while (!isDone()) {
      if (this.#nowMs >= untilMs) throw new Error(`not done after ${limitMs} ms of virtual time`);
      this.advance(50);
      await settle();
    }
  }

  #nextBefore(untilMs: number): { atMs: number; run: () => void } | undefined {
    return this.#timers
      .filter((timer) => timer.atMs <= untilMs)
      .reduce<{ atMs: number; run: () => void } | undefined>(
        (first, timer) => (first && first.atMs <= timer.atMs ? first : timer),
        undefined,
      );
  }
}

/** Lets sockets and promises do what they have to do now. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}

/** Waits in real time, without turning any clock. */
export async function until(isDone: () => boolean, what = 'the condition'): Promise<void> {
  const startedAt = performance.now();
  while (!isDone()) {
    if (performance.now() - startedAt > 10_000) throw new Error(`${what} did not come true in 10 s`);
    await settle();
  }
}
