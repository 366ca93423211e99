import { Id } from '@vybekart/contract';
import Stripe from 'stripe';
import { AppError } from '../platform/app-error.ts';
import { crashPoint } from '../platform/crash-points.ts';
import type { CallPace } from './call-pace.ts';
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

const requestTimeoutMs = 10_000;
/** Stripe keeps keys for at least 24 hours (docs.stripe.com/api/idempotent_requests). */
const keysLastMs = 20 * 3600_000;
const clocksDifferMs = 600_000;

/** Stripe through its own library; another `apiBase` makes it talk to the bundled emulator instead. */
export class StripePayments extends PaymentProvider {
  readonly name = 'stripe';
  readonly #stripe: Stripe;

  /** `apiBase`: null for api.stripe.com. `pace`: null for no limit of our own. `timeoutMs`: for each of three tries. */
  constructor(
    secretKey: string,
    apiBase: string | null,
    pace: CallPace | null,
    timeoutMs = requestTimeoutMs,
  ) {
    super();
    this.#stripe = new Stripe(secretKey, {
      ...addressOf(apiBase),
      telemetry: false,
      timeout: timeoutMs,
      maxNetworkRetries: 2,
      ...(pace && { httpClient: pacedClient(pace) }),
    });
    this.#stripe.on('response', () => crashPoint('stripe_call'));
  }

  async create(order: PaymentRequest): Promise<NewPayment> {
    const made = order.paymentId ?? (await this.#madeLongAgo(order));
    const intent = made
      ? await this.#call(() => this.#stripe.paymentIntents.retrieve(made))
      : await this.#make(order);
    if (!intent.client_secret) throw new Error(`PaymentIntent ${intent.id} came without a client secret`);
    const nextStep = { kind: 'client_secret', clientSecret: intent.client_secret } as const;
    return { ...toPayment(intent), nextStep };
  }

  /** Stripe forgets keys after a day, so a payment for an older order is looked for. */
  async #madeLongAgo({ orderId, placedAt }: PaymentRequest): Promise<string | undefined> {
    if (Date.now() - placedAt.getTime() < keysLastMs) return undefined;
    for await (const payment of this.createdSince(new Date(placedAt.getTime() - clocksDifferMs))) {
      if (payment.orderId === orderId) return payment.id;
    }
    return undefined;
  }

  #make(order: PaymentRequest): Promise<Stripe.PaymentIntent> {
    return this.#call(() =>
      this.#stripe.paymentIntents.create(
        {
          amount: order.amountMinor,
          currency: order.currency,
          automatic_payment_methods: { enabled: true },
          metadata: { order_id: order.orderId },
        },
        { idempotencyKey: `order:${order.orderId}:pi:1` },
      ),
    ).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      throw new AppError('payment_refused', { reason: error.code }, { cause: error });
    });
  }

  async retrieve(paymentId: string): Promise<PaymentSnapshot> {
    return toPayment(await this.#call(() => this.#stripe.paymentIntents.retrieve(paymentId)));
  }

  async cancel(paymentId: string): Promise<PaymentSnapshot> {
    try {
      return toPayment(
        await this.#call(() =>
          this.#stripe.paymentIntents.cancel(
            paymentId,
            { cancellation_reason: 'abandoned' },
            // A refusal is stored under its key at Stripe, and a refused payment may be cancelable later.
            { idempotencyKey: `cancel:${paymentId}:${crypto.randomUUID()}` },
          ),
        ),
      );
    } catch (error) {
      const isRefused =
        error instanceof Stripe.errors.StripeError && error.code === 'payment_intent_unexpected_state';
      if (!isRefused) throw error;
      return this.retrieve(paymentId);
    }
  }

  async *createdSince(since: Date): AsyncIterable<PaymentSnapshot> {
    const created = { gte: Math.floor(since.getTime() / 1000) };
    let after: string | undefined;
    do {
      const page = await this.#call(() =>
        this.#stripe.paymentIntents.list({
          created,
          limit: 100,
          ...(after === undefined ? {} : { starting_after: after }),
        }),
      );
      for (const intent of page.data) yield toPayment(intent);
      after = page.has_more ? page.data.at(-1)?.id : undefined;
    } while (after !== undefined);
  }

  async refund(refund: {
    refundId: string;
    paymentId: string;
    amountMinor: number;
  }): Promise<RefundSnapshot> {
    try {
      // A key is forgotten after a day, and a refund may be sent again later than that.
      const made = await this.#call(() => this.#madeRefund(refund));
      if (made) return toRefund(made);
      return toRefund(await this.#call(() => this.#createRefund(refund, `refund:${refund.refundId}`)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new AppError('order_not_refundable', { reason: error.code }, { cause: error });
    }
  }

  /**
   * A 500 is kept under its key at Stripe and would be repeated for a day, whether the refund was made or not
   * (docs.stripe.com/error-low-level). So it is looked for, and else asked for under a key that is derived from the
   * failed request: everybody who tries again at the same time derives the same one.
   */
  async #createRefund(
    refund: { refundId: string; paymentId: string; amountMinor: number },
    idempotencyKey: string,
  ): Promise<Stripe.Refund> {
    const { refundId, paymentId } = refund;
    try {
      return await this.#stripe.refunds.create(
        { payment_intent: paymentId, amount: refund.amountMinor, metadata: { refund_id: refundId } },
        { idempotencyKey },
      );
    } catch (error) {
      const failedRequest = keptFailure(error);
      if (failedRequest === undefined) throw error;
      return (
        (await this.#madeRefund(refund)) ?? this.#createRefund(refund, `refund:${refundId}:${failedRequest}`)
      );
    }
  }

  async #madeRefund(refund: { refundId: string; paymentId: string }): Promise<Stripe.Refund | undefined> {
    const { refundId, paymentId } = refund;
    for await (const made of this.#stripe.refunds.list({ payment_intent: paymentId, limit: 100 })) {
      if (made.metadata?.refund_id === refundId) return made;
    }
    return undefined;
  }

  async retrieveRefund(providerRefundId: string): Promise<RefundSnapshot> {
    return toRefund(await this.#call(() => this.#stripe.refunds.retrieve(providerRefundId)));
  }

  async methodOf(paymentId: string): Promise<PaidWith | null> {
    const { latest_charge: charge } = await this.#call(() =>
      this.#stripe.paymentIntents.retrieve(paymentId, { expand: ['latest_charge'] }),
    );
    const details = charge && typeof charge === 'object' ? charge.payment_method_details : null;
    if (!details) return null;
    const { card } = details;
    if (card?.brand && card.last4) {
      return { kind: 'card', brand: brands[card.brand] ?? card.brand, lastDigits: card.last4 };
    }
    return { kind: details.type === 'upi' ? 'upi' : 'other' };
  }

  async disputesOf(paymentId: string): Promise<DisputeSnapshot[]> {
    const { data } = await this.#call(() =>
      this.#stripe.disputes.list({ payment_intent: paymentId, limit: 100 }),
    );
    return data.map(({ id, status, amount, reason }) => ({
      id,
      status: disputeStatuses[status] ?? 'open',
      amountMinor: amount,
      reason,
    }));
  }

  async *disputedSince(since: Date): AsyncIterable<string> {
    const created = { gte: Math.floor(since.getTime() / 1000) };
    let after: string | undefined;
    do {
      const page = await this.#call(() =>
        this.#stripe.disputes.list({
          created,
          limit: 100,
          ...(after === undefined ? {} : { starting_after: after }),
        }),
      );
      for (const { payment_intent: intent } of page.data) {
        if (intent) yield typeof intent === 'string' ? intent : intent.id;
      }
      after = page.has_more ? page.data.at(-1)?.id : undefined;
    } while (after !== undefined);
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (isUnavailable(error)) {
        if (error.detail instanceof AppError) throw error.detail;
        throw new AppError('payment_unavailable', { retryAfterMs: 2000 }, { cause: error });
      }
      throw error;
    }
  }
}

