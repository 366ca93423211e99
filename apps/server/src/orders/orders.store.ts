import type { FulfilmentStatus, OrderStatus, SellerOrderQuery, SellerTask } from '@vybekart/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import { lockSeconds } from './keyed-request.ts';
import { type OrderTransition, orderTransitions } from './order-state.ts';
import type { OrderItemRow, OrderRow, RefundRequestFacts } from './order-view.ts';

export interface LockedOrder {
  id: string;
  buyer_id: string;
  shop_id: string;
  status: OrderStatus;
  closing_to: 'expired' | 'canceled' | null;
  total_minor: number;
  refunded_minor: number;
  taken_back_minor: number;
  fulfilment_status: FulfilmentStatus;
  is_disputed: boolean;
  /** Its money came and its units left the stock, whatever became of them since. */
  is_sold: boolean;
}

interface OrderChanges {
  closing_to?: 'expired' | 'canceled';
  refunded_minor?: number;
  /** How long the hold lasts from now on; for a transition to `pending`. */
  holdSeconds?: number;
  isPaidNow?: boolean;
}

const latestRefundRequest = sql<RefundRequestFacts | null>`(
  select jsonb_build_object('id', id, 'status', status, 'reason', reason, 'answer', answer, 'createdAt', created_at)
  from refund_requests where order_id = orders.id order by id desc limit 1)`;

/** A refund that failed leaves its order waiting for another one. */
const hasFailedRefund = sql<boolean>`case when orders.status = 'refund_pending' then coalesce((
  select bool_or(status = 'failed' and not is_answered) and not bool_or(status = 'pending')
  from refunds where order_id = orders.id), false) else false end`;

const isSold = sql`orders.status in ('paid', 'partially_refunded', 'confirmed')`;
const waitsFor: Record<SellerTask, RawBuilder<boolean>> = {
  pack: sql`${isSold} and orders.fulfilment_status in ('none', 'packed')`,
  deliver: sql`${isSold} and orders.fulfilment_status = 'shipped'`,
  // Few orders are asked about, of however many: they are found from the questions, not one by one.
  answer: sql`orders.id in (
      select order_id from refund_requests where status = 'open'
      union all select order_id from refunds where status = 'failed' and not is_answered
    ) and (exists (select from refund_requests where order_id = orders.id and status = 'open') or ${hasFailedRefund})`,
};

/** Orders with their items. A status changes by {@link OrdersStore.move}, or for many at once by `beginExpiry`. */
export class OrdersStore {
  /** How many orders a buyer has promised to pay at the door; until the transaction ends nobody else counts them. */
  async countConfirmedAlone(executor: Executor, buyerId: string): Promise<number> {
    await sql`select from users where id = ${buyerId} for no key update`.execute(executor);
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from orders where buyer_id = ${buyerId} and status = 'confirmed'`.execute(
      executor,
    );
    return rows[0]?.count ?? 0;
  }

  /** Locks the order; everything that depends on its status happens under this lock, before any lock on stock. */
  async lock(executor: Executor, orderId: string): Promise<LockedOrder | undefined> {
    const row = await executor
      .selectFrom('orders')
      .select([
        'id',
        'buyer_id',
        'shop_id',
        'status',
        'closing_to',
        'total_minor',
        'refunded_minor',
        'taken_back_minor',
        'fulfilment_status',
        'is_disputed',
      ])
      .select(sql<boolean>`paid_at is not null`.as('is_sold'))
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    return row as LockedOrder | undefined;
  }

  /** The new status; null when the order was in no state that the transition starts from. */
  async move(
    executor: Executor,
    orderId: string,
    transition: OrderTransition,
    changes: OrderChanges = {},
  ): Promise<OrderStatus | null> {
    const { from, to } = orderTransitions[transition];
    const { holdSeconds = null, isPaidNow, ...columns } = changes;
    let query = executor
      .updateTable('orders')
      .set({
        status: to,
        ...columns,
        hold_expires_at: sql<Date | null>`now() + make_interval(secs => ${holdSeconds}::int)`,
        ...(isPaidNow ? { paid_at: sql<Date>`date_trunc('milliseconds', now())` } : {}),
      })
      .where('id', '=', orderId)
      .where('status', 'in', [...from]);
    // What a courier carries does not close: it is delivered or it comes back.
    if (transition === 'close') query = query.where('fulfilment_status', '!=', 'shipped');
    const { numUpdatedRows } = await query.executeTakeFirst();
    return numUpdatedRows === 1n ? to : null;
  }

  /**
   * Lets the hold of a pending order last for `seconds` from a moment, but not beyond `mostSeconds` after it was placed.
   * False when it lasts that long anyway.
   */
  async prolongHold(
    executor: Executor,
    orderId: string,
    { from, seconds, mostSeconds }: { from: Date; seconds: number; mostSeconds: number },
  ): Promise<boolean> {
    const until = sql<Date>`least(${from}::timestamptz + make_interval(secs => ${seconds}),
                                  created_at + make_interval(secs => ${mostSeconds}))`;
    const { numUpdatedRows } = await executor
      .updateTable('orders')
      .set({ hold_expires_at: until })
      .where('id', '=', orderId)
      .where('status', '=', 'pending')
      .where('hold_expires_at', '<', until)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Begins to close pending orders whose time is up by the database's clock. Each is claimed by one node. */
  async beginExpiry(executor: Executor, limit: number): Promise<string[]> {
    const { to } = orderTransitions.close;
    const { rows } = await sql<{ id: string }>`
      update orders set status = ${to}, closing_to = 'expired', closing_checked_at = now(), hold_expires_at = null
      where id in (
        select id from orders where status = 'pending' and hold_expires_at < now()
        order by hold_expires_at limit ${limit} for update skip locked)
      returning id`.execute(executor);
    return rows.map((row) => row.id);
  }

  /** Claims orders that are closing and that nobody has tried to finish for this long. */
  async claimClosing(executor: Executor, idleSeconds: number, limit: number): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update orders set closing_checked_at = now() where id in (
        select id from orders
        where status = 'closing'
          and coalesce(closing_checked_at, created_at) < now() - make_interval(secs => ${idleSeconds})
        order by closing_checked_at nulls first limit ${limit} for update skip locked)
      returning id`.execute(executor);
    return rows.map((row) => row.id);
  }

