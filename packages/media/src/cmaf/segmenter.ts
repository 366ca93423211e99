import {
  type AudioConfig,
  type MediaFrame,
  UnsupportedMediaError,
  type VideoConfig,
} from '../shared/media.ts';
import { DateAnchor } from './date-anchor.ts';
import { encodeFragment, type Sample, type TrackRun } from './fragment.ts';
import { FrameMemory } from './frame-memory.ts';
import { videoTimescale, videoTrackId } from './init-segment.ts';
import { type PlaylistTiming, partEnd } from './part-timing.ts';
import { SoundQueue } from './sound-queue.ts';
import { takeWhile } from './take-while.ts';

const TICKS_PER_MS = videoTimescale / 1_000;
/** EXTINF is compared with the target duration after rounding (RFC 8216bis 4.4.3.1). */
const ROUNDING_ROOM_MS = 450;
/** A key frame may come this much before the least segment duration and still end it. */
export const KEY_FRAME_TOLERANCE_MS = 60;

/** Sound that is later than this is taken for lost: a muted microphone may send nothing at all. */
const LATE_SOUND_MS = 1_500;
/** What a frame costs beside its data, so that a flood of empty frames is a flood too. */
export const FRAME_OVERHEAD_BYTES = 200;

/** A frame with its place on the continuous timeline. */
export interface PlacedFrame {
  frame: MediaFrame;
  timeMs: number;
  arrivedAtMs: number;
}

/** Receives segments and parts in playing order. A part belongs to the segment begun last. */
export interface SegmentOutput {
  beginSegment(dateMs: number): void;
  addPart(part: { durationMs: number; isIndependent: boolean; data: Buffer }): void;
  endSegment(): void;
}

export interface SegmenterOptions {
  output: SegmentOutput;
  video: VideoConfig | null;
  audio: AudioConfig | null;
  timing: PlaylistTiming;
  leastSegmentMs: number;
  segmentBytes: number;
}

interface VideoSample extends Sample {
  timeMs: number;
}

/**
 * Cuts placed frames into parts and segments. Video drives where there is any, else audio. A segment starts
 * at a key frame once `leastSegmentMs` have passed; where none comes in time it starts without one, as a
 * target duration may not be exceeded.
 */
export class Segmenter {
  readonly #options: SegmenterOptions;
  readonly #sound: SoundQueue | null;
  readonly #dates = new DateAnchor();
  #waiting: PlacedFrame[] = [];
  #video: VideoSample[] = [];
  readonly #videoMemory = new FrameMemory();
  #startMs: number | null = null;
  #segmentStartMs: number | null = null;
  #segmentBytes = 0;
  #partStartMs = 0;
  #lastMs = 0;
  #stepMs = 0;
  #lastKeyFrameMs: number | null = null;
  /** The longest so far. */
  #keyFrameIntervalMs = 0;
  /** Video time left out so far, see `#withoutHole`. */
  #leftOutMs = 0;
  #sequenceNumber = 0;
  constructor(options: SegmenterOptions) {
    this.#options = options;
    this.#sound = options.audio && new SoundQueue(options.audio);
  }

  push(placed: PlacedFrame): void {
    this.#countBytes(placed.frame.data.length + FRAME_OVERHEAD_BYTES);
    if (placed.frame.track === 'video') this.#await(placed);
    else this.#pushAudio(placed);
    this.#release();
  }

