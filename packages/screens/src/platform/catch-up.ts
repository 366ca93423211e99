/** What the player knows at one tick; times are seconds on the media timeline unless named otherwise. */
export interface PlaybackReading {
  nowMs: number;
  currentTime: number;
  /** End of the buffered range that holds `currentTime`; `currentTime` itself when nothing is buffered. */
  bufferedTo: number;
  /** Start of the next buffered range after a hole, else null. */
  nextBufferedFrom: number | null;
  /** The newest media that the playlist lists, else null. */
  liveEdge: number | null;
  isPaused: boolean;
  isSeeking: boolean;
}

export interface Correction {
  playbackRate: number;
  /** Jump there first; null stays. */
  seekTo: number | null;
}

/** How a player is steered; times in seconds unless named otherwise. */
export interface Pace {
  /** Media to keep ahead: less latency, more risk. */
  targetBufferS: number;
  /** So far ahead of the target playback begins to hurry, and with so little left it has caught up. */
  hurryAboveS: number;
  calmBelowS: number;
  /** The speeds of a little haste, of the most, and of thrift when the buffer runs low. */
  gentleRate: number;
  fastestRate: number;
  slowestRate: number;
  /** Further behind the live edge than this and the target no hurrying helps: jump. */
  jumpBehindS: number;
  /** A jump needs time to show an effect before the next one. */
  jumpPauseMs: number;
  /** After a stall the target grows for a while, so that a shaky line does not stall again at once. */
  stallPenaltyS: number;
  longestPenaltyS: number;
  penaltyFadesAfterMs: number;
}

/** Ahead of the target by this much more it hurries at full speed. */
const fullSpeedAtS = 1;
const starvingBelowS = 0.18;

/**
 * Keeps a live player near the edge: it is asked some times a second and answers with a speed, and a jump when it must.
 * hls.js by itself never hurries below one second of buffer and gives up when it is far behind; Media3 hurries by 3 %.
 */
export class CatchUpController {
  readonly #pace: Pace;
  #penaltyS = 0;
  #lastStallMs = Number.NEGATIVE_INFINITY;
  #lastSeekMs = Number.NEGATIVE_INFINITY;
  #isHurrying = false;
  #stalls = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  get stalls(): number {
    return this.#stalls;
  }

  /** Seconds of media that are kept ahead at present. */
  get targetS(): number {
    return this.#pace.targetBufferS + this.#penaltyS;
  }

  /** Playback ran dry. */
  stalled(nowMs: number): void {
    this.#stalls += 1;
    this.#lastStallMs = nowMs;
    this.#penaltyS = Math.min(this.#pace.longestPenaltyS, this.#penaltyS + this.#pace.stallPenaltyS);
  }

  tick(reading: PlaybackReading): Correction {
    const { nowMs, currentTime, bufferedTo, liveEdge } = reading;
    const { stallPenaltyS, penaltyFadesAfterMs, jumpPauseMs } = this.#pace;
    if (this.#penaltyS > 0 && nowMs - this.#lastStallMs > penaltyFadesAfterMs) {
      this.#penaltyS = Math.max(0, this.#penaltyS - stallPenaltyS);
      this.#lastStallMs = nowMs;
    }
    if (reading.isPaused || reading.isSeeking) return { playbackRate: 1, seekTo: null };
    const aheadS = Math.max(0, bufferedTo - currentTime);
    const seekTo = nowMs - this.#lastSeekMs > jumpPauseMs ? this.#jump(reading, aheadS) : null;
    if (seekTo !== null) {
      this.#lastSeekMs = nowMs;
      this.#isHurrying = false;
      return { playbackRate: 1, seekTo };
    }
    const behindS =
      liveEdge === null ? aheadS : Math.max(aheadS, Math.min(liveEdge - currentTime, aheadS + 1));
    return { playbackRate: this.#rate(aheadS, behindS), seekTo: null };
  }

  #jump(reading: PlaybackReading, aheadS: number): number | null {
    const { currentTime, bufferedTo, nextBufferedFrom, liveEdge } = reading;
    // A hole in the media (the publisher was away): go on behind it.
    if (aheadS < 0.05 && nextBufferedFrom !== null) return nextBufferedFrom + 0.01;
    if (aheadS > this.#pace.jumpBehindS + this.targetS) return bufferedTo - this.targetS;
    const behindS = liveEdge === null ? 0 : liveEdge - currentTime;
    if (liveEdge === null || behindS <= this.#pace.jumpBehindS + this.targetS) return null;
    return Math.max(currentTime, liveEdge - this.targetS);
  }

  #rate(aheadS: number, behindS: number): number {
    const { hurryAboveS, calmBelowS, gentleRate, fastestRate, slowestRate } = this.#pace;
    // Only what is loaded can be played faster.
    const surplusS = Math.min(aheadS, behindS) - this.targetS;
    this.#isHurrying = surplusS > (this.#isHurrying ? calmBelowS : hurryAboveS);
    if (this.#isHurrying) {
      const share = Math.max(0, Math.min(1, (surplusS - hurryAboveS) / fullSpeedAtS));
      return Math.min(fastestRate, gentleRate + share * (fastestRate - gentleRate));
    }
    if (aheadS < starvingBelowS) return slowestRate;
    return aheadS < this.targetS / 2 ? (slowestRate + 1) / 2 : 1;
  }
}
