import { afterDeletion, type Deletion, type RoomEvent } from '@vybekart/contract';
import type { Api } from './api.ts';
import { emptyRoom, type RoomState, reduceRoom } from './room-state.ts';

/** Every so many events a state is kept, from which a jump backwards starts. */
const checkpointEvery = 100;

/**
 * The room of a past show at any moment of its video. What the log adds up to at a moment is what the room showed
 * then, except that a message which was deleted later is not there at all. Kinds of events that this client does not
 * know change nothing.
 */
export class ReplayLog {
  readonly #events: readonly RoomEvent[];
  /** When each event happened on the video, never going back: the log's order decides. */
  readonly #momentsMs: readonly number[];
  /** `#checkpoints[n]` holds the first `n * checkpointEvery` events. */
  readonly #checkpoints: RoomState[];
  #last: { count: number; state: RoomState };

  /** `events`: all of the room, by seq. */
  constructor(streamId: string, events: readonly RoomEvent[]) {
    this.#events = withoutDeleted(events);
    let latestMs = Number.NEGATIVE_INFINITY;
    this.#momentsMs = this.#events.map((event) => {
      latestMs = Math.max(latestMs, Date.parse(event.pdt ?? event.at));
      return latestMs;
    });
    this.#checkpoints = [emptyRoom(streamId)];
    this.#last = { count: 0, state: emptyRoom(streamId) };
  }

  /** The room when the video showed `atMs`, EXT-X-PROGRAM-DATE-TIME in milliseconds since the epoch. */
  at(atMs: number): RoomState {
    return this.#after(countUpTo(this.#momentsMs, atMs));
  }

  /** When products came on screen, in milliseconds since the epoch. */
  get pinMomentsMs(): readonly number[] {
    return this.#momentsMs.filter((_, index) => this.#events[index]?.event === 'pin_product');
  }

  #after(count: number): RoomState {
    let { count: done, state } = this.#last;
    const nearest = Math.min(Math.floor(count / checkpointEvery), this.#checkpoints.length - 1);
    const checkpoint = this.#checkpoints[nearest];
    if (checkpoint && (done > count || done < nearest * checkpointEvery)) {
      done = nearest * checkpointEvery;
      state = checkpoint;
    }
    for (const event of this.#events.slice(done, count)) {
      state = reduceRoom(state, event);
      done += 1;
      if (done === this.#checkpoints.length * checkpointEvery) this.#checkpoints.push(state);
    }
    this.#last = { count, state };
    return state;
  }
}

/** Reads the whole log of a room, in as many pages as it takes. Throws ApiError. */
export async function fetchReplayLog(
  api: Pick<Api, 'call'>,
  streamId: string,
  signal?: AbortSignal,
): Promise<ReplayLog> {
  const events: RoomEvent[] = [];
  for (;;) {
    const afterSeq = events.at(-1)?.seq ?? 0;
    const options = { params: { id: streamId }, query: { afterSeq }, signal };
    const { missed, hasMore } = await api.call('getRoomEvents', options);
    events.push(...missed);
    if (!hasMore || missed.length === 0) return new ReplayLog(streamId, events);
  }
}

/** Deletions reach back: their messages are taken out of the past, and quotes of them lose their words. */
function withoutDeleted(events: readonly RoomEvent[]): RoomEvent[] {
  const later: Deletion[] = [];
  const kept = events.toReversed().flatMap((event): RoomEvent[] => {
    if (event.event === 'message_deleted') later.push({ messageId: event.messageId });
    if (event.event === 'user_messages_deleted') later.push({ userId: event.userId });
    if (event.event !== 'new_message' && event.event !== 'message_pinned') return [event];
    if (event.message === null) return [event];
    let message: typeof event.message | null = event.message;
    for (const deletion of later) message = message && afterDeletion(message, deletion);
    if (event.event === 'message_pinned') return [{ ...event, message }];
    return message ? [{ ...event, message }] : [];
  });
  return kept.reverse();
}

/** How many of the ascending `moments` are not after `atMs`. */
function countUpTo(moments: readonly number[], atMs: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
