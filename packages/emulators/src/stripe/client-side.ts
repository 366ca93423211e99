import { timingSafeEqual } from 'node:crypto';
import { invalidParameter, missingParameter } from './api-error.ts';
import type { FormMembers } from './form-body.ts';
import { readText } from './parameters.ts';
import type { PaymentIntent } from './payment-objects.ts';

/** Compares two secrets in a time that tells nothing about where they differ. */
export function equalSecrets(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A publishable key opens only the intent whose client secret comes with it. */
export function requireClientSecret(intent: PaymentIntent, parameters: FormMembers): void {
  const given = readText(parameters, 'client_secret', 500);
  if (given === undefined) throw missingParameter('client_secret');
  if (!equalSecrets(given, intent.client_secret)) {
    throw invalidParameter(
      'client_secret',
      'The client_secret does not belong to this PaymentIntent.',
      'payment_intent_invalid_parameter',
    );
  }
}

const PUBLISHABLE_FIELDS = [
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'source',
  'status',
] as const satisfies (keyof PaymentIntent)[];

/** What a buyer's device may see of an intent: no metadata, no charge, no account data. */
export function publishableView(intent: PaymentIntent): Partial<PaymentIntent> {
  return Object.fromEntries(PUBLISHABLE_FIELDS.map((field) => [field, intent[field]]));
}
