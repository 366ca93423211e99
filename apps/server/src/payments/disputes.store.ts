import type { DisputeStatus } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import type { DisputeSnapshot } from './payment-provider.ts';

/** What is known of an order's inquiries and disputes together: which are undecided, and what the lost ones cost. */
export interface DisputeStanding {
  hasInquiry: boolean;
  isOpen: boolean;
  lostMinor: number;
}

/** The only way that one takes; `won` and `lost` are final. */
const statusesBefore: Record<DisputeStatus, readonly DisputeStatus[]> = {
  inquiry: [],
  inquiry_closed: ['inquiry'],
  open: ['inquiry', 'inquiry_closed'],
  won: ['inquiry', 'inquiry_closed', 'open'],
  lost: ['inquiry', 'inquiry_closed', 'open'],
};
/** Beyond it no network lets a buyer dispute a payment any more. */
const closedInquiryDays = 180;

/** Disputes as the provider told of them. */
export class DisputesStore {
  /** True when it is new or went on now. What we knew later stays. */
  async apply(executor: Executor, orderId: string, dispute: DisputeSnapshot): Promise<boolean> {
    const { id, status, amountMinor, reason } = dispute;
    const isUndecided = status === 'open' || status === 'inquiry';
    const closedAt = isUndecided ? null : sql<Date>`now()`;
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
          .where(sql<boolean>`disputes.status = any(${statusesBefore[status]})`),
      )
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async standing(executor: Executor, orderId: string): Promise<DisputeStanding> {
    const { rows } = await sql<DisputeStanding>`
      select coalesce(bool_or(status = 'inquiry'), false) as "hasInquiry",
             coalesce(bool_or(status = 'open'), false) as "isOpen",
             coalesce(sum(amount_minor) filter (where status = 'lost'), 0) as "lostMinor"
      from disputes where order_id = ${orderId}`.execute(executor);
    return rows[0] ?? { hasInquiry: false, isOpen: false, lostMinor: 0 };
  }

  /** Claims the payments of which the bank may say more and was last asked longer ago than this; each for one node. */
  async claimUndecided(executor: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
    const { rows } = await sql<{ paymentId: string }>`
      update disputes set observed_at = now() from payments
      where payments.order_id = disputes.order_id and disputes.id in (
        select id from disputes
        where (status in ('inquiry', 'open')
               or status = 'inquiry_closed' and created_at > now() - make_interval(days => ${closedInquiryDays}))
          and observed_at < now() - make_interval(secs => ${olderThanSeconds})
        order by observed_at limit ${limit} for update skip locked)
      returning payments.payment_intent_id as "paymentId"`.execute(executor);
    return [...new Set(rows.map((row) => row.paymentId))];
  }
}
