/** Deviations below this are the rounding and jitter of millisecond timestamps. */
const JITTER_MS = 10;
/** Deviations above this are lost or surplus audio. */
const RESYNC_MS = 80;
/** A drifting clock is followed by at most this many samples a frame: 0.4 %, which is not audible. */
const MOST_SAMPLES_TO_SLEW = 4;

export interface PlacedAudio {
  /** First sample of the frame. */
  start: number;
  duration: number;
  /** Whole frames of silence that belong before it, to fill a hole. */
  framesMissing: number;
}

/**
 * Places audio frames by counting samples, so that they join without gap or overlap, and holds the count to
 * the timestamps: a drifting publisher clock is followed, a hole is to be filled, a surplus frame is dropped.
 */
export class AudioClock {
  readonly #sampleRate: number;
  readonly #samplesPerFrame: number;
  #next: number | null = null;

  constructor(sampleRate: number, samplesPerFrame: number) {
    this.#sampleRate = sampleRate;
    this.#samplesPerFrame = samplesPerFrame;
  }

  /** Where the next frame starts if it is on time; null before the first. */
  get next(): number | null {
    return this.#next;
  }

  /** `samples`: what the frame decodes to. Null if the frame is surplus and must be dropped. */
  place(timeMs: number, samples = this.#samplesPerFrame): PlacedAudio | null {
    const wanted = Math.round((timeMs * this.#sampleRate) / 1_000);
    let start = this.#next ?? wanted;
    let framesMissing = 0;
    const late = wanted - start;
    if (late < -this.#samples(RESYNC_MS)) return null;
    if (late > this.#samples(RESYNC_MS)) {
      framesMissing = Math.round(late / this.#samplesPerFrame);
      start += framesMissing * this.#samplesPerFrame;
    }
    const duration = samples + this.#slew(wanted - start);
    this.#next = start + duration;
    return { start, duration, framesMissing };
  }

  /**
   * Claims the time until `timeMs` for silence, as no frame has come for it: the starts of the silent frames.
   * `fromMs` is where the track begins if it has not yet.
   */
  claimUntil(fromMs: number, timeMs: number): number[] {
    const starts: number[] = [];
    let next = this.#next ?? Math.round(this.#samples(fromMs));
    while (next + this.#samplesPerFrame <= this.#samples(timeMs)) {
      starts.push(next);
      next += this.#samplesPerFrame;
    }
    if (starts.length > 0) this.#next = next;
    return starts;
  }

  #slew(late: number): number {
    if (Math.abs(late) <= this.#samples(JITTER_MS)) return 0;
    return Math.max(-MOST_SAMPLES_TO_SLEW, Math.min(MOST_SAMPLES_TO_SLEW, late));
  }

  #samples(ms: number): number {
    return (ms * this.#sampleRate) / 1_000;
  }
}
