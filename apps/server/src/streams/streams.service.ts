import type {
  CreateStream,
  IngestTicket,
  Invitation,
  PageQuery,
  ReplayQuery,
  Stream,
  StreamHealth,
  StreamWithIngest,
} from '@vybekart/contract';
import type { UploadsService } from '../accounts/uploads.service.ts';
import type { Ingest, MediaProvider, MediaResource } from '../media/media-provider.ts';
import { AppError } from '../platform/app-error.ts';
import { type Database, type Executor, violatedConstraint } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { hashSecret, newId, newSecret } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { decodeCursor, encodeCursor, uuidPattern } from './cursor.ts';
import { adviceFor } from './ingest-advice.ts';
import type { IngestTickets } from './ingest-tickets.ts';
import type { MediaOwners } from './media-owners.ts';
import type { StreamGuests } from './stream-guests.ts';
import type { StreamLifecycle } from './stream-lifecycle.ts';
import { endedBySeller, isOver } from './stream-state.ts';
import type { StreamViews } from './stream-view.ts';
import type { StreamRow, StreamsStore } from './streams.store.ts';

type SellerCaller = Caller & { shopId: string };
interface Page {
  items: Stream[];
  nextCursor: string | null;
}

/** Of one shop, and how far ahead. */
const maxScheduled = 20;
const maxDaysAhead = 90;
const noIngest: Ingest = { url: '', streamKey: '' };
const idCursor = new RegExp(`^${uuidPattern}$`);
const timeCursor = new RegExp(`^\\d{1,15} ${uuidPattern}$`);

/** Shows: announcing, keys, ending, and what anybody may see of them. */
export class StreamsService {
  constructor(
    private readonly database: Database,
    private readonly store: StreamsStore,
    private readonly media: MediaProvider,
    private readonly lifecycle: StreamLifecycle,
    private readonly views: StreamViews,
    private readonly uploads: UploadsService,
    private readonly tickets: IngestTickets,
    private readonly owners: MediaOwners,
    private readonly guests: StreamGuests,
    private readonly log: Log,
  ) {}

  /**
   * Throws `already_live {streamId}`, `limit_reached {maxScheduled}`, `media_unavailable`, `private_unavailable`,
   * `validation_failed`. Live only when video flows.
   */
  async create(seller: SellerCaller, input: CreateStream): Promise<StreamWithIngest> {
    const { db } = this.database;
    const { visibility } = input;
    const isPrivate = visibility === 'private';
    if (isPrivate && !this.media.canBePrivate) throw new AppError('private_unavailable');
    if (input.scheduledFor) await this.#requirePlaceInCalendar(db, seller.shopId, input.scheduledFor);
    else await this.#requireFree(seller.shopId);
    if (input.thumbnailId) await this.uploads.requireOwned(seller.userId, [input.thumbnailId], 'thumbnailId');
    await this.#requireSellable(seller.shopId, input.productIds);
    const id = newId();
    const show = { id, title: input.title, shopId: seller.shopId, isPrivate };
    const resource = await this.#ask(() => this.media.provision(show));
    try {
      await this.database.transaction(async (trx) => {
        if (input.scheduledFor) {
          await this.store.lockShop(trx, seller.shopId);
          await this.#requirePlaceInCalendar(trx, seller.shopId, input.scheduledFor);
        }
        await this.store.insert(trx, {
          id,
          shopId: seller.shopId,
          title: input.title,
          thumbnailId: input.thumbnailId ?? null,
          status: input.scheduledFor ? 'scheduled' : 'ready',
          visibility,
          invitationCode: isPrivate ? newSecret() : null,
          provider: this.media.name,
          media: resource,
          scheduledFor: input.scheduledFor ? new Date(input.scheduledFor) : null,
          productIds: [...new Set(input.productIds)],
        });
      });
    } catch (error) {
      await this.media.stop(resource, 'not used').catch((failure: unknown) => {
        this.log.warn(
          { err: failure, media: resource.id },
          'an unused media resource could not be given back',
        );
      });
      if (violatedConstraint(error) === 'streams_one_on_air') await this.#requireFree(seller.shopId);
      throw error;
    }
    if (input.scheduledFor && !this.media.hasKeyPerShow)
      return this.#withIngest(await this.find(id), noIngest);
    try {
      return await this.#issueKey(id, resource);
    } catch (error) {
      await this.store.takeBack(db, id);
      throw error;
    }
  }

