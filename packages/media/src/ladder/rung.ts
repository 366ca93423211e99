import { encodeFragment, type Sample } from '../cmaf/fragment.ts';
import { audioTrackId, encodeInitSegment, videoTimescale, videoTrackId } from '../cmaf/init-segment.ts';
import type { Period } from '../cmaf/packager.ts';
import type { PlaylistTiming } from '../cmaf/part-timing.ts';
import { readRun } from '../cmaf/read-run.ts';
import { takeWhile } from '../cmaf/take-while.ts';
import { FlvDemuxer } from '../flv/flv-demuxer.ts';
import { FlvStream } from '../flv/flv-stream.ts';
import type { Part, SegmentWindow } from '../hls/segment-window.ts';
import type { MediaFrame, VideoConfig } from '../shared/media.ts';

const TICKS_PER_MS = videoTimescale / 1_000;
/** FLV rounds to milliseconds; a frame so near before a cut belongs behind it. */
const ROUNDING_MS = 1.5;

/** What the source has cut: the rung is cut alike. */
type Cut =
  | { kind: 'segment'; dateMs: number }
  | { kind: 'part'; endMs: number; part: Part }
  | { kind: 'end' };

interface Timed {
  timeMs: number;
  isSync: boolean;
  data: Buffer;
}

/**
 * One smaller picture of a stream: frames from an encoder, cut where the source was cut, with the source's own sound.
 * So both have the same segments, parts, dates and numbers, and a player goes from one to the other without a seam.
 */
export class Rung {
  readonly window: SegmentWindow;
  readonly #source: Period;
  readonly #timing: PlaylistTiming;
  /** From decoding to presentation, as the source's first frame has it. */
  readonly #offsetMs: number;
  readonly #flv: FlvStream;
  #hasBegun = false;
  #frames: Timed[] = [];
  readonly #cuts: Cut[] = [];
  #waitingMs = 0;
  #sequenceNumber = 0;

  constructor(window: SegmentWindow, source: Period, timing: PlaylistTiming, offsetMs: number) {
    this.window = window;
    this.#source = source;
    this.#timing = timing;
    this.#offsetMs = offsetMs;
    const demuxer = new FlvDemuxer({
      videoConfig: (config) => this.#configure(config),
      audioConfig: () => {},
      frame: (frame) => this.#take(frame),
    });
    this.#flv = new FlvStream(({ kind, timestampMs, body }) => {
      if (kind === 'video') demuxer.tag(kind, timestampMs, body);
    });
  }

  /** How much the source is ahead of it. */
  get waitingMs(): number {
    return this.#waitingMs;
  }

  /** What the encoder has written. Throws when that is no FLV with H.264. */
  push(bytes: Buffer): void {
    this.#flv.push(bytes);
    this.#cutAll(false);
  }

  cut(cut: Cut): void {
    this.#cuts.push(cut);
    if (cut.kind === 'part') this.#waitingMs += cut.part.durationMs;
    this.#cutAll(false);
  }

  /** The encoder has written its last frame. */
  finish(): void {
    this.#cutAll(true);
    this.window.end();
    this.window.publish();
  }

  #configure(video: VideoConfig): void {
    if (this.#hasBegun) throw new Error('the encoder changed its configuration');
    this.#hasBegun = true;
    const { audio } = this.#source;
    const initSegment = encodeInitSegment(video, audio);
    this.window.beginPeriod({ ...this.#source, video, initSegment }, this.#timing);
  }

  #take({ timestampMs, isKeyFrame, data }: MediaFrame): void {
    // Without B-frames the encoder decodes at once what the source presents later.
    // The data may be kept: a file's bytes are never written over.
    this.#frames.push({ timeMs: timestampMs - this.#offsetMs, isSync: isKeyFrame, data });
  }

  #cutAll(isLast: boolean): void {
    const before = this.window.version;
    for (let cut = this.#cuts[0]; cut && this.#hasBegun; cut = this.#cuts[0]) {
      if (cut.kind === 'part' && !isLast && !this.#reaches(cut.endMs)) break;
      this.#cuts.shift();
      if (cut.kind === 'segment') this.window.beginSegment(cut.dateMs);
      else if (cut.kind === 'end') this.window.endSegment();
      else this.#addPart(cut);
    }
    if (this.window.version !== before) this.window.publish();
  }

  #reaches(endMs: number): boolean {
    const newest = this.#frames.at(-1);
    return newest !== undefined && newest.timeMs >= endMs - ROUNDING_MS;
  }

  #addPart({ endMs, part }: { endMs: number; part: Part }): void {
    this.#waitingMs -= part.durationMs;
    const frames = takeWhile(this.#frames, ({ timeMs }) => timeMs < endMs - ROUNDING_MS);
    const nextMs = this.#frames[0]?.timeMs ?? endMs;
    const ticks = [...frames.map(({ timeMs }) => timeMs), nextMs].map((ms) => Math.round(ms * TICKS_PER_MS));
    const compositionOffset = Math.round(this.#offsetMs * TICKS_PER_MS);
    const samples: Sample[] = frames.map(({ data, isSync }, i) => ({
      data,
      isSync,
      compositionOffset,
      duration: Math.max(1, (ticks[i + 1] ?? 0) - (ticks[i] ?? 0)),
    }));
    const video = samples.length > 0 && { trackId: videoTrackId, baseDecodeTime: ticks[0] ?? 0, samples };
    const runs = [video, readRun(part.data, audioTrackId)].filter((run) => run !== false && run !== null);
    this.window.addPart({
      durationMs: part.durationMs,
      isIndependent: samples.some(({ isSync }) => isSync),
      data: encodeFragment(++this.#sequenceNumber, runs),
    });
  }
}
