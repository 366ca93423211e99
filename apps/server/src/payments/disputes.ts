import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { DisputesStore } from './disputes.store.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { PaymentsStore } from './payments.store.ts';

/** A dispute takes weeks, so an undecided one is asked about once an hour, also when no webhook came. */
const staleTurns = 30;
const perTurn = 50;
/** Disputes are listed again from this long before the last time, because clocks differ. */
const overlapSeconds = 600;

/**
 * Keeps our picture of disputes true to the provider's, which is asked for the present whatever brought us to ask.
 * Each change is announced as `payment.disputed` in the transaction that stores it.
 */
export class Disputes {
  constructor(
    private readonly database: Database,
    private readonly store: DisputesStore,
    private readonly payments: PaymentsStore,
    private readonly provider: PaymentProvider,
    private readonly events: Events,
    private readonly log: Log,
  ) {}

  /** Fetches the disputes of a payment and stores what changed; a payment that is not ours is left alone. */
  async observe(paymentId: string): Promise<void> {
    const payment = await this.payments.findByIntent(this.database.db, paymentId);
    if (!payment) return;
    const { order_id: orderId } = payment;
    const disputes = await this.provider.disputesOf(paymentId);
    await this.database.transaction(async (trx) => {
      for (const dispute of disputes) {
        if (!(await this.store.apply(trx, orderId, dispute))) continue;
        const { id: disputeId, status } = dispute;
        await this.events.publish(trx, 'payment.disputed', { orderId, disputeId, status });
        this.log.warn({ orderId, disputeId, status, reason: dispute.reason }, 'a bank asks about a payment');
      }
    });
  }

  /** Finds what no webhook told: new disputes, and what became of those that are known. */
  async reconcile(olderThanSeconds: number): Promise<void> {
    const { db } = this.database;
    const undecided = await this.store.claimUndecided(db, olderThanSeconds * staleTurns, perTurn);
    for (const paymentId of undecided) await this.#try(paymentId);
    const { since, now } = await this.#watermark();
    for await (const paymentId of this.provider.disputedSince(since)) await this.#try(paymentId);
    await db
      .insertInto('payment_watermarks')
      .values({ provider: this.#watermarkName, listed_until: now })
      .onConflict((conflict) => conflict.column('provider').doUpdateSet({ listed_until: now }))
      .execute();
  }

  get #watermarkName(): string {
    return `${this.provider.name} disputes`;
  }

  async #watermark(): Promise<{ since: Date; now: Date }> {
    const { rows } = await sql<{ since: Date; now: Date }>`
      select now(), coalesce((select listed_until from payment_watermarks where provider = ${this.#watermarkName}), now())
             - make_interval(secs => ${overlapSeconds}) as since`.execute(this.database.db);
    return rows[0] ?? { since: new Date(0), now: new Date(0) };
  }

  async #try(paymentId: string): Promise<void> {
    try {
      await this.observe(paymentId);
    } catch (error) {
      this.log.warn({ paymentId, err: error }, 'a dispute could not be asked about yet');
    }
  }
}
