import type { Clock } from '../shared/clock.ts';
import {
  type AudioConfig,
  type MediaFrame,
  type MediaSink,
  UnsupportedMediaError,
  type VideoConfig,
} from '../shared/media.ts';
import { encodeInitSegment } from './init-segment.ts';
import { type PlaylistTiming, partTargetFor } from './part-timing.ts';
import {
  FRAME_OVERHEAD_BYTES,
  KEY_FRAME_TOLERANCE_MS,
  type PlacedFrame,
  Segmenter,
  type SegmentOutput,
} from './segmenter.ts';
import { Timeline } from './timeline.ts';

/** What holds from one codec configuration to the next. */
export interface Period {
  video: VideoConfig | null;
  audio: AudioConfig | null;
  initSegment: Buffer;
  /** As measured at the start of the stream; null without video. */
  framesPerSecond: number | null;
}

/** Segments, and before the first of each period the header they need. */
export interface PackagerOutput extends SegmentOutput {
  /** `timing` is the same in every call. */
  beginPeriod(period: Period, timing: PlaylistTiming): void;
}

export interface PackagerSettings {
  /** Wanted length of a part; the frame rate decides the exact one. */
  partTargetMs: number;
  leastSegmentMs: number;
  /** The first segment ends here at the latest, key frame or not. */
  mostFirstSegmentMs: number;
  /** How long the second track's configuration is awaited. */
  configWaitMs: number;
  segmentBytes: number;
}

export interface PackagerStart {
  startMs: number;
  /** The promise already made by the playlist, if this continues one. */
  timing: PlaylistTiming | null;
  /** What came before; a track that was there is worth a wait. */
  previous: Period | null;
}

/** Audio kept while no key frame has come: about two seconds. */
const MOST_EARLY_FRAMES = 100;

/**
 * Frames of one publisher in, segments and parts out. Nothing leaves before the packager knows what it is
 * about: the tracks (both configurations, or one and a wait) and, for a new playlist, the key frame interval
 * and frame rate, which fix TARGETDURATION and PART-TARGET. A new configuration starts a new period.
 */
export class Packager implements MediaSink {
  readonly #clock: Clock;
  readonly #output: PackagerOutput;
  readonly #settings: PackagerSettings;
  #start: PackagerStart;
  #video: VideoConfig | null = null;
  #audio: AudioConfig | null = null;
  #timeline: Timeline;
  #segmenter: Segmenter | null = null;
  #period: Period | null = null;
  #framesPerSecond: number | null = null;
  /** Frames that wait for the period to begin. */
  #held: PlacedFrame[] = [];
  #early: Array<{ frame: MediaFrame; arrivedAtMs: number }> = [];
  #heldBytes = 0;
  #droppedBefore = 0;

  constructor(clock: Clock, output: PackagerOutput, settings: PackagerSettings, start: PackagerStart) {
    this.#clock = clock;
    this.#output = output;
    this.#settings = settings;
    this.#start = start;
    this.#timeline = new Timeline(start.startMs);
  }

  get framesDropped(): number {
    return this.#droppedBefore + (this.#segmenter?.framesDropped ?? 0);
  }

