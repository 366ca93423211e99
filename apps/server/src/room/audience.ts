import type { Channel } from './fan-out/channel.ts';
import { Throttle } from './throttle.ts';

const heartsIntervalMs = 500;
const viewersIntervalMs = 1000;

/** What still has to be added to the stream's row. */
export interface Tally {
  likes: number;
  peakViewers: number;
}

/**
 * Hearts and viewers of one room: summed here and told at most twice (hearts) and once (viewers) a second. The hearts
 * told add up to the hearts accepted.
 */
export class Audience {
  #unsavedLikes = 0;
  #savedPeak: number;
  #toldLikes: number;
  #viewerCount = 0;
  #likes: number;
  #peak: number;
  readonly #streamId: string;
  readonly #channel: Channel;
  readonly #hearts: Throttle;
  readonly #viewers: Throttle;

  constructor(streamId: string, channel: Channel, likes: number, peak: number) {
    this.#streamId = streamId;
    this.#channel = channel;
    this.#likes = likes;
    this.#peak = peak;
    this.#savedPeak = peak;
    this.#toldLikes = likes;
    this.#hearts = new Throttle(heartsIntervalMs, () => this.#tellHearts());
    this.#viewers = new Throttle(viewersIntervalMs, () => this.#tellViewers());
  }

  get likeCount(): number {
    return this.#likes;
  }

  get viewerCount(): number {
    return this.#viewerCount;
  }

  get isSaved(): boolean {
    return this.#unsavedLikes === 0 && this.#savedPeak === this.#peak;
  }

  /** Answers the new total. */
  like(count: number): number {
    this.#likes += count;
    this.#unsavedLikes += count;
    this.#hearts.request();
    return this.#likes;
  }

  setViewerCount(count: number): void {
    this.#viewerCount = count;
    this.#peak = Math.max(this.#peak, count);
    this.#viewers.request();
  }

  /** Hands over what is not saved yet; give it back when saving fails. */
  takeTally(): Tally {
    const tally = { likes: this.#unsavedLikes, peakViewers: this.#peak };
    this.#unsavedLikes = 0;
    this.#savedPeak = this.#peak;
    return tally;
  }

  giveBack(tally: Tally): void {
    this.#unsavedLikes += tally.likes;
    this.#savedPeak = -1;
  }

  /** What the database holds, with the hearts of all nodes; ours that are not in it yet come on top. Never counts down. */
  learn(savedLikes: number): void {
    if (savedLikes + this.#unsavedLikes <= this.#likes) return;
    this.#likes = savedLikes + this.#unsavedLikes;
    this.#hearts.request();
  }

  close(): void {
    this.#hearts.cancel();
    this.#viewers.cancel();
  }

  #tellHearts(): void {
    const count = this.#likes - this.#toldLikes;
    this.#toldLikes = this.#likes;
    this.#channel.send('floating_hearts', { streamId: this.#streamId, count, total: this.#likes }, 'lossy');
  }

  #tellViewers(): void {
    const payload = { streamId: this.#streamId, count: this.#viewerCount, peak: this.#peak };
    this.#channel.send('viewer_count', payload, 'lossy');
  }
}
