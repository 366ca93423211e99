import type { PaymentToConfirm } from '@vybekart/contract';
import type { ComponentType } from 'react';

/**
 * `submitted`: the provider has the money or is on its way to it; only the webhook makes the order paid.
 * `declined`: nothing was charged, the hold stays; `reason` is the provider's sentence for the buyer.
 */
export type PaymentOutcome =
  | { kind: 'submitted' }
  | { kind: 'declined'; reason: string | null }
  | { kind: 'unreachable' };

export interface StripePaymentProps {
  payment: PaymentToConfirm;
  /** In the reader's language; `pay` is "Pay ₹1,299". */
  words: { pay: string; loadFailed: string };
  onConfirming(): void;
  onOutcome(outcome: PaymentOutcome): void;
}

/** Stripe's own form: the Payment Element on the web, the PaymentSheet on Android. */
export type StripePayment = ComponentType<StripePaymentProps>;
