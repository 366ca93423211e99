import {
  type AudioConfig,
  type MediaFrame,
  UnsupportedMediaError,
  type VideoConfig,
} from '../shared/media.ts';
import { AudioClock } from './audio-clock.ts';
import { DateAnchor } from './date-anchor.ts';
import { encodeFragment, type Sample, type TrackRun } from './fragment.ts';
import { audioTrackId, videoTimescale, videoTrackId } from './init-segment.ts';
import { type PlaylistTiming, partEnd } from './part-timing.ts';
import { silentAacFrame } from './silent-aac.ts';

const TICKS_PER_MS = videoTimescale / 1_000;
/** EXTINF is compared with the target duration after rounding (RFC 8216bis 4.4.3.1). */
const ROUNDING_ROOM_MS = 450;
/** A key frame may come this much before the least segment duration and still end it. */
export const KEY_FRAME_TOLERANCE_MS = 60;

/** Sound that is later than this is taken for lost: a muted microphone may send nothing at all. */
const LATE_SOUND_MS = 1_500;
/** Sound that runs further ahead of the picture comes from no encoder. */
const EARLY_SOUND_MS = 30_000;

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

interface AudioSample extends Sample {
  start: number;
}

/**
 * Cuts placed frames into parts and segments. Video drives where there is any, else audio. A segment starts
 * at a key frame once `leastSegmentMs` have passed; where none comes in time it starts without one, as a
 * target duration may not be exceeded.
 */
export class Segmenter {
  readonly #options: SegmenterOptions;
  readonly #audioClock: AudioClock | null;
  readonly #dates = new DateAnchor();
  #video: VideoSample[] = [];
  #audio: AudioSample[] = [];
  #startMs: number | null = null;
  #segmentStartMs: number | null = null;
  #segmentBytes = 0;
  #partStartMs = 0;
  #lastMs = 0;
  #stepMs = 0;
  /** Video time left out so far, see `#withoutHole`. */
  #leftOutMs = 0;
  #sequenceNumber = 0;
  /** Frames that could not be used. */
  framesDropped = 0;

  constructor(options: SegmenterOptions) {
    this.#options = options;
    const { audio } = options;
    this.#audioClock = audio && new AudioClock(audio.sampleRate, audio.samplesPerFrame);
  }

  push(placed: PlacedFrame): void {
    this.#countBytes(placed.frame.data.length);
    if (placed.frame.track === 'video') this.#pushVideo(placed);
    else this.#pushAudio(placed);
  }

  /** Where the timeline stands: the end of the newest driving frame. */
  get positionMs(): number {
    return this.#lastMs + this.#stepMs;
  }

  /** After a jump of the timeline the old mapping to dates is void. */
  resetDates(): void {
    this.#dates.reset();
  }

  /** Emits what is left and ends the open segment. Returns where the timeline stands. */
  finish(): number {
    if (this.#segmentStartMs === null) return this.#lastMs;
    const endMs = Math.max(this.positionMs, this.#audioEndMs());
    this.#closeLastVideoSample(endMs);
    this.#cutPartsUntil(endMs);
    this.#cut(endMs);
    this.#options.output.endSegment();
    this.#segmentStartMs = null;
    return endMs;
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
    const { audio, video } = this.#options;
    const place = this.#audioClock?.place(timeMs);
    if (!audio || !place) {
      this.framesDropped++;
      return;
    }
    if (video && timeMs - this.#lastMs > EARLY_SOUND_MS) {
      throw new UnsupportedMediaError(
        `sound runs more than ${EARLY_SOUND_MS / 1_000} s ahead of the picture`,
      );
    }
    const silence = silentAacFrame(audio);
    for (let missing = silence ? place.framesMissing : 0; missing > 0; missing--) {
      const start = place.start - missing * audio.samplesPerFrame;
      this.#queueAudio(start, audio.samplesPerFrame, silence ?? frame.data);
    }
    if (!video) this.#advance((place.start * 1_000) / audio.sampleRate, true, arrivedAtMs);
    this.#queueAudio(place.start, place.duration, frame.data);
  }

  /** Puts silence where sound should have been by now, as players wait for both tracks. */
  #replaceLateSound(partEndMs: number): void {
    const { audio, video } = this.#options;
    const silence = audio && silentAacFrame(audio);
    if (!audio || !video || !silence) return;
    const starts = this.#audioClock?.claimUntil(this.#startMs ?? partEndMs, partEndMs - LATE_SOUND_MS);
    for (const start of starts ?? []) this.#queueAudio(start, audio.samplesPerFrame, silence);
  }

  #queueAudio(start: number, duration: number, data: Buffer): void {
    this.#audio.push({ start, duration, data, compositionOffset: 0, isSync: true });
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
      return;
    }
    this.#stepMs = timeMs - this.#lastMs;
    this.#lastMs = timeMs;
    this.#closeLastVideoSample(timeMs);
    this.#cutPartsUntil(timeMs);
    const segmentMs = timeMs - (this.#segmentStartMs ?? timeMs);
    if (isKeyFrame && segmentMs >= this.#options.leastSegmentMs - KEY_FRAME_TOLERANCE_MS) {
      this.#cut(timeMs);
      this.#options.output.endSegment();
      this.#beginSegment(timeMs);
    }
  }

  /** Where the queued sound ends; the picture stands still until then if it has stopped before. */
  #audioEndMs(): number {
    const last = this.#audio.at(-1);
    const { audio } = this.#options;
    return last && audio ? Math.ceil(((last.start + last.duration) * 1_000) / audio.sampleRate) : 0;
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

  #drivingTimes(): number[] {
    if (this.#options.video) return this.#video.map((sample) => sample.timeMs);
    const { sampleRate } = this.#options.audio ?? { sampleRate: 1 };
    return this.#audio.map((sample) => (sample.start * 1_000) / sampleRate);
  }

  /** Emits the part that ends at `endMs`. False if there is nothing to put into it. */
  #cut(endMs: number): boolean {
    const { audio, output } = this.#options;
    this.#replaceLateSound(endMs);
    const audioEnd = audio ? (endMs * audio.sampleRate) / 1_000 : 0;
    const video = takeWhile(this.#video, (sample) => sample.timeMs < endMs);
    const sound = takeWhile(this.#audio, (sample) => sample.start < audioEnd);
    const runs: TrackRun[] = [];
    if (video[0]) {
      runs.push({
        trackId: videoTrackId,
        baseDecodeTime: Math.round(video[0].timeMs * TICKS_PER_MS),
        samples: video,
      });
    }
    if (sound[0]) runs.push({ trackId: audioTrackId, baseDecodeTime: sound[0].start, samples: sound });
    if (runs.length === 0) return false;
    output.addPart({
      durationMs: endMs - this.#partStartMs,
      isIndependent: this.#options.video ? video.some((sample) => sample.isSync) : true,
      data: encodeFragment(++this.#sequenceNumber, runs),
    });
    this.#partStartMs = endMs;
    return true;
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

/** Removes and returns the longest prefix that fits. */
function takeWhile<T>(queue: T[], fits: (item: T) => boolean): T[] {
  const end = queue.findIndex((item) => !fits(item));
  return queue.splice(0, end === -1 ? queue.length : end);
}
