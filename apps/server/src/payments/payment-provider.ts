import type { DisputeStatus } from '@vybekart/contract';

/**
 * `open`: the money can still come. `processing`: the buyer has paid, but the bank has not answered. Only
 * `processing` ever goes back (to `open`, when the bank says no); `succeeded` and `canceled` are final.
 */
export type PaymentStatus = 'open' | 'processing' | 'succeeded' | 'canceled';

export const isFinal = (status: PaymentStatus): boolean => status === 'succeeded' || status === 'canceled';

/** A payment as it was at one moment. `orderId`: ours, null when somebody else made it. */
export interface PaymentSnapshot {
  id: string;
  status: PaymentStatus;
  amountMinor: number;
  /** `amountMinor` from `succeeded` on, 0 before. */
  amountReceivedMinor: number;
  /** The bank asks the buyer whether it was them (3-D Secure, the app of UPI). */
  awaitsBuyer: boolean;
  /** ISO 4217, lower case. */
  currency: string;
  orderId: string | null;
}

/**
 * What an order is paid with. `paymentId`: the payment that is known to be made for it. `payableUntil`: until then its
 * stock is held for a buyer who has done nothing yet.
 */
export interface PaymentRequest {
  orderId: string;
  buyerId: string;
  amountMinor: number;
  currency: string;
  paymentId: string | null;
  placedAt: Date;
  payableUntil: Date;
}

/**
 * How the buyer goes on. `client_secret` lets its holder pay at the provider. `one_time_code`: a code went to where
 * the buyer alone reads it, and comes back to us. Either goes to the buyer alone.
 */
type BuyersNextStep =
  | { kind: 'client_secret'; clientSecret: string }
  | ({ kind: 'one_time_code' } & SentCode);

/** `masked`: where the code went, recognizable for its owner and for nobody else. */
export interface SentCode {
  sentTo: { channel: 'inbox' | 'sms'; masked: string };
  expiresAt: Date;
  /** When another one may be asked for; null: this was the last. */
  nextCodeAt: Date | null;
  triesLeft: number;
}

export interface NewPayment extends PaymentSnapshot {
  nextStep: BuyersNextStep;
}

/** `refundId`: ours, null when somebody made it at the provider itself. */
export interface RefundSnapshot {
  id: string;
  refundId: string | null;
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: number;
  paymentId: string | null;
}

/** `amountMinor`: what it is about. */
export interface DisputeSnapshot {
  id: string;
  status: DisputeStatus;
  amountMinor: number;
  /** The provider's word for it. */
  reason: string;
}

/** With what somebody paid, as far as a receipt may say it. `lastDigits`: four of them. */
export type PaidWith =
  | { kind: 'card'; brand: string; lastDigits: string }
  | { kind: 'upi' }
  | { kind: 'cash' }
  | { kind: 'other' };

/**
 * Who takes the money, by card, by UPI or at the door. What every provider guarantees:
 *
 * - Each call may be made again after a crash or a lost answer, also by several nodes at once: it happens once.
 * - The provider decides races: a payment that was cancelled can never succeed, one that succeeded can never be
 *   cancelled, and both answers are final.
 * - It remembers every payment that it made, whether or not we wrote it down (`createdSince`).
 * - It announces nothing here. What changes is observed by asking, however one came to ask (a webhook, a seller's
 *   word, the reconciler).
 *
 * Every call throws `payment_unavailable` (or, where the provider is our own database, that database's error) when
 * there was no answer; the effect is then unknown. Any other error is a defect of ours and is not mended by trying
 * again.
 */
export abstract class PaymentProvider {
  /** Stored beside each payment and never changed: payments find their provider by it. */
  abstract readonly name: string;

  /**
   * One payment for each order, however often it is called; the next step is told anew. Throws `payment_refused` when
   * the provider will never take it (an amount too small); there is no payment then.
   */
  abstract create(request: PaymentRequest): Promise<NewPayment>;

  /** Throws when it made no such payment. */
  abstract retrieve(paymentId: string): Promise<PaymentSnapshot>;

  /**
   * After it, either the payment is `canceled` and can never be paid, or the snapshot says what it is instead
   * (`succeeded`, `processing`).
   */
  abstract cancel(paymentId: string): Promise<PaymentSnapshot>;

  /** The payments made at or after this moment, the newest first. */
  abstract createdSince(since: Date): AsyncIterable<PaymentSnapshot>;

  /**
   * One refund for each `refundId`, however often it is called; together never more than was received. Throws
   * `order_not_refundable` when the provider will never make this one (unpaid, too much, disputed, refunded elsewhere).
   */
  abstract refund(refund: {
    refundId: string;
    paymentId: string;
    amountMinor: number;
  }): Promise<RefundSnapshot>;

  abstract retrieveRefund(providerRefundId: string): Promise<RefundSnapshot>;

  /** Null while nothing is paid, or when the provider does not say. */
  abstract methodOf(paymentId: string): Promise<PaidWith | null>;

  /** Every inquiry and dispute about a payment: the buyer's bank asks, or takes the money back. Nobody disputes cash. */
  abstract disputesOf(paymentId: string): Promise<DisputeSnapshot[]>;

  /** The payments about which an inquiry or a dispute was opened at or after this moment. */
  abstract disputedSince(since: Date): AsyncIterable<string>;
}

/** Every provider of this server: the one for payments online, and cash. */
export class PaymentProviders {
  readonly #byName: ReadonlyMap<string, PaymentProvider>;

  constructor(
    readonly online: PaymentProvider,
    readonly cash: PaymentProvider,
  ) {
    this.#byName = new Map([online, cash].map((provider) => [provider.name, provider]));
  }

  /** The provider that made a stored payment. Throws when it is configured no longer. */
  named(name: string): PaymentProvider {
    const provider = this.#byName.get(name);
    if (!provider) throw new Error(`payments of ${name} exist, and no such provider is configured`);
    return provider;
  }

  [Symbol.iterator](): Iterator<PaymentProvider> {
    return this.#byName.values();
  }
}
