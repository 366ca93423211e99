import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

export interface Figures {
  orders: number;
  unitsSold: number;
  revenueMinor: number;
  currency: string;
  peakViewerCount: number;
  likeCount: number;
  messageCount: number;
  followerCount: number;
  /** The shows that are on air now. */
  liveStreamIds: string[];
}

/** Figures for a seller. An order counts from the moment it is paid; what was refunded or lost is taken off. */
export class DashboardStore {
  /** Undefined when the stream is not this shop's. With several currencies, revenue is of the most used one. */
  async figures(executor: Executor, shopId: string, streamId: string | null): Promise<Figures | undefined> {
    const { rows } = await sql<Figures>`
      with shows as (
        select id, status, peak_viewers, like_count from streams
        where shop_id = ${shopId} and (${streamId}::uuid is null or id = ${streamId}::uuid)
      ),
      sold as (
        select id, currency, greatest(0, total_minor - refunded_minor - taken_back_minor) as kept_minor from orders
        where shop_id = ${shopId} and paid_at is not null
          and (${streamId}::uuid is null or stream_id = ${streamId}::uuid)
      ),
      main as (
        select coalesce(
          (select currency from sold group by currency order by count(*) desc, currency limit 1), 'inr') as currency
      )
      select (select count(*) from sold) as "orders",
             (select coalesce(sum(quantity), 0) from order_items where order_id in (select id from sold)) as "unitsSold",
             (select coalesce(sum(kept_minor), 0) from sold where sold.currency = main.currency) as "revenueMinor",
             main.currency as "currency",
             (select coalesce(max(peak_viewers), 0) from shows) as "peakViewerCount",
             (select coalesce(sum(like_count), 0)::bigint from shows) as "likeCount",
             (select count(*) from messages where stream_id in (select id from shows)) as "messageCount",
             (select count(*) from follows where shop_id = ${shopId}) as "followerCount",
             array(select id from shows where status in ('live', 'interrupted')) as "liveStreamIds"
      from main
      where ${streamId}::uuid is null or exists (select from shows)`.execute(executor);
    return rows[0];
  }
}
