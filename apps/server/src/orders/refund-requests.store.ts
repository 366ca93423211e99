import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

export interface RefundRequestRow {
  id: string;
  order_id: string;
  request_key: string;
  status: 'open' | 'approved' | 'declined';
}

/** What buyers asked their money back for. One of an order is open at a time; an answered one stays as it is. */
export class RefundRequestsStore {
  async insert(
    executor: Executor,
    request: { id: string; order_id: string; request_key: string; reason: string },
  ): Promise<void> {
    await executor
      .insertInto('refund_requests')
      .values({ ...request, status: 'open' })
      .execute();
  }

  /** The requests of an order, the oldest first. */
  async ofOrder(executor: Executor, orderId: string): Promise<RefundRequestRow[]> {
    const rows = await executor
      .selectFrom('refund_requests')
      .select(['id', 'order_id', 'request_key', 'status'])
      .where('order_id', '=', orderId)
      .orderBy('id')
      .execute();
    return rows as RefundRequestRow[];
  }

  /** The order that a request is about, when it is this shop's. */
  async orderOf(executor: Executor, requestId: string, shopId: string): Promise<string | undefined> {
    const row = await executor
      .selectFrom('refund_requests')
      .innerJoin('orders', 'orders.id', 'refund_requests.order_id')
      .select('orders.id')
      .where('refund_requests.id', '=', requestId)
      .where('orders.shop_id', '=', shopId)
      .executeTakeFirst();
    return row?.id;
  }

  async status(executor: Executor, requestId: string): Promise<RefundRequestRow['status'] | undefined> {
    const row = await executor
      .selectFrom('refund_requests')
      .select('status')
      .where('id', '=', requestId)
      .executeTakeFirst();
    return row?.status as RefundRequestRow['status'] | undefined;
  }

  /** A refund of the order answers the request that is open, if there is one. */
  async approveOpen(executor: Executor, orderId: string, refundId: string): Promise<void> {
    await executor
      .updateTable('refund_requests')
      .set({ status: 'approved', refund_id: refundId, answered_at: sql<Date>`now()` })
      .where('order_id', '=', orderId)
      .where('status', '=', 'open')
      .execute();
  }

  /** False when it was answered already. */
  async decline(executor: Executor, requestId: string, answer: string): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('refund_requests')
      .set({ status: 'declined', answer, answered_at: sql<Date>`now()` })
      .where('id', '=', requestId)
      .where('status', '=', 'open')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
