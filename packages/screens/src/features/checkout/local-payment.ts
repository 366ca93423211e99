import type { PaymentToConfirm } from '@vybekart/contract';

/** Stripe's names for the ends that a test can have (docs.stripe.com/testing); UPI has none, this one is ours. */
const testMethods = {
  cardOk: 'pm_card_visa',
  cardDeclined: 'pm_card_chargeDeclined',
  cardSecure: 'pm_card_threeDSecure2Required',
  upi: 'pm_upi_delayed',
} as const;
export type TestMethod = keyof typeof testMethods;

export type LocalOutcome =
  | { kind: 'submitted' }
  | { kind: 'declined'; reason: string | null }
  | { kind: 'authenticate'; challengeId: string }
  | { kind: 'unreachable' };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Confirms at the bundled emulator with the request that Stripe's own library sends. Never rejects. */
export function confirmLocally(
  payment: PaymentToConfirm,
  method: TestMethod,
  fetcher: Fetch,
): Promise<LocalOutcome> {
  const { publishableKey, clientSecret, paymentIntentId, apiBase = '' } = payment;
  const form = { key: publishableKey, client_secret: clientSecret, payment_method: testMethods[method] };
  return send(fetcher, `${apiBase}/v1/payment_intents/${paymentIntentId}/confirm`, form);
}

/** Answers the bank's question of a 3-D Secure payment. Never rejects. */
export function answerChallenge(
  payment: PaymentToConfirm,
  challengeId: string,
  approves: boolean,
  fetcher: Fetch,
): Promise<LocalOutcome> {
  const verdict = approves ? 'complete' : 'fail';
  return send(fetcher, `${payment.apiBase ?? ''}/3d_secure/${challengeId}/${verdict}`, {});
}

async function send(fetcher: Fetch, url: string, form: Record<string, string>): Promise<LocalOutcome> {
  const body = Object.entries(form)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  try {
    const response = await fetcher(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body,
    });
    return readOutcome(response.status, await response.json());
  } catch {
    return { kind: 'unreachable' };
  }
}

interface Answer {
  status?: string;
  next_action?: { use_stripe_sdk?: { stripe_js?: string }; redirect_to_url?: { url?: string } } | null;
  last_payment_error?: { message?: string } | null;
  error?: { message?: string };
}

/** Reads a PaymentIntent, or the error in its place (docs.stripe.com/api/payment_intents/object). */
function readOutcome(httpStatus: number, answer: Answer): LocalOutcome {
  if (httpStatus === 402) return { kind: 'declined', reason: answer.error?.message ?? null };
  if (httpStatus >= 400) return { kind: 'unreachable' };
  switch (answer.status) {
    case 'succeeded':
    case 'processing':
      return { kind: 'submitted' };
    case 'requires_action': {
      const action = answer.next_action;
      const url = action?.use_stripe_sdk?.stripe_js ?? action?.redirect_to_url?.url ?? '';
      return { kind: 'authenticate', challengeId: url.slice(url.lastIndexOf('/') + 1) };
    }
    default:
      return { kind: 'declined', reason: answer.last_payment_error?.message ?? null };
  }
}