  /** Orders that do not yet say what their payment or their refunds say: whoever was to settle them gave up. */
  async unsettled(executor: Executor, limit: number): Promise<{ id: string; mustCancel: boolean }[]> {
    const { rows } = await sql<{ id: string; mustCancel: boolean }>`
      (select order_id as id, false as "mustCancel" from payments
       where status in ('succeeded', 'canceled') and not is_settled
       limit ${limit})
      union all
      (select o.id, o.status in ('expired', 'canceled') as "mustCancel" from payments p join orders o on o.id = p.order_id
       where (p.status = 'open' and o.status in ('expired', 'canceled'))
          or (p.status = 'open' and o.status = 'processing')
          or (p.status = 'processing' and o.status = 'pending')
       limit ${limit})
      union all
      (select o.id, false as "mustCancel" from orders o cross join lateral (
         select bool_or(status = 'pending') as "isOpen",
                bool_or(status = 'failed' and not is_answered) as "isFailed",
                coalesce(sum(amount_minor) filter (where status = 'succeeded'), 0) as minor
         from refunds where order_id = o.id) refunded
       where o.status = 'refund_pending' and not "isOpen"
         and (not "isFailed" or minor <> o.refunded_minor or minor + o.taken_back_minor >= o.total_minor)
       limit ${limit})
      union all
      (select o.id, false as "mustCancel" from refunds r join orders o on o.id = r.order_id
       where r.status = 'failed' and not r.is_answered and o.status <> 'refund_pending'
       limit ${limit})`.execute(executor);
    return rows;
  }

  async setRefunded(executor: Executor, orderId: string, refundedMinor: number): Promise<void> {
    await executor
      .updateTable('orders')
      .set({ refunded_minor: refundedMinor })
      .where('id', '=', orderId)
      .execute();
  }

  async setFulfilment(executor: Executor, orderId: string, status: FulfilmentStatus): Promise<void> {
    await executor
      .updateTable('orders')
      .set({ fulfilment_status: status })
      .where('id', '=', orderId)
      .execute();
  }

