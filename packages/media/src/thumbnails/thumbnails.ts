import type { Clock } from '../shared/clock.ts';
import { isShowPicture } from './show-picture.ts';
import { takeStill } from './take-still.ts';

/** A publisher may renew its own picture so often. */
const OFFER_EVERY_MS = 5_000;

export interface ThumbnailOptions {
  /** The program, by its path or to be found on PATH. Without it a stream has the pictures that its publisher sends. */
  ffmpeg: string;
  /** From one picture of a stream to its next one. */
  everyMs?: number;
  /** One that takes longer is given up. */
  timeoutMs?: number;
}

interface Still {
  version: number;
  jpeg: Buffer;
}

interface Source {
  clock: Clock;
  /** A header and the newest segment of a stream, if a picture can be made of them at this moment. */
  segment: (playbackId: string) => readonly Buffer[] | null;
  log: (line: string) => void;
}

/**
 * A picture of each live stream, renewed from time to time, else the one that its publisher offers. One is taken at a
 * time, at the least priority; what fails is logged and tried again at the stream's next turn.
 */
export class Thumbnails {
  readonly #options: Required<ThumbnailOptions>;
  readonly #source: Source;
  readonly #stills = new Map<string, Still>();
  /** What publishers sent, for as long as there is no picture of our own. */
  readonly #offered = new Map<string, Still & { atMs: number }>();
  readonly #followed = new Set<string>();
  readonly #waiting = new Set<string>();
  #isTaking = false;
  #hasProgram = true;

  constructor(options: ThumbnailOptions, source: Source) {
    this.#options = { everyMs: 30_000, timeoutMs: 10_000, ...options };
    this.#source = source;
  }

  /** The stream is live: from now on it has its turns. */
  follow(playbackId: string): void {
    this.#followed.add(playbackId);
    this.#enqueue(playbackId);
  }

  /** The stream is gone, and its picture with it. */
  forget(playbackId: string): void {
    this.#followed.delete(playbackId);
    this.#waiting.delete(playbackId);
    this.#stills.delete(playbackId);
    this.#offered.delete(playbackId);
  }

  /** A picture that the publisher took itself; for machines without ffmpeg. */
  offer(playbackId: string, jpeg: Buffer): void {
    const atMs = this.#source.clock.now();
    const before = this.#offered.get(playbackId);
    if (!this.#followed.has(playbackId) || (before && atMs - before.atMs < OFFER_EVERY_MS)) return;
    if (isShowPicture(jpeg))
      this.#offered.set(playbackId, { version: this.#nextVersion(playbackId), jpeg, atMs });
  }

  /** The newest picture; its version grows with each. */
  newest(playbackId: string): Still | null {
    return this.#stills.get(playbackId) ?? this.#offered.get(playbackId) ?? null;
  }

  #nextVersion(playbackId: string): number {
    return (this.newest(playbackId)?.version ?? 0) + 1;
  }

  #enqueue(playbackId: string): void {
    if (!this.#followed.has(playbackId)) return;
    this.#waiting.add(playbackId);
    void this.#takeAll();
  }

  async #takeAll(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    for (let [next] = this.#waiting; next !== undefined && this.#hasProgram; [next] = this.#waiting) {
      this.#waiting.delete(next);
      await this.#take(next);
    }
    this.#isTaking = false;
  }

  async #take(playbackId: string): Promise<void> {
    const { clock, segment, log } = this.#source;
    const media = segment(playbackId);
    try {
      const jpeg = media && (await takeStill(media, this.#options));
      // The show may have ended meanwhile.
      if (jpeg && this.#followed.has(playbackId)) {
        this.#stills.set(playbackId, { version: this.#nextVersion(playbackId), jpeg });
      }
    } catch (error) {
      this.#hasProgram = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
      const reason = error instanceof Error ? error.message : 'unknown';
      log(`[media] ${this.#hasProgram ? `no thumbnail: ${reason}` : 'no thumbnails without ffmpeg'}`);
    }
    clock.setTimeout(() => this.#enqueue(playbackId), this.#options.everyMs);
  }
}
