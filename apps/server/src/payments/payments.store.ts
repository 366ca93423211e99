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
  /** Whether the order says what the payment ended as. */
  is_settled: boolean;
}

export interface RefundRow {
  id: string;
  order_id: string;
  amount_minor: number;
  /** `made_elsewhere`: by somebody at the provider itself. */
  reason: 'requested_by_seller' | 'late_payment' | 'made_elsewhere';
  restock: boolean;
  status: RefundSnapshot['status'];
  provider_refund_id: string | null;
  /** It failed, and needs no other one any more: there is one, or nothing is left to refund. */
  is_answered: boolean;
}

type NewRefund = Pick<RefundRow, 'id' | 'order_id' | 'amount_minor' | 'reason' | 'restock'> &
  Partial<Pick<RefundRow, 'status' | 'provider_refund_id'>> & { key: string };

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
  'is_settled',
] as const;
const refundColumns = [
  'id',
  'order_id',
  'amount_minor',
  'reason',
  'restock',
  'status',
  'provider_refund_id',
  'is_answered',
] as const;

/** What a refund may have been before: banks send money back after they took it. `failed` is final. */
const refundStatusesBefore: Record<RefundSnapshot['status'], readonly RefundSnapshot['status'][]> = {
  pending: ['pending'],
  succeeded: ['pending'],
  failed: ['pending', 'succeeded'],
};

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

  /** The order says from now on what its payment ended as. */
  async markSettled(executor: Executor, orderId: string): Promise<void> {
    await executor
      .updateTable('payments')
      .set({ is_settled: true })
      .where('order_id', '=', orderId)
      .execute();
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

  /** False when there is one of this key. */
  async insertRefund(executor: Executor, { key, ...values }: NewRefund): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await executor
      .insertInto('refunds')
      // Of transactions that waited for the same lock, the one that began first need not be the first.
      .values({
        status: 'pending',
        ...values,
        idempotency_key: key,
        created_at: sql<Date>`clock_timestamp()`,
      })
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** There is another refund for these, which failed, or none is to be made any more. */
  async answerRefunds(executor: Executor, refunds: readonly Pick<RefundRow, 'id'>[]): Promise<void> {
    if (refunds.length === 0) return;
    await executor
      .updateTable('refunds')
      .set({ is_answered: true })
      .where(
        'id',
        'in',
        refunds.map(({ id }) => id),
      )
      .execute();
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
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows as RefundRow[];
  }

  /** False when this was known already. `providerRefundId`: null for one that the provider never made. */
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
      .where('status', 'in', [...refundStatusesBefore[outcome.status]])
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /**
   * As {@link claimUnobserved}, of a provider's refunds that succeeded in the last so many days: the bank may still
   * send their money back.
   */
  async claimSucceededRefunds(
    executor: Executor,
    provider: string,
    staleSince: string,
    withinDays: number,
    limit: number,
  ): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update refunds set observed_at = now() where id in (
        select r.id from refunds r join payments p on p.order_id = r.order_id
        where r.status = 'succeeded' and p.provider = ${provider}
          and r.observed_at < ${staleSince}::timestamptz
          and r.created_at > now() - make_interval(days => ${withinDays})
        order by r.observed_at limit ${limit} for update of r skip locked)
      returning provider_refund_id as id`.execute(executor);
    return rows.map((row) => row.id);
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
