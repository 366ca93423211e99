import type { Message, RoomEvent } from '@vybekart/contract';
import type { Transaction } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import { type Database, isDatabaseUnavailable, type Tables } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { LiveRoom } from './live-room.ts';
import type { RoomEntry } from './room-entry.ts';
import type { NewMessage, PlacedMessage, RoomLogStore } from './room-log.store.ts';

/** Decides under the room's lock what its next event is; null for none. `seq` is the place it would get. */
type Decide = (trx: Transaction<Tables>, seq: number) => Promise<RoomEntry | null>;

interface MessageJob {
  kind: 'message';
  entry: NewMessage;
  done: PromiseWithResolvers<PlacedMessage>;
}
interface DecisionJob {
  kind: 'decision';
  decide: Decide;
  done: PromiseWithResolvers<RoomEvent | null>;
}

const maxBatch = 256;
const maxWaiting = 2000;
const pageSize = 500;

/**
 * Writes the durable events of one room, one statement at a time and in the order of the calls; messages that wait
 * together share a statement. A call resolves after the commit, when the event has been handed to the room. What was
 * committed is announced to the other nodes, and what they announce is taken in by `hear`.
 */
export class RoomWriter {
  #waiting: (MessageJob | DecisionJob)[] = [];
  #isWriting = false;
  #isTakingMissing = false;

  constructor(
    private readonly room: LiveRoom,
    private readonly database: Database,
    private readonly store: RoomLogStore,
    private readonly log: Log,
    private readonly announce: (events: RoomEvent[]) => void = () => {},
  ) {}

  get isIdle(): boolean {
    return !this.#isWriting && this.#waiting.length === 0;
  }

  /** Throws `unavailable` when too many wait. The same `clientMsgId` of the same author again gives the place that it has. */
  post(entry: NewMessage): Promise<PlacedMessage> {
    const done = Promise.withResolvers<PlacedMessage>();
    this.#enqueue({ kind: 'message', entry, done });
    return done.promise;
  }

  append(decide: Decide): Promise<RoomEvent | null> {
    const done = Promise.withResolvers<RoomEvent | null>();
    this.#enqueue({ kind: 'decision', decide, done });
    return done.promise;
  }

  /** Takes in what other nodes wrote, or what a failed statement wrote after all. */
  async catchUp(): Promise<void> {
    await this.append(async (trx) => {
      await this.#takeMissing(trx);
      return null;
    });
  }

  /** Takes events that another node has committed; what is missing before them is fetched. */
  hear(events: readonly RoomEvent[]): void {
    if (this.#apply(events) || this.#isTakingMissing) return;
    this.#isTakingMissing = true;
    this.#takeMissing(this.database.db)
      .catch((error: unknown) => this.log.warn({ err: error }, 'a room catches up later'))
      .finally(() => {
        this.#isTakingMissing = false;
      });
  }

  #enqueue(job: MessageJob | DecisionJob): void {
    if (this.#waiting.length >= maxWaiting) {
      job.done.reject(new AppError('unavailable', { retryAfterMs: 1000 }));
      return;
    }
    this.#waiting.push(job);
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    for (let job = this.#waiting[0]; job; job = this.#waiting[0]) {
      if (job.kind === 'decision') {
        this.#waiting.shift();
        await this.#settle([job], () => this.#decide(job));
      } else {
        const jobs = this.#takeMessages();
        await this.#settle(jobs, () => this.#postAll(jobs));
      }
    }
    this.#isWriting = false;
  }

  #takeMessages(): MessageJob[] {
    const end = this.#waiting.findIndex((job) => job.kind === 'decision');
    const count = Math.min(end === -1 ? this.#waiting.length : end, maxBatch);
    return this.#waiting.splice(0, count) as MessageJob[];
  }

  async #settle(jobs: readonly (MessageJob | DecisionJob)[], write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      // One message that the database refuses must not take others with it.
      const messages = jobs.filter((job) => job.kind === 'message');
      if (messages.length > 1 && !isDatabaseUnavailable(error)) {
        for (const job of messages) await this.#settle([job], () => this.#postAll([job]));
      } else {
        for (const job of jobs) job.done.reject(error);
      }
    }
  }

  async #decide(job: DecisionJob): Promise<void> {
    const event = await this.database.transaction(async (trx) => {
      const seq = await this.store.lock(trx, this.room.streamId);
      const entry = await job.decide(trx, seq);
      return entry && this.store.append(trx, this.room.streamId, seq, entry);
    });
    if (event) await this.#hand([event]);
    job.done.resolve(event);
  }

  async #postAll(jobs: readonly MessageJob[]): Promise<void> {
    const entries = jobs.map((job) => job.entry);
    const events = await this.store.appendMessages(this.database.db, this.room.streamId, entries);
    await this.#hand(events);
    const places = new Map<string, PlacedMessage>();
    for (const event of events) {
      if (event.event === 'new_message')
        places.set(keyOf(event.message), { id: event.message.id, seq: event.seq });
    }
    const repeated = entries.map(({ message }) => message).filter((message) => !places.has(keyOf(message)));
    if (repeated.length > 0) {
      const known = await this.store.placesOf(this.database.db, this.room.streamId, repeated);
      for (const [key, place] of known) places.set(key, place);
      // Committed by a statement whose answer never came: the members have not seen it yet.
      const newest = Math.max(...[...known.values()].map(({ seq }) => seq ?? 0));
      if (newest > this.room.recent.head) await this.#takeMissing(this.database.db);
    }
    for (const { entry, done } of jobs) {
      const place = places.get(keyOf(entry.message));
      if (place) done.resolve(place);
      else done.reject(new Error('a stored message has no place in its room'));
    }
  }

  async #hand(events: RoomEvent[]): Promise<void> {
    if (events.length > 0) this.announce(events);
    if (!this.#apply(events)) await this.#takeMissing(this.database.db);
  }

  /** Gives the room what follows its head and leaves out what it has already; false when there is a gap before. */
  #apply(events: readonly RoomEvent[]): boolean {
    for (const event of events) {
      if (event.seq > this.room.recent.head + 1) return false;
      if (event.seq === this.room.recent.head + 1) this.room.apply(event);
    }
    return true;
  }

  async #takeMissing(executor: Database['db']): Promise<void> {
    for (;;) {
      const events = await this.store.after(executor, this.room.streamId, this.room.recent.head, pageSize);
      this.#apply(events);
      if (events.length > 0) this.log.debug({ streamId: this.room.streamId }, 'a room caught up');
      if (events.length < pageSize) return;
    }
  }
}

function keyOf(message: Message): string {
  return `${message.user.id} ${message.clientMsgId}`;
}