  /** False unless the order is this shop's, its money is here or promised, and its parcel not yet there. */
  async fulfil(
    executor: Executor,
    order: { id: string; shopId: string },
    shipment: { carrier: string | null; trackingNumber: string | null },
  ): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('orders')
      .set({
        fulfilment_status: 'shipped',
        carrier: shipment.carrier,
        tracking_number: shipment.trackingNumber,
      })
      .where('id', '=', order.id)
      .where('shop_id', '=', order.shopId)
      .where('status', 'in', ['paid', 'partially_refunded', 'confirmed'])
      .where('fulfilment_status', 'in', ['none', 'packed', 'shipped'])
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  find(executor: Executor, orderId: string): Promise<OrderRow | undefined> {
    return this.#select(executor).where('orders.id', '=', orderId).executeTakeFirst() as Promise<
      OrderRow | undefined
    >;
  }

  /** The order that was placed under a key, with the fingerprint of what was asked for. */
  findByKey(
    executor: Executor,
    buyerId: string,
    key: string,
  ): Promise<(OrderRow & { fingerprint: Buffer }) | undefined> {
    return this.#select(executor)
      .select('orders.fingerprint')
      .where('orders.buyer_id', '=', buyerId)
      .where('orders.idempotency_key', '=', key)
      .executeTakeFirst() as Promise<(OrderRow & { fingerprint: Buffer }) | undefined>;
  }

  /** True for one caller, once whoever was at work on the checkout has gone without an answer; `isLeft`: is known to. */
  async takeUpCheckout(executor: Executor, orderId: string, isLeft: boolean): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('orders')
      .set({ checkout_locked_until: sql<Date>`now() + make_interval(secs => ${lockSeconds})` })
      .where('id', '=', orderId)
      .$if(!isLeft, (query) => query.where('checkout_locked_until', '<=', sql<Date>`now()`))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Lets the same key go on with the order at once. */
  async leaveCheckout(executor: Executor, orderId: string): Promise<void> {
    await executor
      .updateTable('orders')
      .set({ checkout_locked_until: sql<Date>`now()` })
      .where('id', '=', orderId)
      .execute();
  }

  /** Newest first; `before`: the last id of the page before. */
  async list(
    executor: Executor,
    whose: { buyerId: string } | ({ shopId: string } & Pick<SellerOrderQuery, 'streamId' | 'task'>),
    page: { before?: string | undefined; limit: number },
  ): Promise<OrderRow[]> {
    let query = this.#select(executor).orderBy('orders.id', 'desc').limit(page.limit);
    if ('buyerId' in whose) query = query.where('orders.buyer_id', '=', whose.buyerId);
    else query = query.where('orders.shop_id', '=', whose.shopId);
    if ('streamId' in whose && whose.streamId) query = query.where('orders.stream_id', '=', whose.streamId);
    if ('task' in whose && whose.task) query = query.where(waitsFor[whose.task]);
    if (page.before !== undefined) query = query.where('orders.id', '<', page.before);
    return (await query.execute()) as OrderRow[];
  }

  items(executor: Executor, orderIds: readonly string[]): Promise<OrderItemRow[]> {
    if (orderIds.length === 0) return Promise.resolve([]);
    return executor
      .selectFrom('order_items')
      .select([
        'order_id',
        'variant_id',
        'product_id',
        'title',
        'variant_title',
        'image_id',
        'quantity',
        'unit_price_minor',
      ])
      .where('order_id', 'in', [...orderIds])
      .orderBy('order_id')
      .orderBy('position')
      .execute();
  }

  #select(executor: Executor) {
    return executor
      .selectFrom('orders')
      .innerJoin('shops', 'shops.id', 'orders.shop_id')
      .innerJoin('users', 'users.id', 'orders.buyer_id')
      .leftJoin('payments', 'payments.order_id', 'orders.id')
      .select([
        'payments.provider as payment_provider',
        'orders.id',
        'orders.status',
        'orders.buyer_id',
        'users.display_name as buyer_name',
        'orders.stream_id',
        'orders.shop_id',
        'shops.handle as shop_handle',
        'shops.name as shop_name',
        'shops.owner_id as seller_id',
        'orders.currency',
        'orders.total_minor',
        'orders.refunded_minor',
        'orders.taken_back_minor',
        'orders.has_inquiry',
        'orders.is_disputed',
        hasFailedRefund.as('has_failed_refund'),
        'orders.shipping_address',
        'orders.fulfilment_status',
        'orders.carrier',
        'orders.tracking_number',
        latestRefundRequest.as('refund_request'),
        'orders.hold_expires_at',
        'orders.paid_at',
        'orders.created_at',
      ]);
  }
}
