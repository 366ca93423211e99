/** Per segment, how far the mapping may move towards what arrivals show: less than a viewer could notice. */
const SLEW_LATER_MS = 1;
const SLEW_EARLIER_MS = 5;

/**
 * Maps media time to the wall clock for EXT-X-PROGRAM-DATE-TIME: the time at which a frame reached this
 * server. It follows a publisher whose clock runs fast or slow, and does not follow network delays.
 */
export class DateAnchor {
  #offsetMs: number | null = null;
  #leastOffsetMs = Number.POSITIVE_INFINITY;

  /** Takes note of a frame's arrival. */
  observe(nowMs: number, mediaMs: number): void {
    this.#offsetMs ??= nowMs - mediaMs;
    this.#leastOffsetMs = Math.min(this.#leastOffsetMs, nowMs - mediaMs);
  }

  /** Forgets the mapping, after the media clock has jumped. */
  reset(): void {
    this.#offsetMs = null;
    this.#leastOffsetMs = Number.POSITIVE_INFINITY;
  }

  /** The date of a segment that starts at `mediaMs`, in milliseconds since the epoch. Once per segment. */
  dateOf(mediaMs: number): number {
    const offset = this.#offsetMs ?? 0;
    const error = this.#leastOffsetMs - offset;
    if (Number.isFinite(error)) {
      this.#offsetMs = offset + Math.max(-SLEW_EARLIER_MS, Math.min(SLEW_LATER_MS, error));
    }
    this.#leastOffsetMs = Number.POSITIVE_INFINITY;
    return mediaMs + (this.#offsetMs ?? 0);
  }
}
