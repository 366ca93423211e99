import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { NodeBus } from '../platform/node-bus.ts';
import type { Rate, RateLimits } from '../platform/rate-limits.ts';
import type { LiveCounts } from '../streams/live-counts.ts';
import type { Tally } from './audience.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

const likeRate: Rate = { burst: 10, refillMs: 100 };

/** Hearts: counted in memory, told in sums, saved every second. A crash loses at most the last second of them. */
export class Likes {
  constructor(
    private readonly rooms: Rooms,
    private readonly database: Database,
    private readonly store: RoomsStore,
    private readonly counts: LiveCounts,
    private readonly limits: RateLimits,
    private readonly bus: NodeBus,
  ) {}

  /** Answers the room's total. Throws `rate_limited` (then none of them count), `not_found`, `stream_ended`. */
  async send(caller: Caller, input: { streamId: string; count: number }): Promise<number> {
    const { room } = await this.rooms.open(input.streamId);
    if (room.isOver) throw new AppError('stream_ended');
    const retryAfterMs = this.limits.take(`likes:${caller.userId}`, likeRate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    const likeCount = room.audience.like(input.count);
    this.counts.set(input.streamId, { viewerCount: room.audience.viewerCount, likeCount });
    return likeCount;
  }

  /** Saves what rooms counted since the last time, viewers' peaks too. */
  async save(): Promise<void> {
    const tallies = new Map<string, Tally>();
    for (const { room } of this.rooms.loaded()) {
      if (!room.audience.isSaved) tallies.set(room.streamId, room.audience.takeTally());
    }
    if (tallies.size === 0) return;
    try {
      const saved = await this.store.addTallies(this.database.db, tallies);
      for (const { id, like_count } of saved) this.rooms.peek(id)?.room.audience.learn(like_count);
      this.bus.publish('room.likes', { totals: saved.map(({ id, like_count }) => [id, like_count]) });
    } catch (error) {
      for (const [id, tally] of tallies) this.rooms.peek(id)?.room.audience.giveBack(tally);
      throw error;
    }
  }
}
