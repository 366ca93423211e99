import type { ReplayControls, ReplayState } from '@vybekart/screens';
import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';

const firstRetryMs = 500;
const longestRetryMs = 4000;

type HlsConstructor = typeof Hls;

interface Options {
  video: HTMLVideoElement;
  url: string;
  Hls: HlsConstructor;
  onState: (state: ReplayState) => void;
}

/** One recording in one video element, by hls.js or, where there is no MediaSource, by the browser itself. */
export class ReplaySession implements ReplayControls {
  readonly #options: Options;
  readonly #video: HTMLVideoElement;
  readonly #abort = new AbortController();
  #hls: Hls | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #state: ReplayState = 'loading';

  constructor(options: Options) {
    this.#options = options;
    this.#video = options.video;
  }

  start(): void {
    const { signal } = this.#abort;
    const on = (event: string, act: () => void) => this.#video.addEventListener(event, act, { signal });
    on('playing', () => this.#report('playing'));
    on('waiting', () => this.#report('stalled'));
    on('pause', () => this.#video.ended || this.#report('paused'));
    on('ended', () => this.#report('ended'));
    on('seeked', () => this.#video.paused && !this.#video.ended && this.#report('paused'));
    window.addEventListener('online', () => this.#loadAgain(), { signal });
    if (this.#options.Hls.isSupported()) {
      this.#load();
    } else {
      on('error', () => this.#report('unavailable'));
      this.#video.src = this.#options.url;
      this.play();
    }
  }

  destroy(): void {
    this.#abort.abort();
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#hls) {
      this.#hls.destroy();
    } else {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
  }

  position(): number {
    return this.#video.currentTime;
  }

  play(): void {
    if (this.#video.ended) this.#video.currentTime = 0;
    this.#video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#report('blocked');
    });
  }

  pause(): void {
    this.#video.pause();
  }

  seek(position: number): void {
    this.#video.currentTime = position;
  }

  #load(): void {
    const HlsClass = this.#options.Hls;
    const hls = new HlsClass({
      startPosition: 0,
      maxBufferLength: 30,
      backBufferLength: 60,
      enableWorker: false,
    });
    this.#hls = hls;
    hls.on(HlsClass.Events.ERROR, (_event, data) => this.#failed(data));
    hls.on(HlsClass.Events.FRAG_BUFFERED, () => {
      this.#failures = 0;
    });
    hls.on(HlsClass.Events.MANIFEST_PARSED, () => this.play());
    hls.loadSource(this.#options.url);
    hls.attachMedia(this.#video);
  }

  #failed(data: ErrorData): void {
    if (!data.fatal) return;
    if (data.type === this.#options.Hls.ErrorTypes.MEDIA_ERROR && this.#failures < 2) {
      this.#failures += 1;
      this.#hls?.recoverMediaError();
      return;
    }
    this.#report('unavailable');
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry ??= setTimeout(() => this.#loadAgain(), delayMs);
  }

  /** Goes on where it was when the network failed. */
  #loadAgain(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    if (!this.#hls || this.#state !== 'unavailable') return;
    if (this.#hls.levels.length === 0) this.#hls.loadSource(this.#options.url);
    else this.#hls.startLoad(this.#video.currentTime);
  }

  #report(state: ReplayState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
