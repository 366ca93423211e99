import type { MissedEvents, Product, RoomSnapshot } from '@vybekart/contract';
import type { CatalogService } from '../catalog/catalog.service.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { StreamGuests } from '../streams/stream-guests.ts';
import type { CatchUp } from './catch-up.ts';
import type { LiveRoom } from './live-room.ts';
import type { Standings } from './moderation/standings.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

/** Who asks for a room; both are null for a guest whose client names no device. */
interface Visitor {
  userId: string | null;
  deviceId: string | null;
}

/**
 * What can be read of a room without being in it; also of one whose show is over. Throws `forbidden` for somebody who
 * is banned, until the show is over, and `stream_private`.
 */
export class RoomViews {
  constructor(
    private readonly rooms: Rooms,
    private readonly guests: StreamGuests,
    private readonly catchUp: CatchUp,
    private readonly standings: Standings,
    private readonly store: RoomsStore,
    private readonly catalog: CatalogService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async snapshot(streamId: string, visitor: Visitor): Promise<RoomSnapshot> {
    const room = await this.#enter(streamId, visitor);
    return room.snapshot(this.clock.now());
  }

  async eventsAfter(streamId: string, afterSeq: number, visitor: Visitor): Promise<MissedEvents> {
    const room = await this.#enter(streamId, visitor);
    const older = await this.catchUp.older(room, afterSeq);
    return this.catchUp.page(room, afterSeq, older);
  }

  /** The products of the show in the seller's order, with what is left of them now. */
  async lineup(streamId: string, caller: Caller | null): Promise<Product[]> {
    const { db } = this.database;
    const stream = await this.store.findStream(db, streamId);
    if (!stream) throw new AppError('not_found');
    await this.guests.requireAdmitted({ streamId, ...stream }, caller?.userId ?? null);
    return this.catalog.productsByIds(await this.store.lineup(db, streamId));
  }

  async #enter(streamId: string, { userId, deviceId }: Visitor): Promise<LiveRoom> {
    const { room } = await this.rooms.open(streamId);
    await this.guests.requireAdmitted(room, userId);
    await this.standings.ofVisitor(room, userId, deviceId);
    return room;
  }
}
