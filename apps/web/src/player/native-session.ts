import type { PlaybackState, VideoChoice } from '@vybekart/screens';
import { soundAloneUrl } from '@vybekart/screens/sound-alone';
import type { LiveSession } from './live-session';

interface AppleVideo extends HTMLVideoElement {
  /** The date of the timeline's zero (WebKit); an invalid date while unknown. */
  getStartDate?(): Date;
}

/**
 * For browsers that play HLS themselves and have no MediaSource (iPhones before iOS 17.1). The browser keeps its
 * own distance from the live edge, some seconds behind; nothing here can shorten it.
 */
export class NativeSession implements LiveSession {
  readonly #video: AppleVideo;
  readonly #url: string;
  readonly #onState: (state: PlaybackState) => void;
  readonly #startedMs: number;
  readonly #abort = new AbortController();
  #firstFrameMs: number | null = null;
  #stalls = 0;
  #choice: VideoChoice;
  #hasSoundAlone: boolean | null = null;

  constructor(options: {
    video: HTMLVideoElement;
    url: string;
    startedMs: number;
    choice: VideoChoice;
    onState: (state: PlaybackState) => void;
  }) {
    this.#video = options.video;
    this.#url = options.url;
    this.#choice = options.choice;
    this.#startedMs = options.startedMs;
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
    window.addEventListener('online', () => void this.#load(), { signal });
    void this.#load();
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

  choose(choice: VideoChoice): void {
    const changesSource = (choice === 'audio') !== (this.#choice === 'audio');
    this.#choice = choice;
    if (changesSource) void this.#load();
  }

  hasSoundAlone(): boolean | null {
    return this.#hasSoundAlone;
  }

  /** How good the picture is, the browser decides. */
  async #load(): Promise<void> {
    const sound = this.#choice === 'audio' ? await this.#findSound() : null;
    if (this.#abort.signal.aborted) return;
    this.#video.src = sound ?? this.#url;
    this.#video.play().catch(() => this.#onState('blocked'));
  }

  async #findSound(): Promise<string | null> {
    const answer = await fetch(this.#url).catch(() => null);
    if (!answer?.ok) return null;
    const url = soundAloneUrl(await answer.text().catch(() => ''), this.#url);
    this.#hasSoundAlone = url !== null;
    return url;
  }
}
