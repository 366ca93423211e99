import type { PlaybackState, VideoChoice } from '@vybekart/screens';
import type { MediaPlayer, PlayerError } from 'amazon-ivs-player';
import { CueClock } from './cue-clock';
import type { LiveSession, SessionOptions } from './live-session';

export type Sdk = typeof import('amazon-ivs-player');

const firstRetryMs = 1000;
const longestRetryMs = 8000;

/**
 * Amazon's player in one video element: it keeps itself near the live edge, which no other player does with IVS. Its
 * pictures carry no date; the platform writes one into the video with each pin, from which all later ones follow.
 * Before the first, the date is told by the player's own latency and this machine's clock.
 */
export class IvsSession implements LiveSession {
  readonly #options: SessionOptions;
  readonly #sdk: Sdk;
  readonly #player: MediaPlayer;
  readonly #abort = new AbortController();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #firstFrameMs: number | null = null;
  #stalls = 0;
  #choice: VideoChoice;
  readonly #dates = new CueClock();

  constructor(options: SessionOptions, sdk: Sdk, player: MediaPlayer) {
    this.#options = options;
    this.#sdk = sdk;
    this.#player = player;
    this.#choice = options.choice;
  }

  start(): void {
    const { video } = this.#options;
    const { PlayerEventType, PlayerState } = this.#sdk;
    const player = this.#player;
    player.attachHTMLVideoElement(video);
    player.addEventListener(PlayerState.PLAYING, () => this.#playing());
    player.addEventListener(PlayerState.READY, () => this.#applyChoice());
    player.addEventListener(PlayerState.ENDED, () => this.#again());
    player.addEventListener(PlayerEventType.REBUFFERING, () => this.#stalled());
    player.addEventListener(PlayerEventType.ERROR, (error: PlayerError) => this.#failed(error));
    player.addEventListener(PlayerEventType.PLAYBACK_BLOCKED, () => this.#blocked());
    player.addEventListener(PlayerEventType.TEXT_METADATA_CUE, ({ text, startTime }) =>
      this.#dates.read(text, startTime),
    );
    const { signal } = this.#abort;
    video.addEventListener('volumechange', () => player.setMuted(video.muted), { signal });
    window.addEventListener('online', () => this.#load(), { signal });
    this.#load();
  }

  choose(choice: VideoChoice): void {
    this.#choice = choice;
    this.#applyChoice();
  }

  destroy(): void {
    this.#abort.abort();
    if (this.#retry) clearTimeout(this.#retry);
    this.#player.delete();
  }

  playingDate(): number | null {
    if (this.#firstFrameMs === null) return null;
    const dated = this.#dates.dateAt(this.#player.getPosition());
    if (dated !== null) return dated;
    const latencyMs = this.latencyMs();
    return latencyMs === null ? null : Date.now() - latencyMs;
  }

  latencyMs(): number | null {
    const latencyS = this.#player.getLiveLatency();
    return this.#firstFrameMs !== null && latencyS > 0 ? latencyS * 1000 : null;
  }

  stalls(): number {
    return this.#stalls;
  }

  firstFrameMs(): number | null {
    return this.#firstFrameMs;
  }

  /** A channel has renditions with pictures only. */
  hasSoundAlone(): boolean {
    return false;
  }

  #load(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#dates.forget();
    this.#player.setMuted(this.#options.video.muted);
    this.#player.setAutoplay(true);
    this.#player.load(this.#options.url);
    this.#player.play();
  }

  #playing(): void {
    this.#failures = 0;
    this.#firstFrameMs ??= Math.round(performance.now() - this.#options.startedMs);
    this.#report('playing');
  }

  #stalled(): void {
    if (this.#firstFrameMs === null) return;
    this.#stalls += 1;
    this.#report('stalled');
  }

  #blocked(): void {
    this.#report('blocked');
    const { signal } = this.#abort;
    document.addEventListener('pointerdown', () => this.#player.play(), { once: true, signal });
  }

  #failed({ type }: PlayerError): void {
    if (type !== this.#sdk.ErrorType.NOT_SUPPORTED) this.#again();
    else this.#report('unavailable');
  }

  /** A channel that nobody publishes to ends; its show may go on. */
  #again(): void {
    this.#report('unavailable');
    if (this.#retry) return;
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#load(), delayMs);
  }

  #applyChoice(): void {
    const qualities = this.#player.getQualities();
    const [lowest] = qualities.toSorted((one, other) => one.bitrate - other.bitrate);
    const isSaving = this.#choice !== 'best';
    if (isSaving && lowest) this.#player.setQuality(lowest);
    this.#player.setAutoQualityMode(!isSaving);
  }

  #report(state: PlaybackState): void {
    this.#options.onState(state);
  }
}
