import type { StreamStatus } from '@vybekart/contract';
import { sql } from 'kysely';
import type { MediaResource } from '../media/media-provider.ts';
import type { Executor } from '../platform/database.ts';
import { unfinishedStatuses } from '../streams/stream-state.ts';
import type { Tally } from './audience.ts';

interface RoomStream {
  ownerId: string;
  shopId: string;
  media: MediaResource;
  status: StreamStatus;
  isPrivate: boolean;
  likeCount: number;
  peakViewers: number;
  endReason: string | null;
}

/** What rooms read of their streams and write beside their log. */
export class RoomsStore {
  findStream(executor: Executor, streamId: string): Promise<RoomStream | undefined> {
    return executor
      .selectFrom('streams')
      .innerJoin('shops', 'shops.id', 'streams.shop_id')
      .select(['shops.owner_id as ownerId', 'streams.shop_id as shopId', 'streams.media'])
      .select(['streams.status', 'streams.like_count as likeCount', 'streams.peak_viewers as peakViewers'])
      .select('streams.end_reason as endReason')
      .select(sql<boolean>`streams.visibility = 'private'`.as('isPrivate'))
      .where('streams.id', '=', streamId)
      .$castTo<RoomStream>()
      .executeTakeFirst();
  }

  /** The newest seq and all hearts of each room, to see what other nodes wrote. */
  async heads(
    executor: Executor,
    streamIds: readonly string[],
  ): Promise<{ stream_id: string; last_seq: number; like_count: number }[]> {
    if (streamIds.length === 0) return [];
    return executor
      .selectFrom('rooms')
      .innerJoin('streams', 'streams.id', 'rooms.stream_id')
      .select(['stream_id', 'last_seq', 'like_count'])
      .where('stream_id', 'in', [...streamIds])
      .execute();
  }

  /** Notes the status that a locked room is told next; false when it was told that already. */
  async tell(executor: Executor, streamId: string, status: StreamStatus): Promise<boolean> {
    const result = await executor
      .updateTable('rooms')
      .set({ told_status: status })
      .where('stream_id', '=', streamId)
      .where(sql<boolean>`told_status is distinct from ${status}`)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Adds likes and raises peaks; answers the streams' totals. */
  async addTallies(
    executor: Executor,
    tallies: ReadonlyMap<string, Tally>,
  ): Promise<{ id: string; like_count: number }[]> {
    const values = [...tallies.values()];
    const { rows } = await sql<{ id: string; like_count: number }>`
      update streams
      set like_count = like_count + tally.likes, peak_viewers = greatest(peak_viewers, tally.peak)
      from unnest(
        ${[...tallies.keys()]}::uuid[],
        ${values.map(({ likes }) => likes)}::int[],
        ${values.map(({ peakViewers }) => peakViewers)}::int[]
      ) as tally (id, likes, peak)
      where streams.id = tally.id
      returning streams.id, like_count`.execute(executor);
    return rows;
  }

  async displayName(executor: Executor, userId: string): Promise<string | undefined> {
    const row = await executor
      .selectFrom('users')
      .select('display_name')
      .where('id', '=', userId)
      .executeTakeFirst();
    return row?.display_name;
  }

  /** Unfinished streams that show one of these products: in their line-up or pinned. */
  async showing(
    executor: Executor,
    productIds: readonly string[],
  ): Promise<{ streamId: string; productId: string }[]> {
    const { rows } = await sql<{ streamId: string; productId: string }>`
      select distinct streams.id as "streamId", shown.product_id as "productId"
      from streams join (
        select stream_id, product_id from stream_products
        union all
        select stream_id, product_id from pins
      ) as shown on shown.stream_id = streams.id
      where streams.status = any(${[...unfinishedStatuses]}::text[])
        and shown.product_id = any(${[...productIds]}::uuid[])`.execute(executor);
    return rows;
  }

  async lineup(executor: Executor, streamId: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('stream_products')
      .select('product_id')
      .where('stream_id', '=', streamId)
      .orderBy('position')
      .execute();
    return rows.map((row) => row.product_id);
  }
}
