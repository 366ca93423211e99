import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import type { PaymentSnapshot, PaymentStatus, RefundSnapshot } from './payment-provider.ts';

export interface PaymentRow {
  order_id: string;
  provider: string;
  payment_intent_id: string;
  status: PaymentStatus;
  amount_minor: number;
  amount_received_minor: number;
  currency: string;
  awaits_buyer_since: Date | null;
  version: number;
}

export interface RefundRow {
  id: string;
  order_id: string;
  amount_minor: number;
  reason: 'requested_by_seller' | 'late_payment';
  restock: boolean;
  status: RefundSnapshot['status'];
  provider_refund_id: string | null;
}

const paymentColumns = [
  'order_id',
  'provider',
  'payment_intent_id',
  'status',
  'amount_minor',
  'amount_received_minor',
  'currency',
  'awaits_buyer_since',
  'version',
] as const;
const refundColumns = [
  'id',
  'order_id',
  'amount_minor',
  'reason',
  'restock',
  'status',
  'provider_refund_id',
] as const;

/** What we know of the money: payments, refunds. */
export class PaymentsStore {
  async find(executor: Executor, orderId: string): Promise<PaymentRow | undefined> {
    const row = await executor
      .selectFrom('payments')
      .select(paymentColumns)
      .where('order_id', '=', orderId)
      .executeTakeFirst();
    return row as PaymentRow | undefined;
  }

  async findByIntent(executor: Executor, paymentIntentId: string): Promise<PaymentRow | undefined> {
    const row = await executor
      .selectFrom('payments')
      .select(paymentColumns)
      .where('payment_intent_id', '=', paymentIntentId)
      .executeTakeFirst();
    return row as PaymentRow | undefined;
  }

  /** Remembers a payment whose order exists but does not know it yet; what the order costs is what it must be. */
  async adopt(executor: Executor, provider: string, paymentIntentId: string, orderId: string): Promise<void> {
    await sql`
      insert into payments (order_id, provider, payment_intent_id, status, amount_minor, currency)
      select id, ${provider}, ${paymentIntentId}, 'open', total_minor, currency from orders
      where id = ${orderId}::uuid
      on conflict do nothing`.execute(executor);
  }

  /**
   * Applies a snapshot that was fetched after `version` was read; false when another one was applied in between.
   * Final states stay.
   */
  async apply(executor: Executor, payment: PaymentRow, snapshot: PaymentSnapshot): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('payments')
      .set({
        status: snapshot.status,
        amount_received_minor: snapshot.amountReceivedMinor,
        awaits_buyer_since: snapshot.awaitsBuyer ? sql<Date>`coalesce(awaits_buyer_since, now())` : null,
        version: payment.version + 1,
        observed_at: sql`now()`,
      })
      .where('order_id', '=', payment.order_id)
      .where('version', '=', payment.version)
      .where('status', 'in', ['open', 'processing'])
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Writes down how an open payment ended, where the caller's own transaction ends it. */
  async end(executor: Executor, orderId: string, status: 'succeeded' | 'canceled'): Promise<void> {
    const { numUpdatedRows } = await executor
      .updateTable('payments')
      .set({
        status,
        amount_received_minor: status === 'succeeded' ? sql<number>`amount_minor` : 0,
        version: sql<number>`version + 1`,
        observed_at: sql`now()`,
      })
      .where('order_id', '=', orderId)
      .where('status', '=', 'open')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`order ${orderId} has no open payment to be ${status}`);
  }

  /**
   * Claims a provider's payments that are not final and about which it was last asked before `staleSince`.
   * Each is claimed by one node, and those that cannot be asked do not hold up the others.
   */
  async claimUnobserved(
    executor: Executor,
    provider: string,
    staleSince: string,
    limit: number,
  ): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update payments set observed_at = now() where order_id in (
        select order_id from payments
        where status in ('open', 'processing') and provider = ${provider}
          and observed_at < ${staleSince}::timestamptz
        order by observed_at limit ${limit} for update skip locked)
      returning payment_intent_id as id`.execute(executor);
    return rows.map((row) => row.id);
  }

  async insertRefund(
    executor: Executor,
    refund: Pick<RefundRow, 'id' | 'order_id' | 'amount_minor' | 'reason' | 'restock'> & { key: string },
  ): Promise<boolean> {
    const { key, ...values } = refund;
    const { numInsertedOrUpdatedRows } = await executor
      .insertInto('refunds')
      .values({ ...values, status: 'pending', idempotency_key: key })
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async findRefund(executor: Executor, by: { id: string } | { providerRefundId: string } | { key: string }) {
    let query = executor.selectFrom('refunds').select(refundColumns);
    if ('id' in by) query = query.where('id', '=', by.id);
    else if ('key' in by) query = query.where('idempotency_key', '=', by.key);
    else query = query.where('provider_refund_id', '=', by.providerRefundId);
    return (await query.executeTakeFirst()) as RefundRow | undefined;
  }

  /** The refunds of an order, the oldest first. */
  async refundsOf(executor: Executor, orderId: string): Promise<RefundRow[]> {
    const rows = await executor
      .selectFrom('refunds')
      .select(refundColumns)
      .where('order_id', '=', orderId)
      .orderBy('id')
      .execute();
    return rows as RefundRow[];
  }

  /** False when the refund was final already. `providerRefundId`: null for one that the provider never made. */
  async applyRefund(
    executor: Executor,
    refundId: string,
    outcome: { status: RefundSnapshot['status']; providerRefundId: string | null },
  ): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('refunds')
      .set({
        status: outcome.status,
        provider_refund_id: outcome.providerRefundId,
        observed_at: sql`now()`,
      })
      .where('id', '=', refundId)
      .where('status', '=', 'pending')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** As {@link claimUnobserved}, of refunds. */
  async claimPendingRefunds(executor: Executor, staleSince: string, limit: number): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update refunds set observed_at = now() where id in (
        select id from refunds
        where status = 'pending' and observed_at < ${staleSince}::timestamptz
        order by observed_at limit ${limit} for update skip locked)
      returning id`.execute(executor);
    return rows.map((row) => row.id);
  }
}
