import type { PlaybackState, VideoChoice } from '@vybekart/screens';
import { CatchUpController, type Pace, type PlaybackReading } from '@vybekart/screens/catch-up';
import { soundAloneUrl } from '@vybekart/screens/sound-alone';
import type Hls from 'hls.js';
import type {
  ErrorData,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  PlaylistLoaderConstructor,
} from 'hls.js';
import { bufferedAround } from './buffered-around';
import type { LiveSession } from './live-session';
import { startOfPicture } from './start-of-picture';

const tickMs = 100;
const pace: Pace = {
  targetBufferS: 0.5,
  hurryAboveS: 0.12,
  calmBelowS: 0.12,
  gentleRate: 1.05,
  fastestRate: 1.25,
  slowestRate: 0.95,
  jumpBehindS: 3,
  jumpPauseMs: 1500,
  stallPenaltyS: 0.25,
  longestPenaltyS: 1.5,
  penaltyFadesAfterMs: 15_000,
};
const firstRetryMs = 500;
const longestRetryMs = 4000;
/** Played video that stays in the buffer, and how much of what is older goes at once. */
const keptPastS = 20;
const forgottenAtOnceS = 10;
/** No picture for this long although we try: the screen says so. */
const unavailableAfterMs = 3000;
/** Nothing moved for this long although nothing failed: load the stream anew. */
const reloadAfterMs = 9000;

type HlsConstructor = typeof Hls;

/**
 * One stream in one video element: loads it, keeps it near the live edge, and brings it back after lost networks,
 * sleeping tabs and publishers who return. Reports states, never throws.
 */
export class HlsSession implements LiveSession {
  readonly #video: HTMLVideoElement;
  readonly #url: string;
  readonly #Hls: HlsConstructor;
  readonly #onState: (state: PlaybackState) => void;
  readonly #catchUp = new CatchUpController(pace);
  readonly #startedMs: number;
  readonly #abort = new AbortController();
  #choice: VideoChoice;
  #soundUrl: string | null = null;
  #hasSoundAlone: boolean | null = null;
  #hls: Hls | null = null;
  #state: PlaybackState = 'loading';
  #firstFrameMs: number | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #lastTime = 0;
  #movedMs = performance.now();
  #reloadedMs = performance.now();

  constructor(options: {
    video: HTMLVideoElement;
    url: string;
    Hls: HlsConstructor;
    /** The moment of the tap, by `performance.now()`. */
    startedMs?: number;
    choice?: VideoChoice;
    onState: (state: PlaybackState) => void;
  }) {
    this.#video = options.video;
    this.#url = options.url;
    this.#Hls = options.Hls;
    this.#choice = options.choice ?? 'best';
    this.#startedMs = options.startedMs ?? performance.now();
    this.#onState = options.onState;
  }

