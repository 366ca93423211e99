import { ApiError } from './api-error.ts';
import { Alarm, type Clock } from './clock.ts';
import type { Random } from './random.ts';

const shortestMs = 250;
const longestMs = 400;
/** The most that one `send_likes` may carry. */
const maxBatch = 50;

export interface LikeBatcherOptions {
  clock: Clock;
  random: Random;
  /** Answers the room's total; throws ApiError. */
  deliver: (count: number) => Promise<{ total: number }>;
  changed: () => void;
}

/**
 * Taps on the heart, sent in batches of at most 50 every 250 to 400 ms. The total counts a tap at once. A batch
 * that was refused for the moment, or never left, is sent again; one whose acknowledgement was lost is not,
 * because it may have been counted: no tap ever counts twice.
 */
export class LikeBatcher {
  readonly #options: LikeBatcherOptions;
  readonly #flush: Alarm;
  #total = 0;
  #pending = 0;
  #inFlight = 0;
  /** Ours that the server has counted since the last burst, which will hold them again. */
  #echo = 0;
  #isOpen = false;

  constructor(options: LikeBatcherOptions) {
    this.#options = options;
    this.#flush = new Alarm(options.clock);
  }

  /** The room's total with our own taps that the server has not counted yet. */
  get total(): number {
    return this.#total + this.#inFlight + this.#pending;
  }

  add(count: number): void {
    this.#pending += Math.max(0, Math.floor(count));
    this.#options.changed();
    this.#plan(this.#batchMs());
  }

  /** An absolute total from the server; an older, smaller one is ignored. */
  counted(total: number): void {
    this.#total = Math.max(this.#total, total);
  }

  /** How many of a burst's hearts are other people's: our own were shown when they were tapped. */
  othersIn(burst: number): number {
    const others = Math.max(0, burst - this.#echo);
    this.#echo = 0;
    return others;
  }

  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) this.#plan(this.#batchMs());
    else this.#flush.clear();
  }

  #batchMs(): number {
    return shortestMs + this.#options.random() * (longestMs - shortestMs);
  }

  #plan(delayMs: number): void {
    if (!this.#isOpen || this.#pending === 0 || this.#flush.isSet || this.#inFlight > 0) return;
    this.#flush.set(delayMs, () => void this.#send());
  }

  async #send(): Promise<void> {
    const count = Math.min(maxBatch, this.#pending);
    this.#pending -= count;
    this.#inFlight = count;
    let nextMs = this.#batchMs();
    try {
      const { total } = await this.#options.deliver(count);
      this.counted(total);
      this.#echo += count;
    } catch (thrown) {
      const error = ApiError.from(thrown);
      if (error.code === 'rate_limited' || error.code === 'unavailable' || error.code === 'not_joined') {
        this.#pending += count;
        nextMs = Math.max(nextMs, error.retryAfterMs ?? 1000);
      }
    }
    this.#inFlight = 0;
    this.#options.changed();
    this.#plan(nextMs);
  }
}
