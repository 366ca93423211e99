import type { MissedEvents, RoomEvent } from '@vybekart/contract';
import type { Database } from '../platform/database.ts';
import type { LiveRoom } from './live-room.ts';
import type { RoomLogStore } from './room-log.store.ts';

const pageSize = 200;

/** Gives a client the events that it missed, at most 200 at a time. */
export class CatchUp {
  constructor(
    private readonly database: Database,
    private readonly store: RoomLogStore,
  ) {}

  /**
   * Fetches what is no longer in memory; null when nothing has to be fetched. Then `page` answers without waiting,
   * so that a client can be made a member between two events.
   */
  async older(room: LiveRoom, afterSeq: number): Promise<RoomEvent[] | null> {
    if (room.recent.after(afterSeq)) return null;
    return this.store.after(this.database.db, room.streamId, afterSeq, pageSize);
  }

  /** `older`: what the method of that name answered for the same `afterSeq`. */
  page(room: LiveRoom, afterSeq: number, older: readonly RoomEvent[] | null): MissedEvents {
    const { head } = room.recent;
    const firstKept = older?.[0]?.seq ?? afterSeq + 1;
    if (afterSeq > head || firstKept !== afterSeq + 1) return { missed: [], hasMore: false, reset: true };
    const fetched = older ?? [];
    const rest = room.recent.after(fetched.at(-1)?.seq ?? afterSeq) ?? [];
    const missed = [...fetched, ...rest].slice(0, pageSize);
    return { missed, hasMore: (missed.at(-1)?.seq ?? afterSeq) < head, reset: false };
  }
}
