import { Id } from '@vybekart/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { Disputes } from './disputes.ts';
import { PaymentMismatch, type PaymentsService } from './payments.service.ts';
import type { PaymentsStore } from './payments.store.ts';
import type { PaymentsOptions } from './payments-options.ts';
import { verifySignature } from './webhook-signature.ts';

const applyEventJob = 'payments:apply-event';
/** With the queue's backoff about three hours: longer than a crash between the payment and its order can last. */
const maxAttempts = 14;

/**
 * How long an event that was applied is kept. Stripe sends one again for three days and can list it for thirty
 * (docs.stripe.com/api/events); a person who looks into a payment may want it a quarter later. What is quarantined or
 * not applied yet stays.
 */
const keptDays = 90;
const purgeEveryMs = 3_600_000;
const perPurge = 10_000;

const StripeEvent = z.looseObject({
  id: z.string().regex(/^evt_\w{1,200}$/),
  object: z.literal('event'),
  type: z.string().min(1).max(200),
  livemode: z.boolean(),
  data: z.looseObject({ object: z.looseObject({}) }),
});

const StripeObjectId = z.string().regex(/^[a-z]+_\w{1,200}$/);
const IntentObject = z.looseObject({
  id: StripeObjectId,
  amount: z.int(),
  currency: z.string(),
  metadata: z.looseObject({ order_id: Id.optional().catch(undefined) }),
});
const RefundObject = z.looseObject({ id: StripeObjectId, payment_intent: StripeObjectId.nullish() });
const DisputeObject = z.looseObject({ payment_intent: StripeObjectId });

/**
 * Takes what Stripe posts: verified, stored, answered, and only then applied by a job. An event is a hint that
 * something changed; its order, its copies and its age do not matter, because the provider is asked for the present.
 */
export class WebhookInbox {
  constructor(
    private readonly database: Database,
    private readonly payments: PaymentsService,
    private readonly disputes: Disputes,
    private readonly store: PaymentsStore,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly options: PaymentsOptions,
    private readonly log: Log,
  ) {}

  listen(): void {
    this.jobs.handle<{ eventId: string }>(applyEventJob, ({ eventId }) => this.apply(eventId));
    this.jobs.every('payments:purge-events', purgeEveryMs, () => this.purge());
  }

  /**
   * Resolves when the event is stored. Throws `invalid_signature`, `unknown_event`, or a database error, after which
   * Stripe sends it again for three days.
   */
  async receive(rawBody: Buffer, signature: string | string[] | undefined): Promise<void> {
    verifySignature(rawBody, signature, this.options.webhookSecret, this.clock.now());
    const text = rawBody.toString('utf8');
    const event = StripeEvent.safeParse(JSON.parse(text));
    if (!event.success || event.data.livemode !== this.options.isLive) throw new AppError('unknown_event');
    const { id, type } = event.data;
    await this.database.transaction(async (trx) => {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('payment_events')
        .values({ id, type, payload: text })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) return;
      await this.jobs.add(
        trx,
        applyEventJob,
        { eventId: id },
        { key: `${applyEventJob}:${id}`, maxAttempts },
      );
    });
  }

  /** Forgets the oldest events that are done with, some at a time. */
  async purge(): Promise<void> {
    await sql`
      delete from payment_events where id in (
        select id from payment_events
        where received_at < now() - make_interval(days => ${keptDays})
          and processed_at is not null and quarantined_because is null
        limit ${perPurge} for update skip locked)`.execute(this.database.db);
  }

  async apply(eventId: string): Promise<void> {
    const row = await this.database.db
      .selectFrom('payment_events')
      .select(['type', 'payload', 'processed_at'])
      .where('id', '=', eventId)
      .executeTakeFirst();
    if (!row || row.processed_at) return;
    const { data } = StripeEvent.parse(row.payload);
    try {
      await this.#follow(row.type, data.object);
    } catch (error) {
      if (!(error instanceof PaymentMismatch)) throw error;
      this.log.error({ eventId, type: row.type }, 'a payment event is quarantined');
      await this.#finish(eventId, error.message);
      return;
    }
    await this.#finish(eventId, null);
  }

  async #follow(type: string, object: object): Promise<void> {
    if (type.startsWith('payment_intent.')) {
      const intent = IntentObject.parse(object);
      const orderId = intent.metadata.order_id ?? null;
      const payment = await this.store.findByIntent(this.database.db, intent.id);
      if (!payment && orderId === null) return;
      if (payment) {
        this.payments.check(payment, {
          id: intent.id,
          orderId,
          amountMinor: intent.amount,
          currency: intent.currency,
        });
      }
      await this.payments.observe(intent.id, orderId);
    } else if (type.startsWith('refund.')) {
      const { id, payment_intent: paymentId } = RefundObject.parse(object);
      await this.payments.observeRefund(id, paymentId ?? null);
    } else if (type.startsWith('charge.dispute.')) {
      await this.disputes.observe(DisputeObject.parse(object).payment_intent);
    }
  }

  async #finish(eventId: string, quarantinedBecause: string | null): Promise<void> {
    await this.database.db
      .updateTable('payment_events')
      .set({ processed_at: sql`now()`, quarantined_because: quarantinedBecause })
      .where('id', '=', eventId)
      .execute();
  }
}
