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

export interface CatchUpOptions {
  /** Seconds of media to keep ahead: less latency, more risk. */
  targetBufferS: number;
}

const fastest = 1.25;
const slowest = 0.95;
/** How far ahead of the target playback begins to hurry. */
const toleranceS = 0.12;
/** Ahead by this much more it hurries at full speed. */
const fullSpeedAtS = 1;
const starvingBelowS = 0.18;
/** Further behind the live edge than this no hurrying helps: jump. */
const seekBehindS = 3;
/** A seek needs time to show an effect before the next one. */
const seekPauseMs = 1500;
/** After a stall the target grows for a while, so that a shaky line does not stall again at once. */
const stallPenaltyS = 0.25;
const longestPenaltyS = 1.5;
const penaltyFadesAfterMs = 15_000;

/**
 * Keeps a live player near the edge. hls.js by itself never hurries below one second of buffer and gives up
 * when it is far behind; this one is asked every 100 ms and answers with a speed, and a jump when it must.
 */
export class CatchUpController {
  readonly #baseTargetS: number;
  #penaltyS = 0;
  #lastStallMs = Number.NEGATIVE_INFINITY;
  #lastSeekMs = Number.NEGATIVE_INFINITY;
  #stalls = 0;

  constructor(options: CatchUpOptions) {
    this.#baseTargetS = options.targetBufferS;
  }

  get stalls(): number {
    return this.#stalls;
  }

  /** Seconds of media that are kept ahead at present. */
  get targetS(): number {
    return this.#baseTargetS + this.#penaltyS;
  }

  /** Playback ran dry. */
  stalled(nowMs: number): void {
    this.#stalls += 1;
    this.#lastStallMs = nowMs;
    this.#penaltyS = Math.min(longestPenaltyS, this.#penaltyS + stallPenaltyS);
  }

  tick(reading: PlaybackReading): Correction {
    const { nowMs, currentTime, bufferedTo, liveEdge } = reading;
    if (this.#penaltyS > 0 && nowMs - this.#lastStallMs > penaltyFadesAfterMs) {
      this.#penaltyS = Math.max(0, this.#penaltyS - stallPenaltyS);
      this.#lastStallMs = nowMs;
    }
    if (reading.isPaused || reading.isSeeking) return { playbackRate: 1, seekTo: null };
    const aheadS = Math.max(0, bufferedTo - currentTime);
    const seekTo = nowMs - this.#lastSeekMs > seekPauseMs ? this.#jump(reading, aheadS) : null;
    if (seekTo !== null) {
      this.#lastSeekMs = nowMs;
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
    if (aheadS > seekBehindS + this.targetS) return bufferedTo - this.targetS;
    const behindS = liveEdge === null ? 0 : liveEdge - currentTime;
    if (liveEdge === null || behindS <= seekBehindS + this.targetS) return null;
    return Math.max(currentTime, liveEdge - this.targetS);
  }

  #rate(aheadS: number, behindS: number): number {
    if (aheadS < starvingBelowS) return slowest;
    const surplusS = Math.min(aheadS, behindS) - this.targetS;
    if (surplusS > toleranceS) {
      const share = Math.min(1, (surplusS - toleranceS) / fullSpeedAtS);
      return Math.min(fastest, 1.05 + share * (fastest - 1.05));
    }
    if (aheadS < this.targetS / 2) return (slowest + 1) / 2;
    return 1;
  }
}
