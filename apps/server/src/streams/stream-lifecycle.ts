import type { StreamStatus } from '@vybekart/contract';
import type { AuthorizeIngest, MediaEvent, MediaProvider, MediaResource } from '../media/media-provider.ts';
import type { Clock } from '../platform/clock.ts';
import { type Database, violatedConstraint } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import { hashSecret } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { ActiveStreams } from './active-streams.ts';
import type { IngestTickets } from './ingest-tickets.ts';
import type { MediaOwners } from './media-owners.ts';
import { isOver, statusByVideo, transitionEvent } from './stream-state.ts';
import type { StreamRow, StreamsStore } from './streams.store.ts';
import type { VideoClock } from './video-clock.ts';

/** How long a show waits for its video. */
export class StreamOptions {
  constructor(
    /** After the encoder is lost, before the show is over. */
    readonly graceMs = 20_000,
    /** After POST /streams (or the scheduled time), before it expires. */
    readonly firstVideoMs = 24 * 3_600_000,
  ) {}
}

/** Moves streams through their states by what the media provider shows. */
export class StreamLifecycle {
  readonly #watching = new Map<string, { again: boolean }>();

  constructor(
    private readonly database: Database,
    private readonly store: StreamsStore,
    private readonly media: MediaProvider,
    private readonly events: Events,
    private readonly active: ActiveStreams,
    private readonly tickets: IngestTickets,
    private readonly owners: MediaOwners,
    private readonly videoClock: VideoClock,
    private readonly options: StreamOptions,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** From now on the provider's events count. Whatever happened before, the first `reconcile` finds out. */
  start(): void {
    this.media.onEvent((event) => void this.#hear(event));
    this.media.authorizeBy((streamKey) => this.#authorize(streamKey));
    this.events.on('stream.ended', 'streams:stop-media', ({ streamId }) => this.stopMedia(streamId));
  }

  /**
   * Moves a stream if its state allows it; the event is published in the same transaction.
   * Answers the status that the stream has now, undefined when there is no such stream.
   */
  async move(id: string, to: StreamStatus, reason: string | null = null): Promise<StreamStatus | undefined> {
    const { status, hasMoved } = await this.database.transaction(async (trx) => {
      const from = await this.store.lockStatus(trx, id);
      const event = from && transitionEvent(from, to);
      if (event === undefined) return { status: from, hasMoved: false };
      await this.store.setStatus(trx, id, to, reason);
      if (event === 'stream.ended') {
        await this.events.publish(trx, event, { streamId: id, reason: reason ?? to });
      } else if (event) {
        await this.events.publish(trx, event, { streamId: id });
      }
      return { status: to, hasMoved: true };
    });
    if (!hasMoved) return status;
    this.log.info({ streamId: id, status, ...(reason ? { reason } : {}) }, 'a stream changed its state');
    await this.active.refresh();
    return status;
  }

  /** Ends the video of a show that is over, unless its channel has gone over to a newer one. Idempotent. */
  async stopMedia(streamId: string): Promise<void> {
    const row = await this.store.find(this.database.db, streamId);
    if (!row) return;
    const owner = await this.store.findByMedia(this.database.db, row.media.id);
    if (owner && owner.id !== streamId && owner.status !== 'scheduled') return;
    await this.owners.stop(row.media, row.end_reason ?? row.status);
  }

  /** Compares every unfinished stream with its provider, and lets time pass for those that wait. */
  async reconcile(): Promise<void> {
    for (const row of await this.store.unfinished(this.database.db)) {
      try {
        await this.#follow(row);
        await this.#expire(row);
      } catch (error) {
        this.log.warn({ err: error, streamId: row.id }, 'a stream could not be compared with its provider');
      }
    }
    await this.active.refresh();
  }

  async #hear(event: MediaEvent): Promise<void> {
    const watch = this.#watching.get(event.id);
    if (watch) {
      watch.again = true;
      return;
    }
    const turn = { again: true };
    this.#watching.set(event.id, turn);
    try {
      while (turn.again) {
        turn.again = false;
        const row = await this.store.findByMedia(this.database.db, event.id);
        if (row) await this.#follow(row);
      }
    } catch (error) {
      this.log.warn({ err: error, event: event.type }, 'a media event waits for the reconciler');
    } finally {
      this.#watching.delete(event.id);
    }
  }

  async #follow(row: StreamRow): Promise<void> {
    const state = await this.media.status(row.media);
    this.videoClock.tell(row.media);
    const isGraceOver = row.interrupted_at !== null && this.#ageMs(row.interrupted_at) > this.options.graceMs;
    const next = statusByVideo(row.status, state, isGraceOver);
    if (state !== 'live' && !next) return;
    if (!(await this.owners.mayJudge(row.id, state))) return;
    if (next) await this.move(row.id, next, next === 'ended' ? 'encoder_lost' : null);
  }

  async #expire(row: StreamRow): Promise<void> {
    if (this.#ageMs(row.scheduled_for ?? row.created_at) < this.options.firstVideoMs) return;
    if (row.status === 'ready') await this.move(row.id, 'expired', 'no_video');
    if (row.status === 'scheduled') await this.move(row.id, 'cancelled', 'never_started');
  }

  /** `credential`: a stream key, or the ticket of a browser. */
  #authorize: AuthorizeIngest = async (credential): Promise<MediaResource | { refused: string }> => {
    const { db } = this.database;
    const streamId = this.tickets.redeem(credential);
    const row = streamId
      ? await this.store.find(db, streamId)
      : await this.store.findByKey(db, hashSecret(credential));
    if (!row || isOver(row.status)) return { refused: 'this stream key is not valid' };
    if (row.status !== 'scheduled') return row.media;
    try {
      await this.move(row.id, 'ready');
      return row.media;
    } catch (error) {
      if (violatedConstraint(error) !== 'streams_one_on_air') throw error;
      return { refused: 'another show of this shop is ready or on air' };
    }
  };

  #ageMs(since: Date): number {
    return this.clock.now().getTime() - since.getTime();
  }
}
