import type { Pin, RoomEvent } from '@vybekart/contract';
import type { CatalogService } from '../catalog/catalog.service.ts';
import { AppError } from '../platform/app-error.ts';
import type { Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { type LiveRoom, maxPins } from './live-room.ts';
import type { Standings } from './moderation/standings.ts';
import type { PinsStore } from './pins.store.ts';
import type { RoomLogStore } from './room-log.store.ts';
import { type OpenRoom, ofVariant, type Rooms } from './rooms.ts';

/** `seenSeq`: the newest event that the caller has seen, where it says so. */
interface PinChange {
  streamId: string;
  productId: string;
  seenSeq?: number | undefined;
}

/**
 * The products that the seller, or a moderator, holds into the picture. Whoever decides by pins that somebody else has
 * changed meanwhile gets `conflict`, with the `seq` of the change.
 */
export class Pins {
  constructor(
    private readonly rooms: Rooms,
    private readonly store: PinsStore,
    private readonly log: RoomLogStore,
    private readonly catalog: CatalogService,
    private readonly standings: Standings,
  ) {}

  /** Puts a product in front of at most three. Throws `forbidden`, `not_found`, `stream_ended`, `conflict`. */
  async pin(
    caller: Caller,
    input: PinChange & { variantId?: string | undefined },
  ): Promise<{ seq: number; pin: Pin }> {
    const { streamId, productId, variantId = null } = input;
    const { room, writer } = await this.#openModerated(caller, streamId);
    const pin = ofVariant(await this.catalog.pinnable(productId, room.shopId), variantId);
    if (pin.variants.length === 0) throw new AppError('not_found');
    if (room.isOver) throw new AppError('stream_ended');
    const event = await writer.append(async (trx, seq) => {
      await this.#requireUnchanged(trx, input);
      await this.store.put(trx, { streamId, productId, variantId, seq }, maxPins);
      return { event: 'pin_product', fields: { pin }, pdt: room.videoTime() };
    });
    if (!event) throw new Error('a pin without an event');
    dateVideo(room, event);
    return { seq: event.seq, pin };
  }

  /** Null when the product was not pinned. Throws `forbidden`, `not_found`, `stream_ended`, `conflict`. */
  async unpin(caller: Caller, input: PinChange): Promise<number | null> {
    const { streamId, productId } = input;
    const { room, writer } = await this.#openModerated(caller, streamId);
    if (room.isOver) throw new AppError('stream_ended');
    const event = await writer.append(async (trx) => {
      await this.#requireUnchanged(trx, input);
      const wasPinned = await this.store.remove(trx, streamId, productId);
      return wasPinned ? { event: 'unpin_product', fields: { productId }, pdt: room.videoTime() } : null;
    });
    if (event) dateVideo(room, event);
    return event?.seq ?? null;
  }

  /** Call under the room's lock. */
  async #requireUnchanged(trx: Executor, { streamId, seenSeq }: PinChange): Promise<void> {
    if (seenSeq === undefined) return;
    const change = await this.log.pinChangeAfter(trx, streamId, seenSeq);
    if (change) throw new AppError('conflict', change);
  }

  async #openModerated(caller: Caller, streamId: string): Promise<OpenRoom> {
    const open = await this.rooms.open(streamId);
    await this.standings.requireModerator(open.room, caller.userId);
    return open;
  }
}

/** Tells the pictures that come from now on which time they show: players that know no dates read it there. */
function dateVideo(room: LiveRoom, { pdt, seq }: Pick<RoomEvent, 'pdt' | 'seq'>): void {
  if (pdt !== undefined) room.annotateVideo(JSON.stringify({ pdt, seq }));
}
