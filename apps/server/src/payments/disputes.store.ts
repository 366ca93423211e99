import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import type { DisputeSnapshot } from './payment-provider.ts';

/** What is known of an order's disputes together: whether one is undecided, and what the lost ones cost. */
export interface DisputeStanding {
  isOpen: boolean;
  lostMinor: number;
}

/** Disputes as the provider told of them. */
export class DisputesStore {
  /** True when it is new or was decided now. A decided one stays as it is. */
  async apply(executor: Executor, orderId: string, dispute: DisputeSnapshot): Promise<boolean> {
    const { id, status, amountMinor, reason } = dispute;
    const closedAt = status === 'open' ? null : sql<Date>`now()`;
    const row = await executor
      .insertInto('disputes')
      .values({ id, order_id: orderId, status, amount_minor: amountMinor, reason, closed_at: closedAt })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({
            status,
            amount_minor: amountMinor,
            closed_at: closedAt,
            observed_at: sql<Date>`now()`,
          })
          .where('disputes.status', '=', 'open')
          .where(sql<boolean>`excluded.status <> 'open'`),
      )
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async standing(executor: Executor, orderId: string): Promise<DisputeStanding> {
    const { rows } = await sql<DisputeStanding>`
      select coalesce(bool_or(status = 'open'), false) as "isOpen",
             coalesce(sum(amount_minor) filter (where status = 'lost'), 0) as "lostMinor"
      from disputes where order_id = ${orderId}`.execute(executor);
    return rows[0] ?? { isOpen: false, lostMinor: 0 };
  }

  /** Claims the payments with an open dispute that was last asked about longer ago than this; each for one node. */
  async claimOpen(executor: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
    const { rows } = await sql<{ paymentId: string }>`
      update disputes set observed_at = now() from payments
      where payments.order_id = disputes.order_id and disputes.id in (
        select id from disputes
        where status = 'open' and observed_at < now() - make_interval(secs => ${olderThanSeconds})
        order by observed_at limit ${limit} for update skip locked)
      returning payments.payment_intent_id as "paymentId"`.execute(executor);
    return [...new Set(rows.map((row) => row.paymentId))];
  }
}
