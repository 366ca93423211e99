import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Channel, ChannelBook } from './channel-book.ts';
import { LiveSessions, type Sessions } from './live-sessions.ts';
import {
  type Ingest,
  type MediaEvent,
  MediaProvider,
  type MediaResource,
  type MediaState,
  type ProvisionedShow,
  type RecordedShow,
} from './media-provider.ts';

/** A show's hold of its shop's channel. */
export interface ChannelResource extends MediaResource {
  /** The show itself; absent in what another provider left behind. */
  readonly show?: string;
  /** A name, not the value, of the key that was made for this show; absent before it had one. */
  readonly key?: string;
  /** ISO time from which on the channel was this show's. */
  readonly claimedAt?: string;
  /** What was on air on the channel at that moment: never this show's. */
  readonly foreign?: string;
}

interface CloudMediaOptions {
  book: ChannelBook;
  clock: Clock;
  log: Log;
  /** How old an answer about what is on air may be; the reconciler asks every three seconds. */
  maxAgeMs?: number;
}

const defaultMaxAgeMs = 8000;
const firstLookAgainMs = 5000;
const longestLookAgainMs = 120_000;
const maxRemembered = 1000;

/**
 * What the video clouds have in common: a channel for each seller, made once, and lent to one show after the other.
 * Private shows share another one, which addresses of public shows do not open.
 *
 * A show has the channel from `issueKey` on, which voids every older key and cuts who publishes. What was on air at
 * that moment is remembered as foreign, because a cloud may show it as live for some seconds more; anything else on
 * air came in with the new key. Limit: turns on a channel are taken in this process; of two nodes that issue a key for
 * the same show at once, one answers `media_unavailable` or its key is void, and its seller asks again.
 */
export abstract class CloudMedia extends MediaProvider {
  readonly hasKeyPerShow = false;
  protected readonly sessions: LiveSessions;
  #listener: (event: MediaEvent) => void = () => {};
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #stopped = new Map<string, true>();
  readonly #recorded = new Map<string, RecordedShow>();
  readonly #lookAgain = new Map<string, { atMs: number; waitMs: number }>();

  constructor(protected readonly cloud: CloudMediaOptions) {
    super();
    this.sessions = new LiveSessions(() => this.onAir(), cloud.clock, cloud.maxAgeMs ?? defaultMaxAgeMs);
  }

  /** Makes a channel for a shop that has none. */
  protected abstract createChannel(show: ProvisionedShow): Promise<Channel>;
  /** Deletes a channel that nobody has used. */
  protected abstract removeChannel(channel: Channel): Promise<void>;
  /** Voids all keys, cuts who publishes and makes a key: {@link MediaProvider.issueKey}. */
  protected abstract claim(
    resource: ChannelResource,
  ): Promise<{ ingest: Ingest; claimed: Pick<ChannelResource, 'key' | 'foreign'> }>;
  /** Voids all keys and cuts who publishes. */
  protected abstract release(resource: ChannelResource): Promise<void>;
  /** Everything that is on air, by the channel's id. */
  protected abstract onAir(): Promise<Sessions>;
  /** Looks for what was recorded between two moments; null when nothing is finished yet. */
  protected abstract findRecording(
    resource: ChannelResource,
    times: { from: Date; to: Date },
  ): Promise<RecordedShow | null>;
  protected abstract removeRecordings(
    resource: ChannelResource,
    times: { from: Date; to: Date },
  ): Promise<void>;

  async provision(show: ProvisionedShow): Promise<ChannelResource> {
    if (show.isPrivate && !this.canBePrivate)
      throw new Error('private shows need a key that signs addresses');
    const channel = await this.#inTurn(show.shopId, () => this.#channelOf(show));
    return { ...channel, show: show.id };
  }

