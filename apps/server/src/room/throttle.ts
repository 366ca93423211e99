/** Runs at once when asked, and again at most once per interval while it is asked more often. */
export class Throttle {
  #timer: NodeJS.Timeout | undefined;
  #lastRunAtMs = Number.NEGATIVE_INFINITY;
  readonly #intervalMs: number;
  readonly #run: () => void;

  constructor(intervalMs: number, run: () => void) {
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  request(): void {
    if (this.#timer) return;
    const waitMs = this.#lastRunAtMs + this.#intervalMs - performance.now();
    if (waitMs <= 0) this.#fire();
    else this.#timer = setTimeout(() => this.#fire(), waitMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #fire(): void {
    this.#timer = undefined;
    this.#lastRunAtMs = performance.now();
    this.#run();
  }
}
