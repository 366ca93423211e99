import { docUrl, invalidParameter, noSuchObject, StripeApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { newCharge } from './charges.ts';
import { openDispute } from './disputes.ts';
import type { StoredPaymentMethod } from './ledger.ts';
import { readBoolean, readText } from './parameters.ts';
import { moveTo, unexpectedState } from './payment-intent-state.ts';
import { usePaymentMethod } from './payment-methods.ts';
import type { NextAction, PaymentError, PaymentIntent } from './payment-objects.ts';
import { findTestPaymentMethod } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

/** A confirmation whose parameters are accepted. */
interface Attempt {
  method: StoredPaymentMethod;
  returnUrl: string | null;
  request: ApiRequest;
}

/** Checks the parameters of a confirmation. Changes nothing but the list of used payment methods. */
export function prepareAttempt(tx: Transaction, intent: PaymentIntent, request: ApiRequest): Attempt {
  const { parameters } = request;
  const returnUrl = readReturnUrl(request);
  const usesSdk = readBoolean(parameters, 'use_stripe_sdk') ?? false;
  const mayRedirect = intent.automatic_payment_methods?.allow_redirects === 'always';
  if (mayRedirect && !returnUrl && !usesSdk && !request.isPublishable) {
    throw invalidParameter(
      'return_url',
      'A PaymentIntent whose automatic payment methods may redirect needs a return_url, or allow_redirects=never.',
    );
  }
  const name = readText(parameters, 'payment_method') ?? intent.payment_method;
  if (!name) throw unexpectedState(intent, 'confirm (without a payment method)');
  return { method: usePaymentMethod(tx, intent, name), returnUrl, request };
}

function readReturnUrl({ parameters }: ApiRequest): string | null {
  const text = readText(parameters, 'return_url');
  if (text === undefined) return null;
  const protocol = URL.parse(text)?.protocol;
  if (!protocol || ['javascript:', 'data:', 'blob:', 'file:', 'vbscript:'].includes(protocol)) {
    throw invalidParameter('return_url', 'Not a valid URL', 'url_invalid');
  }
  return text;
}

/** Charges the payment method. Throws the 402 of a declined card, after the intent took its new state. */
export function runAttempt(tx: Transaction, intent: PaymentIntent, attempt: Attempt): PaymentIntent {
  const { method, request } = attempt;
  const test = findTestPaymentMethod(method.testName);
  if (!test) throw new Error(`the test payment method ${method.testName} is gone`);
  const charged: PaymentIntent = { ...intent, last_payment_error: null, payment_method: method.id };
  switch (test.behaviour.kind) {
    case 'succeeds':
      return succeed(tx, charged, method);
    case 'declines':
      throw decline(tx, charged, method, test.behaviour);
    case 'asks_for_3d_secure': {
      const challenge = {
        id: tx.newId('tds_', 32),
        paymentIntentId: intent.id,
        returnUrl: attempt.returnUrl,
      };
      tx.put('challenge', challenge);
      const waiting = moveTo(tx, charged, 'requires_action', {
        next_action: challengeAction(`${request.publicUrl}/3d_secure/${challenge.id}`, challenge),
      });
      tx.emit('payment_intent.requires_action', waiting);
      return waiting;
    }
    case 'settles_later': {
      const processing = moveTo(tx, charged, 'processing', { next_action: null });
      tx.put('settlement', {
        id: intent.id,
        dueAtMs: tx.nowMs + request.timing.delayedPaymentMs,
        outcome: test.behaviour.outcome,
      });
      tx.emit('payment_intent.processing', processing);
      return processing;
    }
  }
}

const challengeAction = (
  url: string,
  { id, returnUrl }: { id: string; returnUrl: string | null },
): NextAction =>
  returnUrl
    ? { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
    : {
        type: 'use_stripe_sdk',
        use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: id },
      };

function succeed(tx: Transaction, intent: PaymentIntent, method: StoredPaymentMethod): PaymentIntent {
  const charge = newCharge(tx, intent, method);
  const succeeded = moveTo(tx, intent, 'succeeded', {
    amount_received: intent.amount,
    latest_charge: charge.id,
    next_action: null,
  });
  tx.put('charge', charge);
  tx.emit('payment_intent.succeeded', succeeded);
  tx.emit('charge.succeeded', charge);
  const behaviour = findTestPaymentMethod(method.testName)?.behaviour;
  if (behaviour?.kind === 'succeeds' && behaviour.disputed) openDispute(tx, charge, 'fraudulent');
  return succeeded;
}

function decline(
  tx: Transaction,
  intent: PaymentIntent,
  method: StoredPaymentMethod,
  { code, declineCode }: { code: string; declineCode: string },
): StripeApiError {
  const message = 'Your card was declined.';
  const charge = newCharge(tx, intent, method, { code, declineCode, message });
  tx.put('charge', charge);
  const failed = failAttempt(tx, { ...intent, latest_charge: charge.id }, method, {
    charge: charge.id,
    code,
    decline_code: declineCode,
    message,
    type: 'card_error',
  });
  tx.emit('charge.failed', charge);
  return new StripeApiError(
    402,
    {
      type: 'card_error',
      message,
      code,
      decline_code: declineCode,
      charge: charge.id,
      payment_intent: failed,
      payment_method: method.object,
    },
    { executed: true },
  );
}

/** Back to the start, with the reason; the buyer may try another payment method. */
function failAttempt(
  tx: Transaction,
  intent: PaymentIntent,
  method: StoredPaymentMethod | undefined,
  error: Omit<PaymentError, 'doc_url' | 'payment_method'>,
): PaymentIntent {
  const failed = moveTo(tx, intent, 'requires_payment_method', {
    last_payment_error: { ...error, doc_url: docUrl(error.code), payment_method: method?.object },
    next_action: null,
    payment_method: null,
  });
  tx.emit('payment_intent.payment_failed', failed);
  return failed;
}

/** Forgets the open 3D Secure challenge of the intent, if there is one: its page is gone from now on. */
export function endChallenge(tx: Transaction, intent: PaymentIntent): void {
  const action = intent.next_action;
  if (!action) return;
  const url =
    action.type === 'redirect_to_url' ? action.redirect_to_url.url : action.use_stripe_sdk.stripe_js;
  tx.remove('challenge', url.slice(url.lastIndexOf('/') + 1));
}

/** The buyer passed or failed the 3D Secure challenge. Throws 404 when the challenge is no longer open. */
export function answerChallenge(
  tx: Transaction,
  challengeId: string,
  passed: boolean,
): { intent: PaymentIntent; returnUrl: string | null } {
  const challenge = tx.get('challenge', challengeId);
  const intent = challenge && tx.get('payment_intent', challenge.paymentIntentId);
  if (!challenge || !intent) throw noSuchObject('challenge', challengeId);
  tx.remove('challenge', challengeId);
  return { intent: settleAttempt(tx, intent, passed, 'authentication'), returnUrl: challenge.returnUrl };
}

const FAILURES = {
  authentication: {
    code: 'payment_intent_authentication_failure',
    message: 'The payment method could not be authenticated.',
  },
  bank: { code: 'payment_intent_payment_attempt_failed', message: 'The bank refused the payment.' },
} as const;

/** Ends an attempt that waited for the buyer (3D Secure) or for the bank (a delayed method). */
export function settleAttempt(
  tx: Transaction,
  intent: PaymentIntent,
  succeeded: boolean,
  waitedFor: keyof typeof FAILURES,
): PaymentIntent {
  const method = intent.payment_method ? tx.get('payment_method', intent.payment_method) : undefined;
  if (succeeded && method) return succeed(tx, intent, method);
  return failAttempt(tx, intent, method, { type: 'invalid_request_error', ...FAILURES[waitedFor] });
}
