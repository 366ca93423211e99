import type { Pin, RoomEvent } from '@vybekart/contract';
import type { CatalogService } from '../catalog/catalog.service.ts';
import { toPin } from '../catalog/product-view.ts';
import type { MediaProvider } from '../media/media-provider.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { NodeBus } from '../platform/node-bus.ts';
import type { LiveCounts } from '../streams/live-counts.ts';
import type { VideoClock } from '../streams/video-clock.ts';
import { Channel } from './fan-out/channel.ts';
import { LiveRoom } from './live-room.ts';
import type { PinRow, PinsStore } from './pins.store.ts';
import type { RoomLogStore } from './room-log.store.ts';
import { RoomWriter } from './room-writer.ts';
import type { RoomsStore } from './rooms.store.ts';

export interface OpenRoom {
  room: LiveRoom;
  writer: RoomWriter;
}

export const namespace = '/streams';
const recentCount = 300;
const chatCount = 50;
/** A room without members stays in memory this long. */
const idleMs = 60_000;

/**
 * The rooms that this process has in memory, loaded when somebody needs them and forgotten when nobody does. Events of
 * other nodes come over the bus at once; whatever it loses, `sweep` fetches from the database within 2 s.
 */
export class Rooms {
  readonly #open = new Map<string, Promise<OpenRoom>>();
  readonly #loaded = new Map<string, OpenRoom>();
  readonly #idleSinceMs = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly store: RoomsStore,
    private readonly logStore: RoomLogStore,
    private readonly pins: PinsStore,
    private readonly catalog: CatalogService,
    private readonly media: MediaProvider,
    private readonly videoClock: VideoClock,
    private readonly counts: LiveCounts,
    private readonly events: Events,
    private readonly bus: NodeBus,
    private readonly log: Log,
  ) {
    bus.on('room.events', ({ streamId, events }) => this.#hear(streamId, events));
    bus.on('room.likes', ({ totals }) => {
      for (const [streamId, total] of totals) this.#hearLikes(streamId, total);
    });
    bus.onReunion(() => {
      this.sweep(performance.now()).catch((error: unknown) =>
        this.log.warn({ err: error }, 'rooms catch up later'),
      );
    });
  }

  /** Throws `not_found`. Concurrent callers share one load. */
  open(streamId: string): Promise<OpenRoom> {
    this.#idleSinceMs.delete(streamId);
    const present = this.#open.get(streamId);
    if (present) return present;
    const opening = this.#load(streamId);
    this.#open.set(streamId, opening);
    opening.catch(() => this.#open.delete(streamId));
    return opening;
  }

  /** The room when it is in memory. */
  peek(streamId: string): OpenRoom | undefined {
    return this.#loaded.get(streamId);
  }

  loaded(): IterableIterator<OpenRoom> {
    return this.#loaded.values();
  }

  /** Takes in what other nodes wrote, and forgets rooms that nobody uses. */
  async sweep(nowMs: number): Promise<void> {
    for (const { room, writer } of this.#loaded.values()) this.#forgetWhenIdle(room, writer, nowMs);
    const heads = await this.store.heads(this.database.db, [...this.#loaded.keys()]);
    for (const { stream_id, last_seq, like_count } of heads) {
      const open = this.#loaded.get(stream_id);
      open?.room.audience.learn(like_count);
      if (open && last_seq > open.room.recent.head && open.writer.isIdle) await open.writer.catchUp();
    }
  }

  /** Sends what waits and stops every timer. */
  close(): void {
    for (const { room } of this.#loaded.values()) room.close();
  }

  #hear(streamId: string, events: readonly RoomEvent[]): void {
    // A room that is being loaded may have been read before these were written.
    this.#open.get(streamId)?.then(
      ({ writer }) => writer.hear(events),
      () => {},
    );
  }

  #hearLikes(streamId: string, total: number): void {
    this.#loaded.get(streamId)?.room.audience.learn(total);
    const counts = this.counts.of(streamId);
    if (counts && counts.likeCount < total) this.counts.set(streamId, { ...counts, likeCount: total });
  }

  #forgetWhenIdle(room: LiveRoom, writer: RoomWriter, nowMs: number): void {
    const { streamId } = room;
    if (room.channel.size > 0 || !writer.isIdle || !room.audience.isSaved) {
      this.#idleSinceMs.delete(streamId);
      return;
    }
    const since = this.#idleSinceMs.get(streamId) ?? nowMs;
    this.#idleSinceMs.set(streamId, since);
    if (nowMs - since < idleMs) return;
    room.close();
    this.#open.delete(streamId);
    this.#loaded.delete(streamId);
    this.#idleSinceMs.delete(streamId);
    // Somebody may watch on another node.
    if (!this.counts.of(streamId)?.viewerCount) this.counts.forget(streamId);
  }

  async #load(streamId: string): Promise<OpenRoom> {
    const { db } = this.database;
    if (!(await this.store.findStream(db, streamId))) throw new AppError('not_found');
    await this.logStore.ensureRoom(db, streamId);
    // One snapshot of the database, so that pins and chat are those of the head.
    const { stream, recent, chat, chatState, pinRows } = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => ({
        stream: await this.store.findStream(trx, streamId),
        recent: await this.logStore.newest(trx, streamId, recentCount),
        chat: await this.logStore.newestChat(trx, streamId, chatCount),
        chatState: await this.logStore.chatState(trx, streamId),
        pinRows: await this.pins.list(trx, streamId),
      }));
    if (!stream) throw new AppError('not_found');
    const onCut = () => this.log.info({ streamId }, 'a member that did not read was cut');
    const room = new LiveRoom(
      {
        ...stream,
        streamId,
        head: recent.at(-1)?.seq ?? 0,
        recent,
        chat,
        chatMode: chatState.mode,
        pinnedMessage: chatState.pinnedMessage,
        pins: (await this.#pinsOf(pinRows)).map((pin) => ({ ...pin, pdt: pinnedAt(recent, pin.id) })),
        videoTime: () => this.videoClock.of(stream.media),
        annotateVideo: (text) => {
          this.media.putMetadata(stream.media, text).catch((error: unknown) => {
            this.log.warn({ err: error, streamId }, 'a moment is not written into the video');
          });
        },
      },
      new Channel({ namespace, onCut }),
    );
    const announce = (events: RoomEvent[]) => this.bus.publish('room.events', { streamId, events });
    const open = { room, writer: new RoomWriter(room, this.database, this.logStore, this.log, announce) };
    this.#loaded.set(streamId, open);
    await this.#announceStale(room);
    return open;
  }

  /** What changed while nobody could tell the room, for example because a process died, is told now. */
  async #announceStale(room: LiveRoom): Promise<void> {
    const shown = room.pins.flatMap((pin) => pin.variants);
    const stale = shown.filter(({ id, available }) => (room.figureOf(id) ?? available) !== available);
    if (stale.length === 0) return;
    await this.events.publish(this.database.db, 'stock.changed', { variantIds: stale.map(({ id }) => id) });
  }

  async #pinsOf(rows: readonly PinRow[]): Promise<Pin[]> {
    const products = await this.catalog.productsByIds(rows.map((row) => row.product_id));
    const variantOf = new Map(rows.map((row) => [row.product_id, row.variant_id]));
    return products.map((product) => ofVariant(toPin(product), variantOf.get(product.id) ?? null));
  }
}

/** When the video showed that the product was pinned, as far as the room's newest events tell. */
function pinnedAt(recent: readonly RoomEvent[], productId: string): string | undefined {
  return recent.findLast((event) => event.event === 'pin_product' && event.pin.id === productId)?.pdt;
}

/** A pin of one variant shows that one alone. */
export function ofVariant(pin: Pin, variantId: string | null): Pin {
  return variantId === null
    ? pin
    : { ...pin, variants: pin.variants.filter((variant) => variant.id === variantId) };
}
