import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { Disputes } from './disputes.ts';
import type { PaymentProvider, PaymentProviders } from './payment-provider.ts';
import { PaymentMismatch, type PaymentsService, UnknownOrder } from './payments.service.ts';
import type { PaymentsStore } from './payments.store.ts';

const turnMs = 30_000;
const staleSeconds = 120;
const perTurn = 50;
/** Payments are listed again from this long before the last comparison, because clocks differ. */
const overlapSeconds = 600;

/** Asks each provider what nothing has told us: the net under lost, late and refused events, and under crashes. */
export class Reconciler {
  constructor(
    private readonly database: Database,
    private readonly store: PaymentsStore,
    private readonly payments: PaymentsService,
    private readonly providers: PaymentProviders,
    private readonly disputes: Disputes,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  listen(): void {
    this.jobs.every('payments:reconcile', turnMs, () => this.reconcile());
  }

  /** One round. `olderThanSeconds`: leaves alone what was looked at more recently. */
  async reconcile(olderThanSeconds = staleSeconds): Promise<void> {
    const { db } = this.database;
    for (const provider of this.providers) {
      for (const id of await this.store.claimUnobserved(db, provider.name, olderThanSeconds, perTurn)) {
        await this.#try({ paymentIntentId: id }, () => this.payments.observe(id, null, provider));
      }
    }
    for (const refundId of await this.store.claimPendingRefunds(db, olderThanSeconds, perTurn)) {
      await this.#try({ refundId }, () => this.payments.submitRefund(refundId));
    }
    for (const provider of this.providers) await this.#findUnknown(provider);
    await this.disputes.reconcile(olderThanSeconds);
  }

  /** Payments that were made for an order of ours, which crashed before it could write them down. */
  async #findUnknown(provider: PaymentProvider): Promise<void> {
    const startedAt = await this.#now();
    const since = await this.#watermark(provider);
    for await (const snapshot of provider.createdSince(since)) {
      const { id, orderId } = snapshot;
      if (orderId === null || (await this.store.findByIntent(this.database.db, id))) continue;
      await this.#try({ paymentIntentId: id, orderId }, () => this.payments.observe(id, orderId, provider));
    }
    await this.database.db
      .insertInto('payment_watermarks')
      .values({ provider: provider.name, listed_until: startedAt })
      .onConflict((conflict) => conflict.column('provider').doUpdateSet({ listed_until: startedAt }))
      .execute();
  }

  async #watermark(provider: PaymentProvider): Promise<Date> {
    const { rows } = await sql<{ since: Date }>`
      select coalesce((select listed_until from payment_watermarks where provider = ${provider.name}), now())
             - make_interval(secs => ${overlapSeconds}) as since`.execute(this.database.db);
    return rows[0]?.since ?? new Date(0);
  }

  async #now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(this.database.db);
    return rows[0]?.now ?? new Date(0);
  }

  async #try(facts: object, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // A mismatch was told already; an unknown order belongs to somebody who shares the account.
      if (error instanceof PaymentMismatch || error instanceof UnknownOrder) return;
      this.log.warn({ ...facts, err: error }, 'a payment could not be reconciled yet');
    }
  }
}
