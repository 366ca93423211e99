import type { StreamState } from './stream-state.ts';

/** What the seller's studio shows of a stream. Rates are over the last five seconds. */
export interface StreamHealth {
  playbackId: string;
  state: StreamState;
  isPublishing: boolean;
  bitsPerSecond: number;
  framesPerSecond: number;
  /** Between the last two key frames, or null before the second. */
  keyFrameIntervalMs: number | null;
  /** Video and audio frames since the publisher connected. */
  framesIn: number;
  /** Of these, frames that no viewer gets: before the first key frame, surplus audio. */
  framesDropped: number;
  /** Video frames of the last five seconds that the encoder left out, by its own timestamps. */
  framesLost: number;
  width: number | null;
  height: number | null;
  /** RFC 6381, video first. */
  codecs: string[];
  /** Media held in memory for viewers. */
  bytesHeld: number;
}

const BUCKET_MS = 1_000;
const BUCKETS = 5;

interface Bucket {
  index: number;
  bytes: number;
  videoFrames: number;
  lostFrames: number;
}

/** As many steps between frames as are needed to know the usual one. */
const LEAST_STEPS = 15;
/** A step so much longer than the usual one has lost frames in it. */
const LOST_FROM = 1.6;
/** A longer pause is none of single frames. */
const LONGEST_STEP_MS = 2_000;

/** Counts what a publisher sends. */
export class HealthMeter {
  #buckets: Bucket[] = [];
  #lastKeyFrameMs: number | null = null;
  #lastFrameMs: number | null = null;
  #usualStepMs = 0;
  #steps = 0;
  /** Long steps one after the other: so many of them are a lower frame rate. */
  #longSteps = 0;
  keyFrameIntervalMs: number | null = null;
  framesIn = 0;

  count(
    nowMs: number,
    frame: { track: string; isKeyFrame: boolean; timestampMs: number; data: Buffer },
  ): void {
    const bucket = this.#bucketAt(nowMs);
    bucket.bytes += frame.data.length;
    this.framesIn++;
    if (frame.track !== 'video') return;
    bucket.videoFrames++;
    bucket.lostFrames += this.#lostBefore(frame.timestampMs);
    if (!frame.isKeyFrame) return;
    if (this.#lastKeyFrameMs !== null)
      this.keyFrameIntervalMs = (frame.timestampMs - this.#lastKeyFrameMs) | 0;
    this.#lastKeyFrameMs = frame.timestampMs;
  }

  rates(nowMs: number): { bitsPerSecond: number; framesPerSecond: number; framesLost: number } {
    const current = Math.floor(nowMs / BUCKET_MS);
    // The running second is not complete and would pull the average down.
    const complete = this.#buckets.filter(({ index }) => index < current && index >= current - BUCKETS);
    const seconds = complete.length === 0 ? 1 : current - Math.min(...complete.map(({ index }) => index));
    const bytes = complete.reduce((sum, bucket) => sum + bucket.bytes, 0);
    const frames = complete.reduce((sum, bucket) => sum + bucket.videoFrames, 0);
    const framesLost = complete.reduce((sum, bucket) => sum + bucket.lostFrames, 0);
    return {
      bitsPerSecond: Math.round((8 * bytes) / seconds),
      framesPerSecond: frames / seconds,
      framesLost,
    };
  }

  #lostBefore(timestampMs: number): number {
    const stepMs = this.#lastFrameMs === null ? 0 : (timestampMs - this.#lastFrameMs) | 0;
    this.#lastFrameMs = timestampMs;
    if (stepMs <= 0 || stepMs > LONGEST_STEP_MS) return 0;
    const isLong = this.#steps >= LEAST_STEPS && stepMs > LOST_FROM * this.#usualStepMs;
    this.#longSteps = isLong ? this.#longSteps + 1 : 0;
    if (isLong && this.#longSteps < LEAST_STEPS) return Math.round(stepMs / this.#usualStepMs) - 1;
    if (isLong) this.#steps = 0;
    this.#steps++;
    this.#usualStepMs += (stepMs - this.#usualStepMs) / Math.min(this.#steps, LEAST_STEPS);
    return 0;
  }

  #bucketAt(nowMs: number): Bucket {
    const index = Math.floor(nowMs / BUCKET_MS);
    const last = this.#buckets.at(-1);
    if (last?.index === index) return last;
    const bucket = { index, bytes: 0, videoFrames: 0, lostFrames: 0 };
    this.#buckets = [...this.#buckets.filter((old) => old.index >= index - BUCKETS), bucket];
    return bucket;
  }
}