  start(): void {
    const { signal } = this.#abort;
    this.#video.addEventListener('waiting', () => this.#waiting(), { signal });
    this.#video.addEventListener('playing', () => this.#playing(), { signal });
    window.addEventListener('online', () => this.#wake(), { signal });
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#rest() : this.#wake()), {
      signal,
    });
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#open();
  }

  destroy(): void {
    this.#abort.abort();
    if (this.#timer) clearInterval(this.#timer);
    if (this.#retry) clearTimeout(this.#retry);
    this.#hls?.destroy();
    this.#hls = null;
  }

  playingDate(): number | null {
    const hasPicture = this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return hasPicture ? (this.#hls?.playingDate?.getTime() ?? null) : null;
  }

  latencyMs(): number | null {
    const edge = this.#liveEdge();
    return edge === null || this.#firstFrameMs === null
      ? null
      : Math.max(0, (edge - this.#video.currentTime) * 1000);
  }

  stalls(): number {
    return this.#catchUp.stalls;
  }

  firstFrameMs(): number | null {
    return this.#firstFrameMs;
  }

  choose(choice: VideoChoice): void {
    if (choice === this.#choice) return;
    const changesSource = choice === 'audio' || this.#choice === 'audio';
    this.#choice = choice;
    if (changesSource) this.#open();
    else this.#capQuality();
  }

  hasSoundAlone(): boolean | null {
    return this.#hasSoundAlone;
  }

  /** Loads what was chosen, from its beginning. */
  #open(): void {
    this.#soundUrl = null;
    if (this.#choice === 'audio') void this.#openSound();
    else this.#load(this.#url);
  }

  async #openSound(): Promise<void> {
    const answer = await fetch(this.#url, { signal: this.#abort.signal }).catch(() => null);
    const playlist = answer?.ok ? await answer.text().catch(() => null) : null;
    if (this.#abort.signal.aborted || this.#choice !== 'audio') return;
    if (playlist === null) {
      this.#retryLater();
      return;
    }
    this.#soundUrl = soundAloneUrl(playlist, this.#url);
    this.#hasSoundAlone = this.#soundUrl !== null;
    // A show without it is better seen than not had at all.
    this.#load(this.#soundUrl ?? this.#url);
  }

  #capQuality(): void {
    if (this.#hls) this.#hls.autoLevelCapping = this.#choice === 'best' ? -1 : 0;
  }

  #load(url: string): void {
    const HlsClass = this.#Hls;
    this.#hls?.destroy();
    this.#reloadedMs = performance.now();
    const hls = new HlsClass({
      lowLatencyMode: true,
      // The controller above owns the speed.
      maxLiveSyncPlaybackRate: 1,
      liveSyncOnStallIncrease: 0,
      // See `#forgetThePast`.
      backBufferLength: Number.POSITIVE_INFINITY,
      maxBufferLength: 12,
      enableWorker: false,
      pLoader: this.#playlistLoader(),
    });
    this.#hls = hls;
    hls.on(HlsClass.Events.ERROR, (_event, data) => this.#failed(data));
    hls.on(HlsClass.Events.FRAG_BUFFERED, () => {
      this.#failures = 0;
      this.#forgetThePast(hls);
    });
    hls.on(HlsClass.Events.MANIFEST_LOADED, (_event, { levels }) => {
      if (this.#soundUrl === null)
        this.#hasSoundAlone = levels.some(({ width, videoCodec }) => !width && !videoCodec);
    });
    hls.on(HlsClass.Events.MANIFEST_PARSED, () => this.#play());
    hls.attachMedia(this.#video);
    hls.loadSource(url);
    this.#capQuality();
  }

  /** Reads the first media playlist before hls.js does, which would begin in the middle of what it has to fetch. */
  #playlistLoader(): PlaylistLoaderConstructor {
    const session = this;
    let isFirst = true;
    return class extends this.#Hls.DefaultConfig.loader {
      override load(
        context: LoaderContext,
        config: LoaderConfiguration,
        callbacks: LoaderCallbacks<LoaderContext>,
      ): void {
        super.load(context, config, {
          ...callbacks,
          onSuccess: (response, ...rest) => {
            const text = typeof response.data === 'string' ? response.data : '';
            const startS = isFirst ? startOfPicture(text) : null;
            if (startS !== null && session.#hls) {
              isFirst = false;
              session.#hls.targetLatency = startS;
            }
            callbacks.onSuccess(response, ...rest);
          },
        });
      }
    } as unknown as PlaylistLoaderConstructor;
  }

  /**
   * hls.js by itself removes the past while a part is on its way into the buffer, may then take that part for evicted,
   * and loads none of the next segment before it is whole: a stall of a second. Between two parts nothing is lost.
   */
  #forgetThePast(hls: Hls): void {
    const { buffered, currentTime } = this.#video;
    if (buffered.length === 0 || currentTime - buffered.start(0) < keptPastS + forgottenAtOnceS) return;
    const past = { startOffset: 0, endOffset: currentTime - keptPastS, type: null };
    hls.trigger(this.#Hls.Events.BUFFER_FLUSHING, past);
  }

  #play(): void {
    this.#video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.#report('blocked');
      document.addEventListener('pointerdown', () => this.#play(), {
        once: true,
        signal: this.#abort.signal,
      });
    });
  }

  #failed(data: ErrorData): void {
    if (!data.fatal) return;
    if (data.type === this.#Hls.ErrorTypes.MEDIA_ERROR && this.#failures < 2) {
      this.#failures += 1;
      this.#hls?.recoverMediaError();
      return;
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#retry) return;
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#open();
    }, delayMs);
  }

  /** The network or the tab is back: no waiting for the next retry. */
  #wake(): void {
    if (this.#retry) {
      clearTimeout(this.#retry);
      this.#retry = null;
      this.#failures = 0;
      this.#open();
    } else {
      this.#hls?.startLoad(-1);
      if (this.#video.paused) this.#play();
    }
    this.#movedMs = performance.now();
  }

  /** Nobody sees it and nobody hears it: who saves data loads nothing of it. */
  #rest(): void {
    if (this.#choice === 'saver' && this.#video.muted) this.#hls?.stopLoad();
  }

  #waiting(): void {
    if (this.#state !== 'playing' || this.#video.seeking) return;
    this.#catchUp.stalled(performance.now());
    this.#report('stalled');
  }

  #playing(): void {
    this.#firstFrameMs ??= Math.round(performance.now() - this.#startedMs);
    this.#report('playing');
  }

  #tick(): void {
    if (document.hidden) return;
    const nowMs = performance.now();
    const correction = this.#catchUp.tick(this.#read(nowMs));
    if (this.#video.playbackRate !== correction.playbackRate)
      this.#video.playbackRate = correction.playbackRate;
    if (correction.seekTo !== null) this.#video.currentTime = correction.seekTo;
    this.#watchProgress(nowMs);
  }

  #read(nowMs: number): PlaybackReading {
    const { currentTime, paused, seeking, buffered } = this.#video;
    return {
      nowMs,
      currentTime,
      ...bufferedAround(buffered, currentTime),
      liveEdge: this.#liveEdge(),
      isPaused: paused,
      isSeeking: seeking,
    };
  }

  #watchProgress(nowMs: number): void {
    if (this.#state === 'blocked') return;
    if (this.#video.currentTime !== this.#lastTime) {
      this.#lastTime = this.#video.currentTime;
      this.#movedMs = nowMs;
      if (this.#state !== 'playing' && this.#firstFrameMs !== null && !this.#video.paused)
        this.#report('playing');
      return;
    }
    const stillForMs = nowMs - this.#movedMs;
    if (stillForMs > unavailableAfterMs) this.#report('unavailable');
    const sinceReloadMs = nowMs - this.#reloadedMs;
    if (stillForMs > reloadAfterMs && sinceReloadMs > reloadAfterMs && !this.#retry) this.#open();
  }

  #liveEdge(): number | null {
    const details = this.#hls?.latestLevelDetails;
    return details ? details.edge : null;
  }

  #report(state: PlaybackState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }
}