  async #channelOf(show: ProvisionedShow): Promise<Channel> {
    const { shopId, isPrivate } = show;
    const known = await this.cloud.book.find(shopId, isPrivate);
    if (known) return known;
    const made = await this.createChannel(show);
    const kept = await this.cloud.book.keep(shopId, isPrivate, made);
    if (kept.id !== made.id) await this.removeChannel(made);
    return kept;
  }

  issueKey(resource: ChannelResource): Promise<{ ingest: Ingest; resource: ChannelResource }> {
    return this.#inTurn(resource.id, async () => {
      const claimedAt = resource.claimedAt ?? this.cloud.clock.now().toISOString();
      const { ingest, claimed } = await this.claim(resource);
      this.sessions.expire();
      return { ingest, resource: { ...resource, claimedAt, ...claimed } };
    });
  }

  /** Nothing is left to cut: `issueKey` has done it. */
  async disconnect(): Promise<void> {}

  async stop(resource: ChannelResource): Promise<void> {
    if (resource.key === undefined) return;
    const hold = `${resource.show} ${resource.key}`;
    await this.#inTurn(resource.id, async () => {
      if (this.#stopped.has(hold)) return;
      await this.release(resource);
      this.sessions.expire();
      remember(this.#stopped, hold, true);
    });
  }

  async status(resource: ChannelResource): Promise<MediaState> {
    if (resource.key === undefined) return 'idle';
    const session = (await this.sessions.now()).get(resource.id);
    if (!session || session.id === resource.foreign) return 'idle';
    return session.isStarving ? 'interrupted' : 'live';
  }

  /** A cloud dates a picture by its arrival; how long it travelled there nobody knows. */
  videoTime({ id }: ChannelResource): Date | null {
    return this.sessions.lastKnown(id) ? this.cloud.clock.now() : null;
  }

  async recording(resource: ChannelResource, endedAt: Date): Promise<RecordedShow | null> {
    const { show, claimedAt } = resource;
    if (!this.recordsLate || show === undefined || claimedAt === undefined) return null;
    const known = this.#recorded.get(show);
    if (known) return known;
    const nowMs = this.cloud.clock.monotonicMs();
    const { atMs, waitMs } = this.#lookAgain.get(show) ?? { atMs: 0, waitMs: firstLookAgainMs / 2 };
    if (nowMs < atMs) return null;
    const found = await this.findRecording(resource, timesOf(claimedAt, endedAt));
    if (found) {
      remember(this.#recorded, show, found);
      this.#lookAgain.delete(show);
    } else {
      const next = Math.min(longestLookAgainMs, waitMs * 2);
      remember(this.#lookAgain, show, { atMs: nowMs + next, waitMs: next });
    }
    return found;
  }

  async deleteRecording(resource: ChannelResource, endedAt: Date): Promise<void> {
    const { show, claimedAt } = resource;
    if (show === undefined || claimedAt === undefined) return;
    await this.removeRecordings(resource, timesOf(claimedAt, endedAt));
    this.#recorded.delete(show);
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  /** A cloud checks keys itself. */
  authorizeBy(): void {}

  /** Passes a hint of the cloud on; whoever asks for a status after it gets the present. */
  protected hear(event: MediaEvent): void {
    this.sessions.expire();
    if (event.type === 'recorded') this.#lookAgain.clear();
    this.#listener(event);
  }

  /** One after the other for each name. */
  #inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(name, turn);
    const leave = () => {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    };
    turn.then(leave, leave);
    return turn;
  }
}

function timesOf(claimedAt: string, endedAt: Date): { from: Date; to: Date } {
  return { from: new Date(claimedAt), to: endedAt };
}

/** Adds to a map that forgets its oldest. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size > maxRemembered) map.delete(oldest);
}

/**
 * Whether a recording is that of the show which had the channel between two moments: it begins before the show's end,
 * and half of it or more comes after the show's claim. Its own beginning may be dated before the claim, because clouds
 * tell whole seconds and their clocks are not ours; its end may come late, because the claim of the next show is what
 * cuts the encoder of a show that the cloud could not be told to end.
 */
export function isRecordedBetween(
  { startedAt, durationMs }: Pick<RecordedShow, 'startedAt' | 'durationMs'>,
  { from, to }: { from: Date; to: Date },
): boolean {
  return startedAt <= to && startedAt.getTime() + durationMs / 2 >= from.getTime();
}

/** The most complete of several recordings: a show has one, unless its encoder stayed away for long. */
export function longest(shows: readonly RecordedShow[]): RecordedShow | null {
  return shows.toSorted((one, other) => other.durationMs - one.durationMs)[0] ?? null;
}