  /** Where the next period would start. */
  get timelineMs(): number {
    return Math.ceil(this.#segmenter?.positionMs ?? this.#start.startMs);
  }

  videoConfig(config: VideoConfig): void {
    this.#endPeriod();
    // Frames still held were coded for the configuration before.
    if (this.#video) this.#forgetHeld();
    this.#video = config;
  }

  audioConfig(config: AudioConfig): void {
    this.#endPeriod();
    this.#audio = config;
  }

  frame(frame: MediaFrame): void {
    const arrivedAtMs = this.#clock.now();
    if (this.#held.length === 0 && this.#segmenter === null) this.#await(frame, arrivedAtMs);
    else this.#take(frame, arrivedAtMs);
  }

  /** Emits everything that is held back. Returns where the timeline stands. */
  finish(): number {
    this.#endPeriod();
    return this.#start.startMs;
  }

  /** Before anything can start: looks for the first key frame, or for enough audio to do without video. */
  #await(frame: MediaFrame, arrivedAtMs: number): void {
    if (frame.track === 'video') {
      if (!frame.isKeyFrame) {
        this.#droppedBefore++;
        return;
      }
      this.#take(frame, arrivedAtMs);
      for (const early of this.#early.splice(0)) this.#take(early.frame, early.arrivedAtMs);
      return;
    }
    this.#early.push({ frame: keptFrame(frame), arrivedAtMs });
    if (this.#early.length > MOST_EARLY_FRAMES) this.#early.shift();
    const oldest = this.#early[0];
    const spanMs = oldest ? (frame.timestampMs - oldest.frame.timestampMs) | 0 : 0;
    if (this.#video || spanMs < this.#settings.configWaitMs) return;
    for (const early of this.#early.splice(0)) this.#take(early.frame, early.arrivedAtMs);
  }

  #take(frame: MediaFrame, arrivedAtMs: number): void {
    const jumpsBefore = this.#timeline.jumps;
    const timeMs = this.#timeline.place(frame.track, frame.timestampMs);
    if (timeMs < this.#start.startMs) {
      this.#droppedBefore++;
      return;
    }
    if (this.#timeline.jumps > jumpsBefore) this.#segmenter?.resetDates();
    const placed = { frame, timeMs, arrivedAtMs };
    this.#segmenter ??= this.#beginPeriodIfKnown(placed);
    if (this.#segmenter) this.#segmenter.push(placed);
    else this.#hold(placed);
  }

  #hold(placed: PlacedFrame): void {
    this.#held.push({ ...placed, frame: keptFrame(placed.frame) });
    this.#heldBytes += placed.frame.data.length + FRAME_OVERHEAD_BYTES;
    if (this.#heldBytes > this.#settings.segmentBytes) {
      throw new UnsupportedMediaError(
        `more than ${this.#settings.segmentBytes} bytes before the first segment`,
      );
    }
  }

  #beginPeriodIfKnown(next: PlacedFrame): Segmenter | null {
    const driving = this.#video ? 'video' : 'audio';
    if (next.frame.track !== driving) return null;
    const elapsedMs = next.timeMs - this.#start.startMs;
    const hasTracks = this.#hasTracks(elapsedMs);
    if (this.#start.timing) return hasTracks ? this.#beginPeriod(this.#start.timing) : null;
    const { leastSegmentMs, mostFirstSegmentMs } = this.#settings;
    const isSegmentEnd = next.frame.isKeyFrame && elapsedMs >= leastSegmentMs - KEY_FRAME_TOLERANCE_MS;
    if ((!isSegmentEnd || !hasTracks) && elapsedMs < mostFirstSegmentMs) return null;
    return this.#beginPeriod(this.#measureTiming(driving, next, elapsedMs));
  }

  #hasTracks(elapsedMs: number): boolean {
    if (!this.#video || this.#audio) return true;
    if (this.#start.previous?.audio === null) return true;
    return elapsedMs >= this.#settings.configWaitMs;
  }

  /** The longest of the first segments and the median frame duration decide for good. */
  #measureTiming(driving: string, next: PlacedFrame, elapsedMs: number): PlaylistTiming {
    const frames = [...this.#held, next].filter((placed) => placed.frame.track === driving);
    const times = frames.map((placed) => placed.timeMs);
    const steps = times.slice(1).map((time, i) => time - (times[i] ?? time));
    const mean = elapsedMs / Math.max(1, steps.length);
    const typical = steps.sort((a, b) => a - b)[steps.length >> 1] ?? mean;
    // Millisecond rounding makes 33 and 34 of 33.3; the mean knows better unless frames are missing.
    const frameMs = Math.abs(typical - mean) <= 1 ? mean : typical;
    this.#framesPerSecond = Math.round(1_000_000 / frameMs) / 1_000;
    const { leastSegmentMs } = this.#settings;
    const longestMs = driving === 'video' ? longestSegmentMs(frames, leastSegmentMs) : leastSegmentMs;
    return {
      // Players without low latency stay three of these behind.
      targetDurationS: Math.max(1, Math.ceil((longestMs - KEY_FRAME_TOLERANCE_MS) / 1_000)),
      partTargetMs: partTargetFor(frameMs, this.#settings.partTargetMs),
    };
  }

  #beginPeriod(timing: PlaylistTiming): Segmenter {
    const video = this.#video;
    const audio = this.#audio;
    this.#start = { ...this.#start, timing };
    const segmenter = new Segmenter({
      output: this.#output,
      video,
      audio,
      timing,
      leastSegmentMs: this.#settings.leastSegmentMs,
      segmentBytes: this.#settings.segmentBytes,
    });
    this.#period = {
      video,
      audio,
      initSegment: encodeInitSegment(video, audio),
      framesPerSecond: video
        ? (this.#framesPerSecond ?? this.#start.previous?.framesPerSecond ?? null)
        : null,
    };
    this.#output.beginPeriod(this.#period, timing);
    for (const held of this.#held.splice(0)) segmenter.push(held);
    this.#heldBytes = 0;
    return segmenter;
  }

  #forgetHeld(): void {
    this.#droppedBefore += this.#held.length;
    this.#held = [];
    this.#heldBytes = 0;
    this.#timeline = new Timeline(this.#start.startMs);
  }

  #endPeriod(): void {
    if (!this.#segmenter) return;
    const endMs = Math.ceil(this.#segmenter.finish());
    this.#droppedBefore += this.#segmenter.framesDropped;
    this.#segmenter = null;
    this.#early = [];
    this.#start = { startMs: endMs, timing: this.#start.timing, previous: this.#period };
    this.#timeline = new Timeline(endMs);
  }
}

/** A frame that may be kept beyond the call that brought it. */
function keptFrame(frame: MediaFrame): MediaFrame {
  return { ...frame, data: Buffer.from(frame.data) };
}

/** The longest segment that the frames make when each ends at the first key frame after `leastMs`. */
function longestSegmentMs(frames: readonly PlacedFrame[], leastMs: number): number {
  let startMs = frames[0]?.timeMs ?? 0;
  let longestMs = 0;
  for (const { frame, timeMs } of frames) {
    longestMs = Math.max(longestMs, timeMs - startMs);
    if (frame.isKeyFrame && timeMs - startMs >= leastMs - KEY_FRAME_TOLERANCE_MS) startMs = timeMs;
  }
  return longestMs;
}
