import { CatchUpController, type Pace } from '../../../../packages/screens/src/platform/catch-up.ts';

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

/**
 * Media3 takes its distance from the playlist's PART-HOLD-BACK and returns to it at 3 % more speed; this is for the
 * rest. One speed of haste, and late, because each change of it makes JavaScript wait for the main thread.
 */
const pace: Pace = {
  targetBufferS: 1,
  hurryAboveS: 0.7,
  calmBelowS: 0.2,
  gentleRate: 1.1,
  fastestRate: 1.1,
  slowestRate: 1,
  jumpBehindS: 4,
  jumpPauseMs: 8000,
  stallPenaltyS: 0.5,
  longestPenaltyS: 3,
  penaltyFadesAfterMs: 20_000,
};
/** A device's clock may be set while we watch: what it was off is forgotten by so much each second. */
const clockErrorFades = 0.02;

/**
 * Keeps the picture near the live edge, by the controller that the web has too, for a player that does not tell where
 * the edge is. The device's clock may be wrong by any amount, so a distance by the clock is worth nothing alone: the
 * smallest difference that was seen between it and the loaded media is the clock's error; what is above it is real.
 */
export class LiveEdge {
  readonly #catchUp = new CatchUpController(pace);
  #clockError: number | null = null;
  #readMs = 0;
  #behind: number | null = null;

  /** Seconds between the newest media and the picture, by the last reading. */
  get behind(): number | null {
    return this.#behind;
  }

  /** Times that playback ran dry. */
  get stalls(): number {
    return this.#catchUp.stalls;
  }

  /** Playback ran dry. */
  stalled(nowMs: number): void {
    this.#catchUp.stalled(nowMs);
  }

  read(reading: LiveReading): Correction {
    const { nowMs, position } = reading;
    const ahead = Math.max(0, reading.bufferedTo - position);
    const behind = Math.max(ahead, this.#behindEdge(reading, ahead));
    this.#behind = behind;
    const { playbackRate, seekTo } = this.#catchUp.tick({
      nowMs,
      currentTime: position,
      bufferedTo: position + ahead,
      nextBufferedFrom: null,
      liveEdge: position + behind,
      isPaused: false,
      isSeeking: false,
    });
    if (seekTo === null) return { kind: 'play', rate: playbackRate };
    return seekTo <= position + ahead ? { kind: 'seek', bySeconds: seekTo - position } : { kind: 'reload' };
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
