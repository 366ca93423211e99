import type { Clock } from '../shared/clock.ts';
import type { RtmpLimits } from './limits.ts';
import { RtmpError } from './rtmp-error.ts';

/** Over which `bitsPerSecond` is averaged. */
const RATE_PERIOD_MS = 5_000;

/** Counts what a peer sends: a fixed allowance until it may publish, then a rate. Throws `RtmpError`. */
export class IntakeMeter {
  readonly #clock: Clock;
  readonly #limits: Pick<RtmpLimits, 'bytesBeforePublish' | 'bitsPerSecond'>;
  #isTrusted = false;
  #periodBytes = 0;
  #periodStartMs = 0;
  /** Since the connection was accepted. */
  totalBytes = 0;
  /** When its last byte arrived. */
  lastHeardAt: number;

  constructor(clock: Clock, limits: Pick<RtmpLimits, 'bytesBeforePublish' | 'bitsPerSecond'>) {
    this.#clock = clock;
    this.#limits = limits;
    this.lastHeardAt = clock.now();
  }

  trust(): void {
    this.#isTrusted = true;
    this.lastHeardAt = this.#clock.now();
    this.#periodStartMs = this.lastHeardAt;
  }

  count(bytes: number): void {
    this.lastHeardAt = this.#clock.now();
    this.totalBytes += bytes;
    if (this.#isTrusted) this.#countRate(bytes);
    else if (this.totalBytes > this.#limits.bytesBeforePublish) {
      throw new RtmpError('too_much_before_publish', `more than ${this.#limits.bytesBeforePublish} bytes`);
    }
  }

  #countRate(bytes: number): void {
    if (this.lastHeardAt - this.#periodStartMs >= RATE_PERIOD_MS) {
      this.#periodBytes = 0;
      this.#periodStartMs = this.lastHeardAt;
    }
    this.#periodBytes += bytes;
    const { bitsPerSecond } = this.#limits;
    if (this.#periodBytes * 8_000 > bitsPerSecond * RATE_PERIOD_MS) {
      throw new RtmpError('too_fast', `publisher sends more than ${bitsPerSecond / 1_000} kb/s`);
    }
  }
}
