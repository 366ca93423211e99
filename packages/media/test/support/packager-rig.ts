import { Packager, type PackagerSettings } from '../../src/cmaf/packager.ts';
import { Playback } from '../../src/hls/playback.ts';
import type { AudioConfig, MediaFrame, VideoConfig } from '../../src/shared/media.ts';
import { FakeClock } from './fake-clock.ts';
import { type ReadSample, readSamples } from './mp4-reader.ts';
import { checkMultivariant } from './multivariant-validator.ts';
import type { ReadPlaylist } from './playlist-reader.ts';
import { PlaylistValidator } from './playlist-validator.ts';
import { compareWithSecondReader } from './second-reader.ts';

const settings: PackagerSettings = {
  partTargetMs: 200,
  leastSegmentMs: 1_000,
  mostFirstSegmentMs: 4_000,
  configWaitMs: 1_500,
  segmentBytes: 8_000_000,
};

/**
 * A packager in front of a playback, without any socket. Every playlist that comes about is validated, and
 * every part is read back with the independent reader.
 */
export class PackagerRig {
  readonly clock = new FakeClock();
  readonly playback: Playback;
  readonly validator = new PlaylistValidator();
  readonly #audioValidator = new PlaylistValidator();
  readonly playlists: ReadPlaylist[] = [];
  packager: Packager;
  #seenVersion = 0;
  readonly #parts = new Map<string, Buffer>();

  constructor(windowMs = 8_000) {
    this.playback = new Playback({ clock: this.clock, windowMs, partHoldBack: 3, waiters: 10 });
    this.packager = new Packager(this.clock, this.playback.window, settings, {
      startMs: 0,
      timing: null,
      previous: null,
    });
  }

  configure(video: VideoConfig | null, audio: AudioConfig | null): this {
    if (video) this.packager.videoConfig(video);
    if (audio) this.packager.audioConfig(audio);
    this.#observe();
    return this;
  }

  /** Pushes frames while the clock follows their timestamps. Their memory is lent, as that of a connection is. */
  push(frames: readonly MediaFrame[]): this {
    let last = frames[0]?.timestampMs ?? 0;
    for (const frame of frames) {
      const stepMs = (frame.timestampMs - last) | 0;
      if (stepMs > 0 && stepMs < 10_000) this.clock.advance(stepMs);
      last = frame.timestampMs;
      const data = Buffer.from(frame.data);
      this.packager.frame({ ...frame, data });
      data.fill(0xff);
      this.#observe();
    }
    return this;
  }

  /** The publisher is gone; with `reconnect` another one follows. */
  finish(): this {
    this.packager.finish();
    this.#observe();
    return this;
  }

  reconnect(): this {
    const { window } = this.playback;
    this.packager = new Packager(this.clock, window, settings, {
      startMs: this.packager.finish(),
      timing: window.timing,
      previous: window.currentPeriod,
    });
    this.#observe();
    return this;
  }

  get last(): ReadPlaylist {
    const playlist = this.playlists.at(-1);
    if (!playlist) throw new Error('no playlist yet');
    return playlist;
  }

  /** Durations of all parts of complete segments, the last of each segment left out. */
  get innerPartDurations(): number[] {
    const durations = new Map<string, number>();
    for (const segment of this.playlists.flatMap((playlist) => playlist.segments)) {
      if (segment.duration === null) continue;
      for (const part of segment.parts.slice(0, -1)) durations.set(part.uri, part.duration);
    }
    return [...durations.values()];
  }

  get segmentDurations(): number[] {
    const durations = new Map<number, number>();
    for (const segment of this.playlists.flatMap((playlist) => playlist.segments)) {
      if (segment.duration !== null) durations.set(segment.msn, segment.duration);
    }
    return [...durations.values()];
  }

  /** Every sample that was ever published, by track id. */
  get samples(): Map<number, ReadSample[]> {
    return readSamples(Buffer.concat([...this.#parts.values()]));
  }

  /** Samples of parts published while the given period was the current one, in order. */
  partData(uri: string): Buffer | undefined {
    return this.#parts.get(uri);
  }

  #observe(): void {
    const { window } = this.playback;
    if (window.version === this.#seenVersion) return;
    this.#seenVersion = window.version;
    for (const segment of [...window.listed, ...(window.open ? [window.open] : [])]) {
      for (const [i, part] of segment.parts.entries()) this.#parts.set(`p${segment.msn}.${i}.m4s`, part.data);
    }
    if (!window.isPlayable) return;
    checkMultivariant(this.playback.multivariant().plain.toString());
    this.playlists.push(this.#check(this.validator, this.playback.media(false).plain.toString()));
    const audio = this.playback.rendition('audio');
    if (audio) this.#check(this.#audioValidator, this.playback.media(false, audio).plain.toString());
  }

  #check(validator: PlaylistValidator, text: string): ReadPlaylist {
    const playlist = validator.check(text);
    compareWithSecondReader(text, playlist);
    return playlist;
  }
}
