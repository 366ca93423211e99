import { refused, type StripeApiError } from './api-error.ts';
import type { PaymentIntent, PaymentIntentStatus } from './payment-objects.ts';
import type { Transaction } from './transaction.ts';

/** https://docs.stripe.com/payments/paymentintents/lifecycle, without separate capture. */
export const paymentIntentTransitions: Record<PaymentIntentStatus, readonly PaymentIntentStatus[]> = {
  requires_payment_method: [
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'succeeded',
    'canceled',
  ],
  requires_confirmation: [
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'succeeded',
    'canceled',
  ],
  requires_action: ['requires_payment_method', 'requires_action', 'processing', 'succeeded', 'canceled'],
  processing: ['requires_payment_method', 'succeeded'],
  succeeded: [],
  canceled: [],
};

/** Still open to a new attempt, a cancellation or another amount. */
export const isOpen = (status: PaymentIntentStatus): boolean =>
  paymentIntentTransitions[status].includes('canceled');

export const unexpectedState = (intent: PaymentIntent, operation: string): StripeApiError =>
  refused(`You cannot ${operation} this PaymentIntent because its status is ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: intent,
  });

/** Stores the intent in its new state and returns it. */
export function moveTo(
  tx: Transaction,
  intent: PaymentIntent,
  status: PaymentIntentStatus,
  changes: Partial<PaymentIntent>,
): PaymentIntent {
  if (!paymentIntentTransitions[intent.status].includes(status)) {
    throw new Error(`a PaymentIntent never goes from ${intent.status} to ${status}`);
  }
  const moved: PaymentIntent = { ...intent, ...changes, status };
  tx.put('payment_intent', moved);
  return moved;
}
