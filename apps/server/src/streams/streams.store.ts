import type { StreamStatus, StreamVisibility } from '@vybekart/contract';
import { type Nullable, type SelectQueryBuilder, sql } from 'kysely';
import type { MediaResource } from '../media/media-provider.ts';
import type { Executor, Tables } from '../platform/database.ts';
import { onAirStatuses, unfinishedStatuses } from './stream-state.ts';

export interface StreamRow {
  id: string;
  shop_id: string;
  title: string;
  thumbnail_id: string | null;
  status: StreamStatus;
  visibility: StreamVisibility;
  /** Who keeps the video; another one may be in use by now. */
  provider: string;
  media: MediaResource;
  scheduled_for: Date | null;
  started_at: Date | null;
  interrupted_at: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
  like_count: number;
  peak_viewers: number;
  created_at: Date;
  owner_id: string;
  handle: string;
  shop_name: string;
  avatar_id: string | null;
  /** Both null while there is no recording to be seen. */
  replay_started_at: Date | null;
  replay_duration_ms: number | null;
}

interface NewStream {
  id: string;
  shopId: string;
  title: string;
  thumbnailId: string | null;
  status: 'ready' | 'scheduled';
  visibility: StreamVisibility;
  /** Of a private show alone. */
  invitationCode: string | null;
  provider: string;
  media: MediaResource;
  scheduledFor: Date | null;
  productIds: string[];
}

type WithRecording = Omit<Tables, 'recordings'> & { recordings: Nullable<Tables['recordings']> };

/** Streams with their shop, and the products of their line-up. */
export class StreamsStore {
  async insert(executor: Executor, stream: NewStream): Promise<void> {
    await executor
      .insertInto('streams')
      .values({
        id: stream.id,
        shop_id: stream.shopId,
        title: stream.title,
        thumbnail_id: stream.thumbnailId,
        status: stream.status,
        visibility: stream.visibility,
        invitation_code: stream.invitationCode,
        provider: stream.provider,
        media: JSON.stringify(stream.media),
        scheduled_for: stream.scheduledFor,
      })
      .execute();
    if (stream.productIds.length === 0) return;
    await executor
      .insertInto('stream_products')
      .values(stream.productIds.map((id, position) => ({ stream_id: stream.id, product_id: id, position })))
      .execute();
  }

  find(executor: Executor, id: string): Promise<StreamRow | undefined> {
    return this.#select(executor).where('streams.id', '=', id).executeTakeFirst();
  }

  /** The stream to which a provider's resource belongs now: of several on one channel the one that is not scheduled. */
  findByMedia(executor: Executor, mediaId: string): Promise<StreamRow | undefined> {
    return this.#unfinished(executor)
      .where(sql`media ->> 'id'`, '=', mediaId)
      .orderBy(sql`streams.status = 'scheduled'`)
      .executeTakeFirst();
  }

  findByKey(executor: Executor, keyHash: Buffer): Promise<StreamRow | undefined> {
    return this.#select(executor).where('stream_key_hash', '=', keyHash).executeTakeFirst();
  }

  /** The shop's one stream that is ready or on air. */
  findCurrent(executor: Executor, shopId: string): Promise<StreamRow | undefined> {
    return this.#unfinished(executor)
      .where('shop_id', '=', shopId)
      .where('streams.status', '!=', 'scheduled')
      .executeTakeFirst();
  }

  /** Until the end of the transaction nobody else adds to the shop's calendar. */
  async lockShop(executor: Executor, shopId: string): Promise<void> {
    await executor.selectFrom('shops').select('id').where('id', '=', shopId).forNoKeyUpdate().execute();
  }

  /** How many shows a shop has scheduled, and whether the time lies ahead, but no further than `maxDays`. */
  async calendar(
    executor: Executor,
    shopId: string,
    time: string,
    maxDays: number,
  ): Promise<{ count: number; isInReach: boolean }> {
    const { rows } = await sql<{ count: number; isInReach: boolean }>`
      select count(*)::int as count,
             ${time}::timestamptz between now() and now() + make_interval(days => ${maxDays}::int) as "isInReach"
      from streams where shop_id = ${shopId} and status = 'scheduled'`.execute(executor);
    return rows[0] ?? { count: 0, isInReach: false };
  }

  onAir(executor: Executor): Promise<StreamRow[]> {
    return this.#public(executor).where('streams.status', 'in', onAirStatuses).execute();
  }

  unfinished(executor: Executor): Promise<StreamRow[]> {
    return this.#unfinished(executor).execute();
  }

  /** Scheduled shows by their time, those that are up to two hours late included. */
  upcoming(executor: Executor, limit: number, after: { at: Date; id: string } | null): Promise<StreamRow[]> {
    let query = this.#public(executor)
      .where('streams.status', '=', 'scheduled')
      .where('scheduled_for', '>', sql<Date>`now() - interval '2 hours'`);
    if (after)
      query = query.where(sql<boolean>`(scheduled_for, streams.id) > (${after.at}, ${after.id}::uuid)`);
    return query.orderBy('scheduled_for').orderBy('streams.id').limit(limit).execute();
  }

