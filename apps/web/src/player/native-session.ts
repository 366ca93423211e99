import type { PlaybackClock, PlaybackState } from '@vybekart/screens';

interface AppleVideo extends HTMLVideoElement {
  /** The date of the timeline's zero (WebKit); an invalid date while unknown. */
  getStartDate?(): Date;
}

/**
 * For browsers that play HLS themselves and have no MediaSource (iPhones before iOS 17.1). The browser keeps its
 * own distance from the live edge, some seconds behind; nothing here can shorten it.
 */
export class NativeSession implements PlaybackClock {
  readonly #video: AppleVideo;
  readonly #url: string;
  readonly #onState: (state: PlaybackState) => void;
  readonly #startedMs = performance.now();
  readonly #abort = new AbortController();
  #firstFrameMs: number | null = null;
  #stalls = 0;

  constructor(options: { video: HTMLVideoElement; url: string; onState: (state: PlaybackState) => void }) {
    this.#video = options.video;
    this.#url = options.url;
    this.#onState = options.onState;
  }

  start(): void {
    const { signal } = this.#abort;
    this.#video.addEventListener(
      'playing',
      () => {
        this.#firstFrameMs ??= Math.round(performance.now() - this.#startedMs);
        this.#onState('playing');
      },
      { signal },
    );
    this.#video.addEventListener(
      'waiting',
      () => {
        this.#stalls += 1;
        this.#onState('stalled');
      },
      { signal },
    );
    this.#video.addEventListener('error', () => this.#onState('unavailable'), { signal });
    window.addEventListener('online', () => this.#load(), { signal });
    this.#load();
  }

  destroy(): void {
    this.#abort.abort();
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  playingDate(): number | null {
    const startMs = this.#video.getStartDate?.().getTime() ?? Number.NaN;
    return Number.isNaN(startMs) ? null : startMs + this.#video.currentTime * 1000;
  }

  latencyMs(): number | null {
    const { seekable, currentTime } = this.#video;
    return seekable.length === 0
      ? null
      : Math.max(0, (seekable.end(seekable.length - 1) - currentTime) * 1000);
  }

  stalls(): number {
    return this.#stalls;
  }

  firstFrameMs(): number | null {
    return this.#firstFrameMs;
  }

  #load(): void {
    this.#video.src = this.#url;
    this.#video.play().catch(() => this.#onState('blocked'));
  }
}
