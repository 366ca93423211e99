/** What the player tells at one tick; seconds unless named otherwise. */
export interface LiveReading {
  nowMs: number;
  position: number;
  /** End of the media that is loaded, on the same timeline as `position`; 0 while it waits for media. */
  bufferedTo: number;
  /** How far the picture lies behind this device's clock; null without EXT-X-PROGRAM-DATE-TIME. */
  behindClock: number | null;
}

/** `seek` goes forward within what is loaded; `reload` opens the stream anew, at its edge. */
export type Correction =
  | { kind: 'play'; rate: number }
  | { kind: 'seek'; bySeconds: number }
  | { kind: 'reload' };

const distance = 1;
const fasterAbove = 0.7;
const normalBelow = 0.2;
const jumpBehind = 5;
const pauseBetweenJumpsMs = 8000;
const catchUpRate = 1.1;
/** After each stall the picture stays further behind for a while. */
const stallPenalty = 0.5;
const longestPenalty = 3;
const penaltyFadesAfterMs = 20_000;
/** A device's clock may be set while we watch: what it was off is forgotten by so much each second. */
const clockErrorFades = 0.02;

/**
 * Keeps the picture near the live edge. Media3 takes its distance from the playlist's PART-HOLD-BACK and returns to
 * it at 3 % more speed; this is for the rest: what a stall, a sleep or a slow network has left behind.
 *
 * The device's clock may be wrong by any amount, so a distance by the clock is worth nothing alone. The smallest
 * difference that was seen between it and the loaded media is the clock's error; what is above it is real.
 */
export class LiveEdge {
  #penalty = 0;
  #penaltyMs = Number.NEGATIVE_INFINITY;
  #jumpedMs = Number.NEGATIVE_INFINITY;
  #rate = 1;
  #clockError: number | null = null;
  #readMs = 0;
  #behind: number | null = null;

  /** Seconds between the newest media and the picture, by the last reading. */
  get behind(): number | null {
    return this.#behind;
  }

  /** Playback ran dry. */
  stalled(nowMs: number): void {
    this.#penalty = Math.min(longestPenalty, this.#penalty + stallPenalty);
    this.#penaltyMs = nowMs;
  }

  read(reading: LiveReading): Correction {
    const { nowMs } = reading;
    const ahead = Math.max(0, reading.bufferedTo - reading.position);
    const behind = Math.max(ahead, this.#behindEdge(reading, ahead));
    this.#behind = behind;
    if (this.#penalty > 0 && nowMs - this.#penaltyMs > penaltyFadesAfterMs) {
      this.#penalty -= stallPenalty;
      this.#penaltyMs = nowMs;
    }
    const target = distance + this.#penalty;
    if (behind > jumpBehind + this.#penalty && nowMs - this.#jumpedMs > pauseBetweenJumpsMs) {
      this.#jumpedMs = nowMs;
      this.#rate = 1;
      const isLoaded = behind - ahead < distance;
      return isLoaded ? { kind: 'seek', bySeconds: ahead - target } : { kind: 'reload' };
    }
    // Only what is loaded can be played faster.
    if (ahead > target + fasterAbove) this.#rate = catchUpRate;
    else if (ahead < target + normalBelow) this.#rate = 1;
    return { kind: 'play', rate: this.#rate };
  }

  #behindEdge({ nowMs, behindClock, bufferedTo }: LiveReading, ahead: number): number {
    if (behindClock === null) return ahead;
    if (bufferedTo > 0) {
      const error = behindClock - ahead;
      const fadedBy = ((nowMs - this.#readMs) / 1000) * clockErrorFades;
      this.#clockError = this.#clockError === null ? error : Math.min(error, this.#clockError + fadedBy);
      this.#readMs = nowMs;
    }
    return this.#clockError === null ? ahead : behindClock - this.#clockError;
  }
}
