import { sql } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { CashCodes } from './cash-codes.ts';
import {
  type DisputeSnapshot,
  type NewPayment,
  type PaidWith,
  PaymentProvider,
  type PaymentRequest,
  type PaymentSnapshot,
  type PaymentStatus,
  type RefundSnapshot,
} from './payment-provider.ts';

const idPrefix = 'cash_';
const perPage = 100;

interface CashRow {
  order_id: string;
  amount_minor: number;
  currency: string;
  status: string;
  created_at: Date;
}

/**
 * Cash at the door. The cash book in our database is its ledger: a payment stays `open` until the seller says that
 * the money was collected, and a refund is money that the seller paid back by hand. Limit: the book believes the
 * seller; a courier that reports what it collected would call {@link collect} in the seller's place.
 */
export class CashOnDelivery extends PaymentProvider {
  readonly name = 'cash_on_delivery';

  constructor(
    private readonly database: Database,
    private readonly codes: CashCodes,
  ) {
    super();
  }

  /** The id of an order's payment, known before it is made. */
  paymentOf(orderId: string): string {
    return idPrefix + orderId;
  }

  async create(request: PaymentRequest): Promise<NewPayment> {
    const { channel, masked } = await this.codes.addressOf(request.buyerId);
    await this.database.db
      .insertInto('cash_payments')
      .values({
        order_id: request.orderId,
        buyer_id: request.buyerId,
        amount_minor: request.amountMinor,
        currency: request.currency,
        confirm_by: request.payableUntil,
        code_channel: channel,
        code_address: masked,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const sent = await this.codes.first(request.orderId);
    const payment = await this.retrieve(this.paymentOf(request.orderId));
    return { ...payment, nextStep: { kind: 'one_time_code', ...sent } };
  }

  async retrieve(paymentId: string): Promise<PaymentSnapshot> {
    const row = await this.#rows(this.database.db)
      .where('order_id', '=', orderOf(paymentId))
      .executeTakeFirst();
    if (!row) throw new Error(`the cash book has no payment ${paymentId}`);
    return toSnapshot(row);
  }

  async cancel(paymentId: string): Promise<PaymentSnapshot> {
    await this.#end(this.database.db, paymentId, 'canceled');
    return this.retrieve(paymentId);
  }

  /** As {@link cancel}, in a transaction of the caller's; false when it was collected or cancelled before. */
  cancelIn(executor: Executor, paymentId: string): Promise<boolean> {
    return this.#end(executor, paymentId, 'canceled');
  }

  /** Notes that the money is here; false unless the payment is open and its buyer gave the code. */
  collect(executor: Executor, paymentId: string): Promise<boolean> {
    return this.#end(executor, paymentId, 'collected');
  }

  async *createdSince(since: Date): AsyncIterable<PaymentSnapshot> {
    let before: { at: Date; orderId: string } | null = null;
    do {
      let query = this.#rows(this.database.db).where('created_at', '>=', since);
      if (before) {
        query = query.where(sql<boolean>`(created_at, order_id) < (${before.at}, ${before.orderId}::uuid)`);
      }
      const rows: CashRow[] = await query
        .orderBy('created_at', 'desc')
        .orderBy('order_id', 'desc')
        .limit(perPage)
        .execute();
      for (const row of rows) yield toSnapshot(row);
      const last = rows.at(-1);
      before = last && rows.length === perPage ? { at: last.created_at, orderId: last.order_id } : null;
    } while (before);
  }

  async refund(refund: {
    refundId: string;
    paymentId: string;
    amountMinor: number;
  }): Promise<RefundSnapshot> {
    const { refundId, amountMinor } = refund;
    const orderId = orderOf(refund.paymentId);
    return this.database.transaction(async (trx) => {
      const payment = await this.#rows(trx).where('order_id', '=', orderId).forUpdate().executeTakeFirst();
      const known = await this.#refund(trx, refundId);
      if (known) return known;
      const paidBack = await trx
        .selectFrom('cash_refunds')
        .select(({ fn }) => fn.coalesce(fn.sum<number>('amount_minor'), sql<number>`0`).as('minor'))
        .where('order_id', '=', orderId)
        .executeTakeFirstOrThrow();
      if (payment?.status !== 'collected' || paidBack.minor + amountMinor > payment.amount_minor) {
        throw new AppError('order_not_refundable', { reason: 'more than was collected' });
      }
      const values = { id: refundId, order_id: orderId, amount_minor: amountMinor };
      await trx.insertInto('cash_refunds').values(values).execute();
      return { id: refundId, refundId, status: 'succeeded', amountMinor, paymentId: refund.paymentId };
    });
  }

  async retrieveRefund(providerRefundId: string): Promise<RefundSnapshot> {
    const refund = await this.#refund(this.database.db, providerRefundId);
    if (!refund) throw new Error(`the cash book has no refund ${providerRefundId}`);
    return refund;
  }

  async methodOf(paymentId: string): Promise<PaidWith | null> {
    const { status } = await this.retrieve(paymentId);
    return status === 'succeeded' ? { kind: 'cash' } : null;
  }

  async disputesOf(): Promise<DisputeSnapshot[]> {
    return [];
  }

  async *disputedSince(): AsyncIterable<string> {}

  async #refund(executor: Executor, refundId: string): Promise<RefundSnapshot | undefined> {
    const row = await executor
      .selectFrom('cash_refunds')
      .select(['order_id', 'amount_minor'])
      .where('id', '=', refundId)
      .executeTakeFirst();
    if (!row) return undefined;
    const paymentId = this.paymentOf(row.order_id);
    return { id: refundId, refundId, status: 'succeeded', amountMinor: row.amount_minor, paymentId };
  }

  async #end(executor: Executor, paymentId: string, status: 'collected' | 'canceled'): Promise<boolean> {
    let query = executor
      .updateTable('cash_payments')
      .set({ status, code_sent_at: null, code_expires_at: null })
      .where('order_id', '=', orderOf(paymentId))
      .where('status', '=', 'open');
    if (status === 'collected') query = query.where('confirmed_at', 'is not', null);
    const { numUpdatedRows } = await query.executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  #rows(executor: Executor) {
    return executor
      .selectFrom('cash_payments')
      .select(['order_id', 'amount_minor', 'currency', 'status', 'created_at']);
  }
}

const statuses: Record<string, PaymentStatus> = { collected: 'succeeded', canceled: 'canceled' };

function toSnapshot(row: CashRow): PaymentSnapshot {
  const status = statuses[row.status] ?? 'open';
  return {
    id: idPrefix + row.order_id,
    status,
    amountMinor: row.amount_minor,
    amountReceivedMinor: status === 'succeeded' ? row.amount_minor : 0,
    awaitsBuyer: false,
    currency: row.currency,
    orderId: row.order_id,
  };
}

function orderOf(paymentId: string): string {
  return paymentId.slice(idPrefix.length);
}
