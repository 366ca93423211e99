import { Counter, type Registry } from 'prom-client';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Events, Jobs } from '../platform/events.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import {
  isFinal,
  type PaymentProvider,
  type PaymentProviders,
  type PaymentSnapshot,
  type RefundSnapshot,
} from './payment-provider.ts';
import type { PaymentRow, PaymentsStore, RefundRow } from './payments.store.ts';

const submitRefundJob = 'payments:submit-refund';

/** A payment that is not what its order asked for; nothing is changed and a person must look. */
export class PaymentMismatch extends Error {
  override readonly name = 'PaymentMismatch';
}

/** Says that the order of a payment does not exist, or not yet. */
export class UnknownOrder extends Error {
  override readonly name = 'UnknownOrder';
}

/**
 * Keeps our picture of the money true to the provider's. The provider is asked for the present state, whatever
 * brought us to ask; each change is announced as `payment.observed` in the transaction that stores it.
 */
export class PaymentsService {
  readonly #mismatches: Counter;

  constructor(
    private readonly database: Database,
    private readonly store: PaymentsStore,
    private readonly providers: PaymentProviders,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly log: Log,
    metrics: Registry,
  ) {
    this.#mismatches = new Counter({
      name: 'vybekart_payment_mismatches_total',
      help: 'Payments that contradict their order, left for a person',
      registers: [metrics],
    });
  }

  listen(): void {
    this.jobs.handle<{ refundId: string }>(submitRefundJob, ({ refundId }) => this.submitRefund(refundId));
  }

  /**
   * Fetches the payment and stores what changed. `orderId` is what the payment says of itself, for one that is not
   * stored yet. Throws {@link UnknownOrder}, {@link PaymentMismatch}, `payment_unavailable`.
   */
  async observe(
    paymentIntentId: string,
    orderId: string | null,
    provider: PaymentProvider = this.providers.online,
  ): Promise<void> {
    await this.#follow(paymentIntentId, orderId, provider, () => provider.retrieve(paymentIntentId));
  }

  /** Makes the payment impossible, or stores what it became instead. Undefined when the order has no payment. */
  async cancel(orderId: string): Promise<PaymentRow | undefined> {
    const payment = await this.store.find(this.database.db, orderId);
    if (!payment) return undefined;
    const id = payment.payment_intent_id;
    const provider = this.providers.named(payment.provider);
    await this.#follow(id, orderId, provider, () => provider.cancel(id));
    return this.store.find(this.database.db, orderId);
  }

  /** Writes down that money must go back; it is sent after the transaction commits. One refund for each key. */
  async requestRefund(
    executor: Executor,
    refund: Pick<RefundRow, 'order_id' | 'amount_minor' | 'reason' | 'restock'> & { key: string },
  ): Promise<string> {
    const id = newId();
    const isNew = await this.store.insertRefund(executor, { id, ...refund });
    if (!isNew) throw new Error(`the refund ${refund.key} exists already`);
    await this.jobs.add(executor, submitRefundJob, { refundId: id }, { key: `${submitRefundJob}:${id}` });
    return id;
  }

  /** Sends a refund, or asks what became of it. Again and again it is still one refund. */
  async submitRefund(refundId: string): Promise<void> {
    const refund = await this.store.findRefund(this.database.db, { id: refundId });
    if (refund?.status !== 'pending') return;
    const payment = await this.store.find(this.database.db, refund.order_id);
    if (!payment) throw new UnknownOrder(`refund ${refundId} has no payment`);
    const outcome = await this.#refundOutcome(refund, payment);
    await this.#applyRefund(refund, outcome);
  }

  /**
   * A refund changed at the online provider. One that somebody made there becomes ours when `paymentId`, what it says
   * of itself, is a payment of ours.
   */
  async observeRefund(providerRefundId: string, paymentId: string | null): Promise<void> {
    const refund = await this.store.findRefund(this.database.db, { providerRefundId });
    if (!refund) return this.#adoptRefund(providerRefundId, paymentId);
    if (refund.status === 'pending') return this.submitRefund(refund.id);
    if (refund.status === 'failed') return;
    const { status } = await this.providers.online.retrieveRefund(providerRefundId);
    await this.#applyRefund(refund, { status, providerRefundId });
  }

  /** Throws {@link PaymentMismatch} when this is not what the order must be paid with. */
  check(
    payment: PaymentRow,
    snapshot: Pick<PaymentSnapshot, 'id' | 'orderId' | 'amountMinor' | 'currency'>,
  ): void {
    const wrong = [
      snapshot.id === payment.payment_intent_id ? '' : `payment ${snapshot.id}`,
      snapshot.orderId === payment.order_id ? '' : `order ${snapshot.orderId}`,
      snapshot.amountMinor === payment.amount_minor ? '' : `amount ${snapshot.amountMinor}`,
      snapshot.currency === payment.currency ? '' : `currency ${snapshot.currency}`,
    ].filter((fact) => fact !== '');
    if (wrong.length > 0) this.#refuse(payment, wrong.join(', '));
  }

  async #adoptRefund(id: string, paymentId: string | null): Promise<void> {
    const { db } = this.database;
    const payment = paymentId === null ? undefined : await this.store.findByIntent(db, paymentId);
    if (!payment) return;
    const { refundId: ours, amountMinor, status } = await this.providers.online.retrieveRefund(id);
    // Whoever sent one of ours writes down what came of it.
    if (status === 'failed' || (ours && (await this.store.findRefund(db, { id: ours })))) return;
    const orderId = payment.order_id;
    await this.database.transaction(async (trx) => {
      const isNew = await this.store.insertRefund(trx, {
        id: newId(),
        order_id: orderId,
        amount_minor: amountMinor,
        reason: 'made_elsewhere',
        restock: false,
        status,
        provider_refund_id: id,
        key: `provider:${id}`,
      });
      if (!isNew) return;
      await this.events.publish(trx, 'payment.observed', { orderId });
      this.log.warn(
        { orderId, providerRefundId: id, amountMinor },
        'somebody refunded at the provider itself',
      );
    });
  }

  async #applyRefund(
    { id: refundId, order_id: orderId, amount_minor: amountMinor }: RefundRow,
    outcome: { status: RefundSnapshot['status']; providerRefundId: string | null },
  ): Promise<void> {
    await this.database.transaction(async (trx) => {
      const isNews = await this.store.applyRefund(trx, refundId, outcome);
      if (!isNews || outcome.status === 'pending') return;
      await this.events.publish(trx, 'payment.observed', { orderId });
      if (outcome.status !== 'failed') return;
      await this.events.publish(trx, 'refund.failed', { orderId, refundId });
      this.log.error({ orderId, refundId, amountMinor }, 'a refund failed; somebody must refund by hand');
    });
  }

  async #refundOutcome(refund: RefundRow, payment: PaymentRow) {
    const provider = this.providers.named(payment.provider);
    try {
      const snapshot = refund.provider_refund_id
        ? await provider.retrieveRefund(refund.provider_refund_id)
        : await provider.refund({
            refundId: refund.id,
            paymentId: payment.payment_intent_id,
            amountMinor: refund.amount_minor,
          });
      return { status: snapshot.status, providerRefundId: snapshot.id };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'order_not_refundable') throw error;
      return { status: 'failed', providerRefundId: null } as const;
    }
  }

  async #follow(
    paymentIntentId: string,
    orderId: string | null,
    provider: PaymentProvider,
    fetch: () => Promise<PaymentSnapshot>,
  ): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const payment = await this.#known(paymentIntentId, orderId, provider);
      if (isFinal(payment.status)) return;
      const snapshot = await fetch();
      this.check(payment, snapshot);
      if (snapshot.status === 'succeeded' && snapshot.amountReceivedMinor !== payment.amount_minor) {
        this.#refuse(payment, `received ${snapshot.amountReceivedMinor}`);
      }
      const isApplied = await this.database.transaction(async (trx) => {
        if (!(await this.store.apply(trx, payment, snapshot))) return false;
        const isAskedNow = snapshot.awaitsBuyer && payment.awaits_buyer_since === null;
        if (snapshot.status !== payment.status || isAskedNow) {
          await this.events.publish(trx, 'payment.observed', { orderId: payment.order_id });
        }
        return true;
      });
      if (isApplied) return;
    }
    throw new Error(`payment ${paymentIntentId} changed under every attempt to read it`);
  }

  async #known(
    paymentIntentId: string,
    orderId: string | null,
    provider: PaymentProvider,
  ): Promise<PaymentRow> {
    const stored = await this.store.findByIntent(this.database.db, paymentIntentId);
    if (stored) return stored;
    if (orderId !== null) {
      await this.store.adopt(this.database.db, provider.name, paymentIntentId, orderId);
      const adopted = await this.store.find(this.database.db, orderId);
      if (adopted?.payment_intent_id === paymentIntentId) return adopted;
      if (adopted) this.#refuse(adopted, `payment ${paymentIntentId}`);
    }
    throw new UnknownOrder(`payment ${paymentIntentId} names no order of ours`);
  }

  #refuse(payment: PaymentRow, fact: string): never {
    this.#mismatches.inc();
    this.log.error({ orderId: payment.order_id, fact }, 'a payment contradicts its order');
    throw new PaymentMismatch(`order ${payment.order_id}: ${fact}`);
  }
}
