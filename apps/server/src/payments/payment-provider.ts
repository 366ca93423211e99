/**
 * `open`: the buyer can still pay or try again. `processing`: paid, but the bank has not answered. Only `processing`
 * ever goes back (to `open`, when the bank says no); `succeeded` and `canceled` are final.
 */
export type PaymentStatus = 'open' | 'processing' | 'succeeded' | 'canceled';

/** A PaymentIntent as it was at one moment. `orderId`: ours, null when somebody else made it. */
export interface PaymentSnapshot {
  id: string;
  status: PaymentStatus;
  amountMinor: number;
  amountReceivedMinor: number;
  /** ISO 4217, lower case. */
  currency: string;
  orderId: string | null;
}

/** `clientSecret` lets its holder pay; it goes to the buyer alone. */
export interface NewPayment extends PaymentSnapshot {
  clientSecret: string;
}

export interface RefundSnapshot {
  id: string;
  status: 'pending' | 'succeeded' | 'failed';
  amountMinor: number;
  paymentId: string | null;
}

/** `open`: the bank has not decided. `lost`: the money is gone. `amountMinor`: what is in dispute. */
export interface DisputeSnapshot {
  id: string;
  status: 'open' | 'won' | 'lost';
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
 * Who takes the money. Every call may be made again after a crash or a lost answer: the provider does it once.
 * Every call throws `payment_unavailable` when the provider did not answer, was too busy or failed, in which case
 * the effect is unknown; any other error is a defect of ours and is not mended by trying again.
 */
export abstract class PaymentProvider {
  /** Stored beside each payment. */
  abstract readonly name: string;

  /** One payment for each order, however often it is called. */
  abstract create(order: { orderId: string; amountMinor: number; currency: string }): Promise<NewPayment>;

  abstract retrieve(paymentId: string): Promise<PaymentSnapshot>;

  /**
   * After it, either the payment is `canceled` and can never be paid, or the snapshot says what it is instead
   * (`succeeded`, `processing`): the provider decides the race.
   */
  abstract cancel(paymentId: string): Promise<PaymentSnapshot>;

  /** The payments made at or after this moment, the newest first. */
  abstract createdSince(since: Date): AsyncIterable<PaymentSnapshot>;

  /**
   * One refund for each `refundId`, however often it is called. Throws `order_not_refundable` when the provider will
   * never make this one (disputed, refunded elsewhere).
   */
  abstract refund(refund: {
    refundId: string;
    paymentId: string;
    amountMinor: number;
  }): Promise<RefundSnapshot>;

  abstract retrieveRefund(providerRefundId: string): Promise<RefundSnapshot>;

  /** Null while nothing is paid, or when the provider does not say. */
  abstract methodOf(paymentId: string): Promise<PaidWith | null>;

  /** Every dispute about a payment: the buyer's bank takes the money back, or tried to. */
  abstract disputesOf(paymentId: string): Promise<DisputeSnapshot[]>;

  /** The payments about which a dispute was opened at or after this moment. */
  abstract disputedSince(since: Date): AsyncIterable<string>;
}
