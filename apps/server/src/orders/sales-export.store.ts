import type { Currency, OrderStatus, ShippingAddress } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

/** `from`, `to`: whole days in India (`2026-01-31`), both included; null for no bound. */
export interface SalesFilter {
  shopId: string;
  from: string | null;
  to: string | null;
  status: OrderStatus | null;
  /** Orders placed after it are left out, so that an export of a busy shop ends. */
  until: Date;
}

/** One item with its order. `position` 0 is the first item of its order. */
export interface SoldItem {
  orderId: string;
  position: number;
  status: OrderStatus;
  createdAt: Date;
  paidAt: Date | null;
  streamId: string | null;
  buyerName: string;
  address: ShippingAddress | null;
  fulfilmentStatus: string;
  carrier: string | null;
  trackingNumber: string | null;
  currency: Currency;
  totalMinor: number;
  refundedMinor: number;
  hasInquiry: boolean;
  isDisputed: boolean;
  takenBackMinor: number;
  title: string;
  variantTitle: string;
  sku: string | null;
  quantity: number;
  unitPriceMinor: number;
}

/** Reads a shop's sales in order, a batch of orders at a time; between two batches nothing is held. */
export class SalesExportStore {
  async begin(executor: Executor, shopId: string): Promise<{ handle: string; until: Date }> {
    const { rows } = await sql<{ handle: string; until: Date }>`
      select handle, now() as until from shops where id = ${shopId}`.execute(executor);
    if (!rows[0]) throw new Error(`there is no shop ${shopId}`);
    return rows[0];
  }

  /** All items of the next `limit` orders after this one; the oldest come first. */
  async batch(
    executor: Executor,
    filter: SalesFilter,
    afterOrderId: string | null,
    limit: number,
  ): Promise<SoldItem[]> {
    const { rows } = await sql<SoldItem>`
      with next_orders as materialized (
        select * from orders
        where shop_id = ${filter.shopId} and created_at <= ${filter.until}
          and (${afterOrderId}::uuid is null or id > ${afterOrderId}::uuid)
          and (${filter.status}::text is null or status = ${filter.status}::text)
          and (${filter.from}::date is null
               or created_at >= ${filter.from}::date::timestamp at time zone 'Asia/Kolkata')
          and (${filter.to}::date is null
               or created_at < (${filter.to}::date + 1)::timestamp at time zone 'Asia/Kolkata')
        order by id limit ${limit}
      )
      select o.id as "orderId", item.position, o.status, o.created_at as "createdAt", o.paid_at as "paidAt",
             o.stream_id as "streamId", buyer.display_name as "buyerName", o.shipping_address as address,
             o.fulfilment_status as "fulfilmentStatus", o.carrier, o.tracking_number as "trackingNumber",
             o.currency, o.total_minor as "totalMinor", o.refunded_minor as "refundedMinor",
             o.has_inquiry as "hasInquiry", o.is_disputed as "isDisputed", o.taken_back_minor as "takenBackMinor",
             item.title, item.variant_title as "variantTitle", v.sku, item.quantity,
             item.unit_price_minor as "unitPriceMinor"
      from next_orders o
      join order_items item on item.order_id = o.id
      left join variants v on v.id = item.variant_id
      left join users buyer on buyer.id = o.buyer_id
      order by o.id, item.position`.execute(executor);
    return rows;
  }
}
