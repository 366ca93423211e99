import { opusPacketSamples } from '../codecs/opus.ts';
import { type AudioConfig, type MediaFrame, UnsupportedMediaError } from '../shared/media.ts';
import { AudioClock } from './audio-clock.ts';
import type { Sample, TrackRun } from './fragment.ts';
import { audioTrackId } from './init-segment.ts';
import { silentFrame } from './silence.ts';
import { takeWhile } from './take-while.ts';

/** Sound that runs further ahead of the picture comes from no encoder. */
const MOST_AHEAD_MS = 30_000;

interface SoundSample extends Sample {
  /** Counted from the start of the timeline, in samples of the track. */
  start: number;
}

/** Audio frames that wait for their part, without gap or overlap, holes filled with silence where possible. */
export class SoundQueue {
  readonly #config: AudioConfig;
  readonly #clock: AudioClock;
  readonly #silence: Buffer | null;
  #samples: SoundSample[] = [];
  framesDropped = 0;

  constructor(config: AudioConfig) {
    this.#config = config;
    this.#clock = new AudioClock(config.sampleRate, config.samplesPerFrame);
    this.#silence = silentFrame(config);
  }

  /** Where each queued frame starts, in milliseconds. */
  get timesMs(): number[] {
    return this.#samples.map((sample) => this.#toMs(sample.start));
  }

  /** Until when there is sound, queued or taken; null before the first. */
  get reachedMs(): number | null {
    const { next } = this.#clock;
    return next === null ? null : this.#toMs(next);
  }

  /** Where the queued sound ends; 0 if none is queued. */
  get endMs(): number {
    const last = this.#samples.at(-1);
    return last ? Math.ceil(this.#toMs(last.start + last.duration)) : 0;
  }

  /**
   * Queues a frame. `onPlaced` hears its exact time before it is queued. Throws if it is too far ahead of
   * `pictureMs`.
   */
  push(frame: MediaFrame, timeMs: number, pictureMs: number, onPlaced?: (startMs: number) => void): void {
    const samples = this.#samplesIn(frame.data);
    const place = samples && this.#clock.place(timeMs, samples);
    if (!place) {
      this.framesDropped++;
      return;
    }
    if (timeMs - pictureMs > MOST_AHEAD_MS) {
      throw new UnsupportedMediaError(`sound runs more than ${MOST_AHEAD_MS / 1_000} s ahead of the picture`);
    }
    const { samplesPerFrame } = this.#config;
    for (let missing = place.framesMissing; missing > 0; missing--) {
      this.#queueSilence(place.start - missing * samplesPerFrame);
    }
    onPlaced?.(this.#toMs(place.start));
    this.#queue(place.start, place.duration, Buffer.from(frame.data));
  }

  /** Puts silence where nothing has come, up to `untilMs`; the track begins at `fromMs` if it has not yet. */
  fillUntil(fromMs: number, untilMs: number): void {
    if (!this.#silence) return;
    for (const start of this.#clock.claimUntil(fromMs, untilMs)) this.#queueSilence(start);
  }

  /** Removes and returns what starts before `endMs`. */
  take(endMs: number): TrackRun | null {
    const samples = takeWhile(this.#samples, (sample) => this.#toMs(sample.start) < endMs);
    const [first] = samples;
    return first ? { trackId: audioTrackId, baseDecodeTime: first.start, samples } : null;
  }

  /** AAC frames are all alike; each Opus packet says its own length. Null if it is no packet. */
  #samplesIn(data: Buffer): number | null {
    const { codec, samplesPerFrame } = this.#config;
    return codec === 'opus' ? opusPacketSamples(data) : samplesPerFrame;
  }

  #queueSilence(start: number): void {
    if (this.#silence) this.#queue(start, this.#config.samplesPerFrame, this.#silence);
  }

  #queue(start: number, duration: number, data: Buffer): void {
    this.#samples.push({ start, duration, data, compositionOffset: 0, isSync: true });
  }

  #toMs(samples: number): number {
    return (samples * 1_000) / this.#config.sampleRate;
  }
}
