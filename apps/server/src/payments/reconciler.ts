import { sql } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { Disputes } from './disputes.ts';
import type { PaymentProvider, PaymentProviders } from './payment-provider.ts';
import { PaymentMismatch, type PaymentsService, UnknownOrder } from './payments.service.ts';
import type { PaymentsStore } from './payments.store.ts';

const turnMs = 30_000;
const staleSeconds = 120;
/** Enough for 2,000 silent payments to be asked about within five minutes, at a quarter of a second for each answer. */
const atOnce = 16;
const perTurn = 1008;
const longestMs = 20_000;
/** Within so many days a bank may send back what it took for a refund (docs.stripe.com/refunds#failed-refunds). */
const refundDays = 30;
/** About refunds that succeeded it is enough to ask twice a day. */
const settledTurns = 360;
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
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  listen(): void {
    this.jobs.every('payments:reconcile', turnMs, () => this.reconcile());
  }

  /** One round. `olderThanSeconds`: leaves alone what was looked at more recently. */
  async reconcile(olderThanSeconds = staleSeconds): Promise<void> {
    const { db } = this.database;
    const staleSince = await this.#ago(olderThanSeconds);
    for (const provider of this.providers) {
      await this.#askAll(
        () => this.store.claimUnobserved(db, provider.name, staleSince, atOnce),
        (paymentIntentId) => this.payments.observe(paymentIntentId, null, provider),
      );
    }
    await this.#askAll(
      () => this.store.claimPendingRefunds(db, staleSince, atOnce),
      (refundId) => this.payments.submitRefund(refundId),
    );
    const { online } = this.providers;
    const settledSince = await this.#ago(olderThanSeconds * settledTurns);
    await this.#askAll(
      () => this.store.claimSucceededRefunds(db, online.name, settledSince, refundDays, atOnce),
      (providerRefundId) => this.payments.observeRefund(providerRefundId, null),
    );
    for (const provider of this.providers) {
      await this.#try({ provider: provider.name }, () => this.#findUnknown(provider));
    }
    await this.#try({ part: 'disputes' }, () => this.disputes.reconcile(olderThanSeconds));
  }

  /** Goes on until nothing is left or the provider is away, within bounds; what is left is for the next turn. */
  async #askAll(claim: () => Promise<string[]>, ask: (id: string) => Promise<void>): Promise<void> {
    const endMs = this.clock.monotonicMs() + longestMs;
    for (let left = perTurn; left > 0 && this.clock.monotonicMs() < endMs; left -= atOnce) {
      const ids = await claim();
      const failures = await Promise.all(ids.map((id) => this.#try({ id }, () => ask(id))));
      if (ids.length === 0 || failures.some(isAway)) return;
    }
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

  /** To the microsecond, so that nothing of the last millisecond is left out. */
  async #ago(seconds: number): Promise<string> {
    const { rows } = await sql<{ ago: string }>`
      select (now() - make_interval(secs => ${seconds}))::text as ago`.execute(this.database.db);
    return rows[0]?.ago ?? '-infinity';
  }

  async #now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(this.database.db);
    return rows[0]?.now ?? new Date(0);
  }

  /** Resolves with why it failed, told already. */
  async #try(facts: object, act: () => Promise<void>): Promise<unknown> {
    try {
      await act();
      return undefined;
    } catch (error) {
      // A mismatch was told already; an unknown order belongs to somebody who shares the account.
      if (!(error instanceof PaymentMismatch || error instanceof UnknownOrder)) {
        this.log.warn({ ...facts, err: error }, 'a payment could not be reconciled yet');
      }
      return error;
    }
  }
}

const isAway = (failure: unknown): boolean =>
  failure instanceof AppError && failure.code === 'payment_unavailable';