  ofShop(executor: Executor, shopId: string, limit: number, beforeId: string | null): Promise<StreamRow[]> {
    let query = this.#select(executor).where('shop_id', '=', shopId);
    if (beforeId) query = query.where('streams.id', '<', beforeId);
    return query.orderBy('streams.id', 'desc').limit(limit).execute();
  }

  /** Shows that can be played again, the newest first. */
  replays(
    executor: Executor,
    limit: number,
    before: { at: Date; id: string } | null,
    shopHandle: string | null,
  ): Promise<StreamRow[]> {
    let query = this.#public(executor).where('recordings.removed_at', 'is', null);
    query = query.where('recordings.stream_id', 'is not', null);
    if (shopHandle !== null) query = query.where('shops.handle', '=', shopHandle);
    if (before) {
      query = query.where(
        sql<boolean>`(recordings.started_at, recordings.stream_id) < (${before.at}, ${before.id}::uuid)`,
      );
    }
    return query
      .orderBy('recordings.started_at', 'desc')
      .orderBy('recordings.stream_id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Reads the status under a lock that holds until the transaction ends. */
  async lockStatus(executor: Executor, id: string): Promise<StreamStatus | undefined> {
    const row = await executor
      .selectFrom('streams')
      .select('status')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row?.status as StreamStatus | undefined;
  }

  /** Writes a status with the times that belong to it. A stream that is over forgets its key. */
  async setStatus(
    executor: Executor,
    id: string,
    status: StreamStatus,
    reason: string | null,
  ): Promise<void> {
    const isOver = !(unfinishedStatuses as readonly string[]).includes(status);
    await executor
      .updateTable('streams')
      .set({
        status,
        interrupted_at: status === 'interrupted' ? sql`now()` : null,
        ...(status === 'live' ? { started_at: sql`coalesce(started_at, now())` } : {}),
        ...(isOver ? { ended_at: sql`now()`, end_reason: reason, stream_key_hash: null } : {}),
      })
      .where('id', '=', id)
      .execute();
  }

  /** Removes a stream that nobody was told of. */
  async takeBack(executor: Executor, id: string): Promise<void> {
    await executor.deleteFrom('streams').where('id', '=', id).where('started_at', 'is', null).execute();
  }

  /** Streams of a provider that ended in the last six hours without a recording, the newest first, at most 20. */
  async unrecorded(executor: Executor, provider: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('streams')
      .leftJoin('recordings', 'recordings.stream_id', 'streams.id')
      .select('streams.id')
      .where('streams.status', '=', 'ended')
      .where('streams.provider', '=', provider)
      .where('streams.ended_at', '>', sql<Date>`now() - interval '6 hours'`)
      .where('recordings.stream_id', 'is', null)
      .orderBy('streams.ended_at', 'desc')
      .limit(20)
      .execute();
    return rows.map((row) => row.id);
  }

  /** False when the stream is over. */
  async setKey(executor: Executor, id: string, keyHash: Buffer, media: MediaResource): Promise<boolean> {
    const result = await executor
      .updateTable('streams')
      .set({ stream_key_hash: keyHash, media: JSON.stringify(media) })
      .where('id', '=', id)
      .where('status', 'in', unfinishedStatuses)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Those of `productIds` that the shop sells. */
  async sellable(executor: Executor, shopId: string, productIds: readonly string[]): Promise<Set<string>> {
    if (productIds.length === 0) return new Set();
    const rows = await executor
      .selectFrom('products')
      .select('id')
      .where('shop_id', '=', shopId)
      .where('id', 'in', [...productIds])
      .where('deleted_at', 'is', null)
      .execute();
    return new Set(rows.map((row) => row.id));
  }

  #unfinished(executor: Executor) {
    return this.#select(executor).where('streams.status', 'in', unfinishedStatuses);
  }

  #public(executor: Executor) {
    return this.#select(executor).where('streams.visibility', '=', 'public');
  }

  #select(
    executor: Executor,
  ): SelectQueryBuilder<WithRecording, 'streams' | 'shops' | 'recordings', StreamRow> {
    return executor
      .selectFrom('streams')
      .innerJoin('shops', 'shops.id', 'streams.shop_id')
      .leftJoin('recordings', (join) =>
        join.onRef('recordings.stream_id', '=', 'streams.id').on('recordings.removed_at', 'is', null),
      )
      .select(['recordings.started_at as replay_started_at', 'recordings.duration_ms as replay_duration_ms'])
      .select(['streams.id', 'streams.shop_id', 'streams.title', 'streams.thumbnail_id', 'streams.media'])
      .select(['streams.provider', 'streams.visibility'])
      .select(['streams.status', 'streams.scheduled_for', 'streams.started_at', 'streams.interrupted_at'])
      .select(['streams.ended_at', 'streams.end_reason', 'streams.like_count', 'streams.peak_viewers'])
      .select(['streams.created_at', 'shops.owner_id', 'shops.handle', 'shops.name as shop_name'])
      .select(['shops.avatar_id'])
      .$castTo<StreamRow>();
  }
}
