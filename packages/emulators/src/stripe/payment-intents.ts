import { invalidParameter, noSuchObject } from './api-error.ts';
import { type Endpoint, ok } from './api-request.ts';
import { requireClientSecret } from './client-side.ts';
import type { FormMembers } from './form-body.ts';
import { list } from './lists.ts';
import { readChargeAmount, readCurrency } from './money.ts';
import {
  allowOnly,
  mergeMetadata,
  readBoolean,
  readGroup,
  readOneOf,
  readShipping,
  readText,
  readTextList,
} from './parameters.ts';
import { endChallenge, prepareAttempt, runAttempt } from './payment-attempts.ts';
import { isOpen, moveTo, unexpectedState } from './payment-intent-state.ts';
import { usePaymentMethod } from './payment-methods.ts';
import type { PaymentIntent } from './payment-objects.ts';
import type { Transaction } from './transaction.ts';

const CREATE = new Set([
  'amount',
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'currency',
  'description',
  'expand',
  'metadata',
  'payment_method',
  'payment_method_types',
  'receipt_email',
  'return_url',
  'shipping',
  'use_stripe_sdk',
]);

/** https://docs.stripe.com/api/payment_intents/create */
export const createPaymentIntent: Endpoint = (tx, request) => {
  const { parameters } = request;
  allowOnly(parameters, CREATE);
  const currency = readCurrency(parameters);
  const amount = readChargeAmount(parameters, currency);
  const confirm = readBoolean(parameters, 'confirm') ?? false;
  if (!confirm && parameters.return_url !== undefined) {
    throw invalidParameter('return_url', 'return_url can be given only together with confirm=true.');
  }
  const id = tx.newId('pi_3', 23);
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    ...readPaymentMethodTypes(parameters, currency),
    canceled_at: null,
    cancellation_reason: null,
    capture_method:
      readOneOf(parameters, 'capture_method', ['automatic', 'automatic_async']) ?? 'automatic_async',
    client_secret: tx.newId(`${id}_secret_`, 25),
    confirmation_method: 'automatic',
    created: tx.nowSeconds,
    currency,
    customer: null,
    customer_account: null,
    description: readText(parameters, 'description', 1000) ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata(parameters, {}),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_record: null,
    processing: null,
    receipt_email: readText(parameters, 'receipt_email', 800) ?? null,
    review: null,
    setup_future_usage: null,
    shipping: readShipping(parameters) ?? null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
  const attempt = confirm ? prepareAttempt(tx, intent, request) : null;
  const name = readText(parameters, 'payment_method');
  if (!attempt && name !== undefined) {
    intent.payment_method = usePaymentMethod(tx, intent, name).id;
    intent.status = 'requires_confirmation';
  }
  tx.put('payment_intent', intent);
  tx.emit('payment_intent.created', intent);
  return ok(attempt ? runAttempt(tx, intent, attempt) : intent);
};

function readPaymentMethodTypes(
  parameters: FormMembers,
  currency: string,
): Pick<PaymentIntent, 'automatic_payment_methods' | 'payment_method_types'> {
  const supported = currency === 'inr' ? ['card', 'upi'] : ['card'];
  const automatic = readGroup(parameters, 'automatic_payment_methods');
  if (automatic) allowOnly(automatic, new Set(['enabled', 'allow_redirects']));
  if (parameters.payment_method_types !== undefined) {
    if (automatic && readBoolean(automatic, 'enabled')) {
      throw invalidParameter(
        'payment_method_types',
        'payment_method_types and automatic_payment_methods exclude each other.',
      );
    }
    const types = readTextList(parameters, 'payment_method_types');
    const wrong = types.find((type) => !supported.includes(type));
    if (wrong !== undefined || types.length === 0) {
      throw invalidParameter('payment_method_types', `No such payment method type in ${currency}: ${wrong}`);
    }
    return { automatic_payment_methods: null, payment_method_types: types };
  }
  return {
    automatic_payment_methods: {
      allow_redirects:
        (automatic && readOneOf(automatic, 'allow_redirects', ['always', 'never'])) ?? 'always',
      enabled: true,
    },
    payment_method_types: supported,
  };
}