  /** A stream as the server knows it; throws `not_found`. */
  async find(id: string): Promise<StreamRow> {
    const row = await this.store.find(this.database.db, id);
    if (!row) throw new AppError('not_found');
    return row;
  }

  /** As `find`, for somebody who wants to see it; throws `stream_private` as well. */
  async findFor(id: string, caller: Caller | null): Promise<StreamRow> {
    const row = await this.find(id);
    await this.guests.requireAdmitted(showOf(row), caller?.userId ?? null);
    return row;
  }

  /** Shows that never were on air and never will be are their owner's business. */
  async view(id: string, caller: Caller | null): Promise<Stream> {
    const row = await this.findFor(id, caller);
    const cameToNothing = row.status === 'cancelled' || row.status === 'expired';
    if (cameToNothing && row.owner_id !== caller?.userId) throw new AppError('not_found');
    return this.views.of(row);
  }

  /** What opens an own private show. Throws `not_found`. */
  async invitation(seller: SellerCaller, id: string): Promise<Invitation> {
    await this.#own(seller, id);
    return { code: await this.guests.invitation(id) };
  }

  /** Lets the caller see a private show from now on. Throws `not_found`, `stream_private`. */
  async accept(caller: Caller, id: string, { code }: Invitation): Promise<Stream> {
    await this.guests.admit(showOf(await this.find(id)), caller.userId, code);
    return this.view(id, caller);
  }

  /** How the video of an own show arrives. Throws `not_found`, `media_unavailable`. */
  async health(seller: SellerCaller, id: string): Promise<StreamHealth> {
    const { media } = await this.#own(seller, id);
    const health = await this.#ask(() => this.media.health(media));
    return { health: health && { ...health, advice: adviceFor(health) } };
  }

  /** Idempotent: a stream that is over stays as it is. */
  async end(seller: SellerCaller, id: string): Promise<Stream> {
    const row = await this.#own(seller, id);
    const status = endedBySeller(row.status);
    if (status) await this.lifecycle.move(id, status, 'ended_by_seller');
    const after = await this.find(id);
    if (!isOver(after.status)) return this.end(seller, id);
    return this.views.of(after);
  }

  /**
   * The encoder that publishes with the old key is cut. A scheduled show whose shop has one channel for all its shows
   * takes it over and is ready. Throws `stream_ended`, `already_live {streamId}`, `media_unavailable`.
   */
  async rotateKey(seller: SellerCaller, id: string): Promise<StreamWithIngest> {
    const row = await this.#own(seller, id);
    if (isOver(row.status)) throw new AppError('stream_ended');
    if (row.status === 'scheduled' && !this.media.hasKeyPerShow) {
      await this.lifecycle.move(id, 'ready').catch(async (error: unknown) => {
        if (violatedConstraint(error) === 'streams_one_on_air') await this.#requireFree(seller.shopId);
        throw error;
      });
    }
    const answer = await this.#issueKey(id, row.media);
    await this.#ask(() => this.owners.disconnect(row.media, 'the stream key was rotated'));
    return answer;
  }

  /** For a browser that is about to publish. Throws `stream_ended`, `no_browser_ingest`. */
  async ticket(seller: SellerCaller, id: string): Promise<IngestTicket> {
    const row = await this.#own(seller, id);
    if (isOver(row.status)) throw new AppError('stream_ended');
    const url = this.media.browserIngest();
    if (url === null) throw new AppError('no_browser_ingest');
    const { ticket, expiresAt } = this.tickets.issue(id);
    return { ticket, url, expiresAt: expiresAt.toISOString() };
  }

  /** Ends the video of a show that is over, unless its channel has gone over to a newer one. Idempotent. */
  async stopMedia(id: string): Promise<void> {
    await this.lifecycle.stopMedia(id);
  }

  /** Shows that ended in the last hours and of which nothing recorded is known. */
  unrecorded(): Promise<string[]> {
    return this.store.unrecorded(this.database.db, this.media.name);
  }

