import type { PlaybackClock, PlaybackState, VideoChoice } from '@vybekart/screens';
import type { StatusChangeEventPayload, TimeUpdateEventPayload, VideoPlayer } from 'expo-video';
import { soundAloneUrl } from '../../../../packages/screens/src/platform/sound-alone.ts';
import { LiveEdge } from './live-edge.ts';

const tickMs = 500;
const firstRetryMs = 500;
const longestRetryMs = 4000;
/** No picture for this long although we try: the screen says so. */
const unavailableAfterMs = 3000;
/** Nothing moved for this long although nothing failed: open the stream anew. */
const reloadAfterMs = 9000;
/** A jump that has not ended by then has got lost. */
const jumpLastsMs = 4000;

interface Options {
  /** A new player of `url`, not started; it belongs to the session from here on. */
  player: VideoPlayer;
  /** Of the show's entry playlist. */
  url: string;
  choice: VideoChoice;
  muted: boolean;
  onState(state: PlaybackState): void;
}

/**
 * One live stream in one native player: keeps it near the edge and brings it back after lost networks and publishers
 * who return. Reports states, never throws. The native player is read by its events alone, because each of its
 * getters makes JavaScript wait for the main thread.
 */
export class LiveSession implements PlaybackClock {
  readonly player: VideoPlayer;
  readonly #options: Options;
  readonly #edge = new LiveEdge();
  readonly #startedMs = Date.now();
  #subscriptions: { remove(): void }[] = [];
  #state: PlaybackState = 'loading';
  #firstFrameMs: number | null = null;
  #rate = 1;
  #picture: { liveMs: number; atMs: number } | null = null;
  /** We asked for another place in the stream: waiting for it is no stall. */
  #isMoving = true;
  #position = -1;
  #movedMs = Date.now();
  #askedMs = Date.now();
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #isGone = false;
  /** What was asked for before another choice is not opened any more. */
  #openings = 0;
  #choice: VideoChoice;
  #hasSoundAlone: boolean | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.player = options.player;
    this.#choice = options.choice;
    // Starts with little: how much there can be is the playlist's matter.
    this.player.bufferOptions = {
      preferredForwardBufferDuration: 12,
      minBufferForPlayback: 0.5,
      prioritizeTimeOverSizeThreshold: true,
    };
    // Android's default would raise the voice with the speed.
    this.player.preservesPitch = true;
    this.player.muted = options.muted;
  }

  start(): void {
    const { player } = this;
    this.#subscriptions = [
      player.addListener('statusChange', (event) => this.#statusChanged(event)),
      player.addListener('playingChange', ({ isPlaying }) => isPlaying && this.#playing()),
      player.addListener('playToEnd', () => this.#retryLater()),
      player.addListener('timeUpdate', (event) => this.#tick(event)),
    ];
    player.timeUpdateEventInterval = tickMs / 1000;
    if (this.#choice === 'audio') void this.#open();
    else player.play();
  }

  /** The least data with a picture is what Media3 chooses on a slow line; here only sound differs. */
  choose(choice: VideoChoice): void {
    const changesSource = (choice === 'audio') !== (this.#choice === 'audio');
    this.#choice = choice;
    if (changesSource) void this.#open();
  }

  hasSoundAlone(): boolean | null {
    return this.#hasSoundAlone;
  }

  /** The app left the screen: nothing plays, nothing is loaded anew. */
  suspend(): void {
    this.#cancelRetry();
    this.player.timeUpdateEventInterval = 0;
    this.player.pause();
  }

  /** The app is back: at the edge, not where it was left. */
  resume(): void {
    this.#failures = 0;
    this.#movedMs = Date.now();
    this.player.timeUpdateEventInterval = tickMs / 1000;
    void this.#open();
  }

  /** The network is back: no waiting for the next retry. */
  wake(): void {
    this.#failures = 0;
    if (this.#state !== 'playing') void this.#open();
  }

  destroy(): void {
    this.#isGone = true;
    this.#cancelRetry();
    for (const subscription of this.#subscriptions) subscription.remove();
    this.player.release();
  }

  /** The view has drawn a picture. */
  drawn(): void {
    this.#firstFrameMs ??= Date.now() - this.#startedMs;
  }

  playingDate(): number | null {
    if (!this.#picture) return null;
    const { liveMs, atMs } = this.#picture;
    // Between two ticks the picture goes on.
    return this.#state === 'playing' ? liveMs + (Date.now() - atMs) * this.#rate : liveMs;
  }

  latencyMs(): number | null {
    const { behind } = this.#edge;
    return behind === null || this.#firstFrameMs === null ? null : behind * 1000;
  }

  stalls(): number {
    return this.#edge.stalls;
  }

  firstFrameMs(): number | null {
    return this.#firstFrameMs;
  }

  async #open(): Promise<void> {
    this.#cancelRetry();
    this.#beginJump();
    const opening = ++this.#openings;
    try {
      const uri = this.#choice === 'audio' ? await this.#soundUrl() : this.#options.url;
      if (this.#isGone || opening !== this.#openings) return;
      // `replay()` would go to the oldest picture of the playlist; a new source begins at the edge.
      const replaced = this.player.replaceAsync({ uri, contentType: 'hls' });
      this.player.play();
      await replaced;
    } catch {
      this.#retryLater();
    }
  }

  /** A show without it is better seen than not had at all. */
  async #soundUrl(): Promise<string> {
    const { url } = this.#options;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the playlist answered ${answer.status}`);
    const sound = soundAloneUrl(await answer.text(), url);
    this.#hasSoundAlone = sound !== null;
    return sound ?? url;
  }

  #beginJump(): void {
    this.#isMoving = true;
    this.#askedMs = Date.now();
    this.#setRate(1);
  }

  #statusChanged({ status }: StatusChangeEventPayload): void {
    if (status === 'error') this.#retryLater();
    if (status === 'readyToPlay') {
      this.#isMoving = false;
      this.#failures = 0;
    }
    if (status === 'loading' && this.#state === 'playing' && !this.#isMoving) {
      this.#edge.stalled(Date.now());
      this.#report('stalled');
    }
  }

  #playing(): void {
    this.#movedMs = Date.now();
    this.#report('playing');
  }

  #tick({
    currentTime,
    bufferedPosition,
    currentOffsetFromLive,
    currentLiveTimestamp,
  }: TimeUpdateEventPayload): void {
    const nowMs = Date.now();
    if (currentLiveTimestamp !== null) this.#picture = { liveMs: currentLiveTimestamp, atMs: nowMs };
    if (currentTime === this.#position) {
      this.#watchStillness(nowMs);
      return;
    }
    this.#position = currentTime;
    this.#movedMs = nowMs;
    if (this.#isMoving && nowMs - this.#askedMs < jumpLastsMs) return;
    this.#isMoving = false;
    const correction = this.#edge.read({
      nowMs,
      position: currentTime,
      bufferedTo: bufferedPosition,
      behindClock: currentOffsetFromLive,
    });
    switch (correction.kind) {
      case 'play':
        this.#setRate(correction.rate);
        break;
      case 'seek':
        this.#beginJump();
        this.player.seekBy(correction.bySeconds);
        break;
      case 'reload':
        void this.#open();
        break;
    }
  }

  #watchStillness(nowMs: number): void {
    const stillForMs = nowMs - this.#movedMs;
    if (stillForMs > unavailableAfterMs) this.#report('unavailable');
    if (stillForMs > reloadAfterMs && nowMs - this.#askedMs > reloadAfterMs && !this.#retry)
      void this.#open();
  }

  #retryLater(): void {
    if (this.#retry || this.#isGone) return;
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#open();
    }, delayMs);
  }

  #cancelRetry(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #setRate(rate: number): void {
    if (rate === this.#rate) return;
    this.#rate = rate;
    this.player.playbackRate = rate;
  }

  #report(state: PlaybackState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