  #await(placed: PlacedFrame): void {
    const data = this.#videoMemory.keep(placed.frame.data);
    this.#waiting.push({ ...placed, frame: { ...placed.frame, data } });
  }

  /** Frames that could not be used. */
  get framesDropped(): number {
    return this.#sound?.framesDropped ?? 0;
  }

  /** Where the timeline stands: the end of the newest driving frame. */
  get positionMs(): number {
    return this.#lastMs + this.#stepMs;
  }

  /** After a jump of the timeline the old mapping to dates is void. */
  resetDates(): void {
    this.#releaseUntil(Number.POSITIVE_INFINITY);
    this.#dates.reset();
  }

  /** Emits what is left and ends the open segment. Returns where the timeline stands. */
  finish(): number {
    this.#releaseUntil(Number.POSITIVE_INFINITY);
    if (this.#segmentStartMs === null) return this.#lastMs;
    const endMs = Math.max(this.positionMs, this.#sound?.endMs ?? 0);
    this.#closeLastVideoSample(endMs);
    this.#cutPartsUntil(endMs);
    this.#cut(endMs);
    this.#options.output.endSegment();
    this.#segmentStartMs = null;
    return endMs;
  }

  /**
   * Hands on the pictures whose sound is there, so that a part holds all the sound that belongs beside its pictures.
   * Sound that is more than a part late is not awaited at all: the picture would be late for good.
   */
  #release(): void {
    const newest = this.#waiting.at(-1);
    if (!newest) return;
    const soundMs = this.#sound?.reachedMs ?? Number.NEGATIVE_INFINITY;
    const isLate = newest.timeMs - soundMs > this.#options.timing.partTargetMs;
    this.#releaseUntil(isLate ? newest.timeMs : soundMs);
  }

  #releaseUntil(timeMs: number): void {
    for (let next = this.#waiting[0]; next && next.timeMs <= timeMs; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#pushVideo(next);
    }
  }

  #pushVideo({ frame, timeMs: placedMs, arrivedAtMs }: PlacedFrame): void {
    const timeMs = this.#withoutHole(placedMs);
    this.#advance(timeMs, frame.isKeyFrame, arrivedAtMs);
    this.#video.push({
      timeMs,
      data: frame.data,
      duration: 0,
      compositionOffset: frame.compositionOffsetMs * TICKS_PER_MS,
      isSync: frame.isKeyFrame,
    });
  }

  #pushAudio({ frame, timeMs, arrivedAtMs }: PlacedFrame): void {
    if (this.#options.video) this.#sound?.push(frame, timeMs, this.#lastMs);
    else this.#sound?.push(frame, timeMs, timeMs, (startMs) => this.#advance(startMs, true, arrivedAtMs));
  }

  /**
   * Without audio nothing could fill the parts of a hole in the video, so the frame before it lasts no longer
   * than one part and time closes up behind it.
   */
  #withoutHole(placedMs: number): number {
    const { audio, timing } = this.#options;
    const timeMs = placedMs - this.#leftOutMs;
    const tooLongMs = timeMs - this.#lastMs - timing.partTargetMs;
    if (audio || this.#segmentStartMs === null || tooLongMs <= 0) return timeMs;
    this.#leftOutMs += tooLongMs;
    this.#dates.reset();
    return timeMs - tooLongMs;
  }

  /** A driving frame at `timeMs` has arrived: everything before it can be cut. */
  #advance(timeMs: number, isKeyFrame: boolean, arrivedAtMs: number): void {
    this.#dates.observe(arrivedAtMs, timeMs);
    if (this.#segmentStartMs === null) {
      this.#beginSegment(timeMs);
      this.#lastMs = timeMs;
      if (isKeyFrame) this.#lastKeyFrameMs = timeMs;
      return;
    }
    this.#stepMs = timeMs - this.#lastMs;
    this.#lastMs = timeMs;
    this.#closeLastVideoSample(timeMs);
    this.#cutPartsUntil(timeMs);
    if (isKeyFrame && this.#isSegmentEnd(timeMs)) {
      this.#cut(timeMs);
      this.#options.output.endSegment();
      this.#beginSegment(timeMs);
    }
  }

  /** It is long enough, or would be too long at the next key frame: an extra one for a new scene delays those behind. */
  #isSegmentEnd(timeMs: number): boolean {
    const { leastSegmentMs, timing } = this.#options;
    const sinceLastMs = this.#lastKeyFrameMs === null ? 0 : timeMs - this.#lastKeyFrameMs;
    this.#lastKeyFrameMs = timeMs;
    this.#keyFrameIntervalMs = Math.max(this.#keyFrameIntervalMs, sinceLastMs);
    const segmentMs = timeMs - (this.#segmentStartMs ?? timeMs);
    const mostMs = timing.targetDurationS * 1_000 + ROUNDING_ROOM_MS;
    return (
      segmentMs >= leastSegmentMs - KEY_FRAME_TOLERANCE_MS || segmentMs + this.#keyFrameIntervalMs > mostMs
    );
  }

  #closeLastVideoSample(timeMs: number): void {
    const last = this.#video.at(-1);
    if (last) last.duration = Math.round((timeMs - last.timeMs) * TICKS_PER_MS);
  }

  #cutPartsUntil(timeMs: number): void {
    const { partTargetMs } = this.#options.timing;
    for (;;) {
      const frameTimes = this.#drivingTimes();
      const endMs = partEnd(this.#partStartMs, frameTimes, timeMs, this.#stepMs, partTargetMs);
      if (endMs === null || !this.#cut(endMs)) return;
      this.#endSegmentBeforeTooLong();
    }
  }

  #drivingTimes(): readonly number[] {
    return this.#options.video ? this.#video.map((sample) => sample.timeMs) : (this.#sound?.timesMs ?? []);
  }

  /** Emits the part that ends at `endMs`. False if there is nothing to put into it. */
  #cut(endMs: number): boolean {
    // Players wait for both tracks, so a picture does not go on without sound for long.
    if (this.#options.video) this.#sound?.fillUntil(this.#startMs ?? endMs, endMs - LATE_SOUND_MS);
    const video = this.#takeVideo(endMs);
    const runs = [video, this.#sound?.take(endMs)].filter((run) => run != null);
    if (runs.length === 0) return false;
    this.#options.output.addPart({
      durationMs: endMs - this.#partStartMs,
      isIndependent: this.#options.video ? (video?.samples.some((sample) => sample.isSync) ?? false) : true,
      data: encodeFragment(++this.#sequenceNumber, runs),
    });
    for (const { data } of video?.samples ?? []) this.#videoMemory.release(data);
    this.#partStartMs = endMs;
    return true;
  }

  #takeVideo(endMs: number): TrackRun | null {
    const samples = takeWhile(this.#video, (sample) => sample.timeMs < endMs);
    const [first] = samples;
    if (!first) return null;
    return { trackId: videoTrackId, baseDecodeTime: Math.round(first.timeMs * TICKS_PER_MS), samples };
  }

  #beginSegment(startMs: number): void {
    this.#startMs ??= startMs;
    this.#segmentStartMs = startMs;
    this.#partStartMs = startMs;
    this.#segmentBytes = 0;
    this.#options.output.beginSegment(this.#dates.dateOf(startMs));
  }

  #endSegmentBeforeTooLong(): void {
    const { targetDurationS, partTargetMs } = this.#options.timing;
    const withNextPartMs = this.#partStartMs - (this.#segmentStartMs ?? 0) + partTargetMs;
    if (withNextPartMs <= targetDurationS * 1_000 + ROUNDING_ROOM_MS) return;
    this.#options.output.endSegment();
    this.#beginSegment(this.#partStartMs);
  }

  #countBytes(bytes: number): void {
    this.#segmentBytes += bytes;
    if (this.#segmentBytes > this.#options.segmentBytes) {
      throw new UnsupportedMediaError(`a segment of more than ${this.#options.segmentBytes} bytes`);
    }
  }
}
