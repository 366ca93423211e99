import { videoTrackId } from '../cmaf/init-segment.ts';
import type { PackagerOutput, Period } from '../cmaf/packager.ts';
import type { PlaylistTiming } from '../cmaf/part-timing.ts';
import { readRun } from '../cmaf/read-run.ts';
import type { Playback } from '../hls/playback.ts';
import { rungRendition } from '../hls/rendition.ts';
import { type Part, SegmentWindow } from '../hls/segment-window.ts';
import type { Clock } from '../shared/clock.ts';
import { Encoder } from './encoder.ts';
import { Rung } from './rung.ts';
import { sizesFor } from './sizes.ts';

export interface LadderOptions {
  /** The program, by its path or to be found on PATH. */
  ffmpeg: string;
  /** Shows that have a ladder at the same time; the others have their publisher's picture alone. */
  mostAtOnce: number;
}

interface Context {
  clock: Clock;
  windowMs: number;
  log: (line: string) => void;
  /** Takes one of the places for running encoders; false when none is left. */
  takePlace: () => boolean;
  givePlace: () => void;
}

/** An encoder that is so far behind will not catch up. */
const MOST_BEHIND_MS = 6_000;
const RESTARTS = 3;
const FIRST_PAUSE_MS = 1_000;
/** After so long without a failure the earlier ones count no more. */
const FORGIVEN_AFTER_MS = 300_000;
/** An encoder that was told to end is killed when it has not. */
const FINISH_MS = 5_000;

interface Run {
  encoder: Encoder;
  rungs: readonly Rung[];
  startedAtMs: number;
  endMs: number;
}

/**
 * The smaller pictures of one stream. It listens to what the packager makes and never holds it up: whatever becomes of
 * the encoder, the publisher's own rendition goes on, and that of the encoder is offered while it works.
 */
export class Ladder implements PackagerOutput {
  readonly #options: LadderOptions;
  readonly #context: Context;
  readonly #playback: Playback;
  #period: Period | null = null;
  #timing: PlaylistTiming | null = null;
  #run: Run | null = null;
  #failures = 0;
  #notBeforeMs = 0;
  #isOver = false;

  constructor(options: LadderOptions, playback: Playback, context: Context) {
    this.#options = options;
    this.#playback = playback;
    this.#context = context;
  }

  beginPeriod(period: Period, timing: PlaylistTiming): void {
    this.#stop();
    this.#period = period;
    this.#timing = timing;
  }

  beginSegment(dateMs: number): void {
    for (const rung of this.#run?.rungs ?? []) rung.cut({ kind: 'segment', dateMs });
  }

  addPart(part: Part): void {
    const source = this.#playback.window.open;
    if (!this.#run && part.isIndependent && source?.parts.length === 1) this.#start(part);
    const run = this.#run;
    if (!run) return;
    run.endMs += part.durationMs;
    for (const rung of run.rungs) rung.cut({ kind: 'part', endMs: run.endMs, part });
    const keepsUp = run.encoder.write(part.data);
    if (!keepsUp || run.rungs.some(({ waitingMs }) => waitingMs > MOST_BEHIND_MS)) {
      this.#failed(run, 'it does not keep up');
    }
  }

  endSegment(): void {
    for (const rung of this.#run?.rungs ?? []) rung.cut({ kind: 'end' });
  }

  /** The show is over: what is still being encoded ends its playlists. */
  end(): void {
    this.#isOver = true;
    const run = this.#run;
    if (!run) return;
    run.encoder.finish();
    this.#context.clock.setTimeout(() => run.encoder.kill(), FINISH_MS);
  }

  /** The stream is forgotten. */
  discard(): void {
    this.#isOver = true;
    this.#stop();
  }

  #start(first: Part): void {
    const { clock, takePlace, givePlace, windowMs } = this.#context;
    const { window } = this.#playback;
    const video = this.#period?.video;
    const picture = readRun(first.data, videoTrackId);
    const sizes = video ? sizesFor(video) : [];
    if (this.#isOver || !this.#period || !this.#timing || !picture || sizes.length === 0) return;
    if (clock.now() < this.#notBeforeMs || this.#failures > RESTARTS || !takePlace()) return;
    const [period, timing] = [this.#period, this.#timing];
    const offsetMs = (picture.samples[0]?.compositionOffset ?? 0) / 90;
    const rungs = sizes.map(() => {
      const own = new SegmentWindow(windowMs, () => this.#playback.waitList.wake(), window);
      return new Rung(own, period, timing, offsetMs);
    });
    const encoder = new Encoder({
      ffmpeg: this.#options.ffmpeg,
      sizes,
      onOutput: (i, bytes) => rungs[i]?.push(bytes),
      onEnd: (failure) => {
        givePlace();
        if (this.#run !== run) return;
        if (failure === null) for (const rung of rungs) rung.finish();
        else this.#failed(run, failure);
      },
    });
    const run: Run = { encoder, rungs, startedAtMs: clock.now(), endMs: picture.baseDecodeTime / 90 };
    this.#run = run;
    this.#playback.rungs = sizes.flatMap(({ folder }, i) =>
      rungs[i] ? [rungRendition(folder, rungs[i].window)] : [],
    );
    const dateMs = window.open?.dateMs ?? clock.now();
    for (const rung of rungs) rung.cut({ kind: 'segment', dateMs });
    encoder.write(period.initSegment);
  }

  #failed(run: Run, reason: string): void {
    const { clock, log } = this.#context;
    this.#stop();
    if (this.#isOver) return;
    this.#failures = clock.now() - run.startedAtMs > FORGIVEN_AFTER_MS ? 1 : this.#failures + 1;
    this.#notBeforeMs = clock.now() + FIRST_PAUSE_MS * 2 ** (this.#failures - 1);
    const next = this.#failures > RESTARTS ? 'not tried again' : 'tried again in a moment';
    log(`[media] smaller pictures: ${reason}; ${next}`);
  }

  #stop(): void {
    const run = this.#run;
    this.#run = null;
    this.#playback.rungs = [];
    run?.encoder.kill();
    this.#playback.waitList.wake();
  }
}
