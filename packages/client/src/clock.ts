/** Where time comes from, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when a device wakes up. */
  now(): number;
  /** Runs `run` once after `delayMs`; the answer cancels it and may be called again without effect. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** One timer that can be set anew and cleared. */
export class Alarm {
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#cancel !== null;
  }

  set(delayMs: number, run: () => void): void {
    this.clear();
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = null;
      run();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