/** docs.stripe.com/api/disputes/object#dispute_object-status; the others are open. A warning is an inquiry. */
const disputeStatuses: Record<string, DisputeSnapshot['status']> = {
  won: 'won',
  lost: 'lost',
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'inquiry_closed',
  prevented: 'won',
};

/** Every request waits for its turn, also one that the library makes by itself: a retry, a further page. */
function pacedClient(pace: CallPace): NonNullable<Stripe.StripeConfig['httpClient']> {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(...request) {
      await pace.turn();
      return client.makeRequest(...request);
    },
  };
}

function addressOf(apiBase: string | null) {
  if (apiBase === null) return {};
  const url = new URL(apiBase);
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return { protocol, host: url.hostname, port: url.port || (protocol === 'https' ? 443 : 80) } as const;
}

/** Stripe did nothing and never will with these parameters. */
function isRefusal(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400;
}

/** No answer, 429, 5xx, or the same idempotency key still at work (docs.stripe.com/error-low-level). */
function isUnavailable(error: unknown): error is Stripe.errors.StripeError {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    error.statusCode === undefined ||
    error.statusCode >= 500 ||
    error.statusCode === 429 ||
    error.code === 'idempotency_key_in_use'
  );
}

/** The request whose 500 Stripe repeated, when it did. */
function keptFailure(error: unknown): string | undefined {
  if (!(error instanceof Stripe.errors.StripeError) || (error.statusCode ?? 0) < 500) return undefined;
  return error.headers?.['idempotent-replayed'] === 'true' ? error.headers['original-request'] : undefined;
}

/** As the networks write themselves; docs.stripe.com/api/charges/object. */
const brands: Record<string, string> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  rupay: 'RuPay',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

const statuses: Record<string, PaymentStatus> = {
  processing: 'processing',
  succeeded: 'succeeded',
  canceled: 'canceled',
};

function toPayment(intent: Stripe.PaymentIntent): PaymentSnapshot {
  return {
    id: intent.id,
    status: statuses[intent.status] ?? 'open',
    amountMinor: intent.amount,
    amountReceivedMinor: intent.amount_received,
    awaitsBuyer: intent.status === 'requires_action',
    currency: intent.currency,
    orderId: intent.metadata.order_id ?? null,
  };
}

function toRefund(refund: Stripe.Refund): RefundSnapshot {
  const intent = refund.payment_intent;
  const isOver = refund.status === 'failed' || refund.status === 'canceled';
  return {
    id: refund.id,
    refundId: Id.nullable()
      .catch(null)
      .parse(refund.metadata?.refund_id ?? null),
    status: refund.status === 'succeeded' ? 'succeeded' : isOver ? 'failed' : 'pending',
    amountMinor: refund.amount,
    paymentId: typeof intent === 'string' ? intent : (intent?.id ?? null),
  };
}