  async upcoming({ limit, cursor }: PageQuery): Promise<Page> {
    const [atMs, id = ''] = cursor === undefined ? [] : decodeCursor(cursor, timeCursor);
    const after = atMs === undefined ? null : { at: new Date(Number(atMs)), id };
    const rows = await this.store.upcoming(this.database.db, limit + 1, after);
    return this.#page(rows, limit, (last) => encodeCursor(last.scheduled_for?.getTime() ?? 0, last.id));
  }

  /** Past shows that can be played again. */
  async replays({ limit, cursor, shop }: ReplayQuery): Promise<Page> {
    const [atMs, id = ''] = cursor === undefined ? [] : decodeCursor(cursor, timeCursor);
    const before = atMs === undefined ? null : { at: new Date(Number(atMs)), id };
    const rows = await this.store.replays(this.database.db, limit + 1, before, shop?.toLowerCase() ?? null);
    return this.#page(rows, limit, (last) => encodeCursor(last.replay_started_at?.getTime() ?? 0, last.id));
  }

  async ofSeller(seller: SellerCaller, { limit, cursor }: PageQuery): Promise<Page> {
    const [before = null] = cursor === undefined ? [] : decodeCursor(cursor, idCursor);
    const rows = await this.store.ofShop(this.database.db, seller.shopId, limit + 1, before);
    return this.#page(rows, limit, (last) => encodeCursor(last.id));
  }

  #page(rows: StreamRow[], limit: number, cursorOf: (last: StreamRow) => string): Page {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => this.views.of(row)),
      nextCursor: last && rows.length > limit ? cursorOf(last) : null,
    };
  }

  async #own(seller: SellerCaller, id: string): Promise<StreamRow> {
    const row = await this.find(id);
    if (row.shop_id !== seller.shopId) throw new AppError('not_found');
    return row;
  }

  async #requirePlaceInCalendar(executor: Executor, shopId: string, scheduledFor: string): Promise<void> {
    const { count, isInReach } = await this.store.calendar(executor, shopId, scheduledFor, maxDaysAhead);
    if (!isInReach) {
      const detail = `must lie in the next ${maxDaysAhead} days`;
      throw new AppError('validation_failed', { fields: [{ path: 'scheduledFor', code: 'range', detail }] });
    }
    if (count >= maxScheduled) {
      throw new AppError('limit_reached', { maxScheduled, detail: 'End a scheduled show first.' });
    }
  }

  async #requireFree(shopId: string): Promise<void> {
    const current = await this.store.findCurrent(this.database.db, shopId);
    if (current) throw new AppError('already_live', { streamId: current.id });
  }

  async #requireSellable(shopId: string, productIds: readonly string[]): Promise<void> {
    const sellable = await this.store.sellable(this.database.db, shopId, productIds);
    const fields = productIds.flatMap((id, index) =>
      sellable.has(id)
        ? []
        : [{ path: `productIds.${index}`, code: 'unknown_product', detail: 'is no product of your shop' }],
    );
    if (fields.length > 0) throw new AppError('validation_failed', { fields });
  }

  async #issueKey(id: string, from: MediaResource): Promise<StreamWithIngest> {
    const { ingest, resource } = await this.#ask(() => this.media.issueKey(from));
    const isSaved = await this.store.setKey(this.database.db, id, hashSecret(ingest.streamKey), resource);
    if (!isSaved) {
      await this.stopMedia(id);
      throw new AppError('stream_ended');
    }
    return this.#withIngest(await this.find(id), ingest);
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      this.log.error({ err: error, provider: this.media.name }, 'the media provider failed');
      throw new AppError('media_unavailable', { retryAfterMs: 2000 }, { cause: error });
    }
  }

  #withIngest(row: StreamRow, ingest: Ingest): StreamWithIngest {
    return { ...this.views.of(row), streamKey: ingest.streamKey, rtmpIngestUrl: ingest.url };
  }
}

function showOf(row: StreamRow) {
  return { streamId: row.id, ownerId: row.owner_id, isPrivate: row.visibility === 'private' };
}