function findPaymentIntent(tx: Transaction, id: string): PaymentIntent {
  const intent = tx.get('payment_intent', id);
  if (!intent) throw noSuchObject('payment_intent', id, 'intent');
  return intent;
}

const RETRIEVE = new Set(['client_secret', 'expand']);

/** https://docs.stripe.com/api/payment_intents/retrieve */
export const retrievePaymentIntent: Endpoint = (tx, { id, parameters, isPublishable }) => {
  allowOnly(parameters, RETRIEVE);
  const intent = findPaymentIntent(tx, id);
  if (isPublishable || parameters.client_secret !== undefined) requireClientSecret(intent, parameters);
  return ok(intent);
};

export const listPaymentIntents: Endpoint = (tx, { parameters }) =>
  ok(list(tx.ledger.tables.payment_intent, parameters, '/v1/payment_intents', {}));

const UPDATE = new Set(['amount', 'description', 'expand', 'metadata', 'receipt_email', 'shipping']);

/** https://docs.stripe.com/api/payment_intents/update */
export const updatePaymentIntent: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, UPDATE);
  const intent = findPaymentIntent(tx, id);
  const updated: PaymentIntent = { ...intent, metadata: mergeMetadata(parameters, intent.metadata) };
  if (parameters.amount !== undefined) {
    updated.amount = readChargeAmount(parameters, intent.currency);
    if (!isOpen(intent.status)) throw unexpectedState(intent, 'update the amount of');
  }
  updated.description = readText(parameters, 'description', 1000) ?? intent.description;
  updated.receipt_email = readText(parameters, 'receipt_email', 800) ?? intent.receipt_email;
  updated.shipping = readShipping(parameters) ?? intent.shipping;
  tx.put('payment_intent', updated);
  return ok(updated);
};

const CONFIRM_SECRET = new Set([
  'client_secret',
  'expand',
  'payment_method',
  'receipt_email',
  'return_url',
  'shipping',
  'use_stripe_sdk',
]);
/** A buyer's device may also send what Stripe.js tells about itself; amount, metadata and the like are not its. */
const CONFIRM_PUBLISHABLE = new Set([
  ...CONFIRM_SECRET,
  '_stripe_version',
  'client_attribution_metadata',
  'expected_payment_method_type',
  'payment_user_agent',
  'referrer',
]);

/** https://docs.stripe.com/api/payment_intents/confirm */
export const confirmPaymentIntent: Endpoint = (tx, request) => {
  const { id, parameters, isPublishable } = request;
  allowOnly(parameters, isPublishable ? CONFIRM_PUBLISHABLE : CONFIRM_SECRET);
  const present = findPaymentIntent(tx, id);
  if (isPublishable || parameters.client_secret !== undefined) requireClientSecret(present, parameters);
  if (!isOpen(present.status)) throw unexpectedState(present, 'confirm');
  const intent: PaymentIntent = {
    ...present,
    receipt_email: readText(parameters, 'receipt_email', 800) ?? present.receipt_email,
    shipping: readShipping(parameters) ?? present.shipping,
  };
  const attempt = prepareAttempt(tx, intent, request);
  endChallenge(tx, intent);
  return ok(runAttempt(tx, intent, attempt));
};

const CANCEL = new Set(['cancellation_reason', 'expand']);
const CANCELLATION_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** https://docs.stripe.com/api/payment_intents/cancel; a processing payment is never called back here. */
export const cancelPaymentIntent: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, CANCEL);
  const intent = findPaymentIntent(tx, id);
  const reason = readOneOf(parameters, 'cancellation_reason', CANCELLATION_REASONS) ?? null;
  if (!isOpen(intent.status)) throw unexpectedState(intent, 'cancel');
  endChallenge(tx, intent);
  const canceled = moveTo(tx, intent, 'canceled', {
    canceled_at: tx.nowSeconds,
    cancellation_reason: reason,
    next_action: null,
  });
  tx.emit('payment_intent.canceled', canceled);
  return ok(canceled);
};
