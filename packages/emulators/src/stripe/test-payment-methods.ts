import type { Charge } from './charge-objects.ts';
import { noAddress } from './parameters.ts';
import type { BillingDetails, PaymentMethod } from './payment-objects.ts';

/** What happens when a test payment method is charged. */
type Behaviour =
  | { kind: 'succeeds'; refunds?: 'pend' | 'fail'; disputed?: true }
  | { kind: 'declines'; code: string; declineCode: string }
  | { kind: 'asks_for_3d_secure' }
  | { kind: 'settles_later'; outcome: 'succeeded' | 'failed' };

interface TestPaymentMethod {
  type: 'card' | 'upi';
  brand: 'visa' | 'mastercard';
  last4: string;
  behaviour: Behaviour;
}

const visa = (last4: string, behaviour: Behaviour): TestPaymentMethod => ({
  type: 'card',
  brand: 'visa',
  last4,
  behaviour,
});
const declined = (last4: string, declineCode: string, code = 'card_declined') =>
  visa(last4, { kind: 'declines', code, declineCode });
const upi = (outcome: 'succeeded' | 'failed'): TestPaymentMethod => ({
  ...visa('', { kind: 'settles_later', outcome }),
  type: 'upi',
});

/**
 * The names of https://docs.stripe.com/testing, and two of our own, `pm_upi_delayed` and `pm_upi_delayedFails`: UPI
 * payments that are first `processing` and settle some time later.
 */
const testPaymentMethods: ReadonlyMap<string, TestPaymentMethod> = new Map([
  ['pm_card_visa', visa('4242', { kind: 'succeeds' })],
  ['pm_card_mastercard', { ...visa('4444', { kind: 'succeeds' }), brand: 'mastercard' }],
  ['pm_card_chargeDeclined', declined('0002', 'generic_decline')],
  ['pm_card_visa_chargeDeclined', declined('0002', 'generic_decline')],
  ['pm_card_chargeDeclinedInsufficientFunds', declined('9995', 'insufficient_funds')],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', declined('9995', 'insufficient_funds')],
  ['pm_card_chargeDeclinedExpiredCard', declined('0069', 'expired_card', 'expired_card')],
  ['pm_card_chargeDeclinedIncorrectCvc', declined('0127', 'incorrect_cvc', 'incorrect_cvc')],
  ['pm_card_chargeDeclinedProcessingError', declined('0119', 'processing_error', 'processing_error')],
  ['pm_card_threeDSecure2Required', visa('3220', { kind: 'asks_for_3d_secure' })],
  ['pm_card_threeDSecureRequired', visa('3063', { kind: 'asks_for_3d_secure' })],
  ['pm_card_authenticationRequired', visa('3184', { kind: 'asks_for_3d_secure' })],
  ['pm_card_pendingRefund', visa('7726', { kind: 'succeeds', refunds: 'pend' })],
  ['pm_card_refundFail', visa('5126', { kind: 'succeeds', refunds: 'fail' })],
  ['pm_card_createDispute', visa('0259', { kind: 'succeeds', disputed: true })],
  ['pm_upi_delayed', upi('succeeded')],
  ['pm_upi_delayedFails', upi('failed')],
]);

export const findTestPaymentMethod = (name: string) => testPaymentMethods.get(name);

export const noBillingDetails: BillingDetails = {
  address: noAddress,
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

const EXPIRY = { exp_month: 12, exp_year: 2034 } as const;
const CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' } as const;
const TEST_VPA = 'success@stripeupi';

/** A new PaymentMethod object made from a test name, as Stripe makes one at every use of such a name. */
export function newPaymentMethod(id: string, method: TestPaymentMethod, created: number): PaymentMethod {
  const base = {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: noBillingDetails,
    created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: method.type,
  } as const;
  if (method.type === 'upi') return { ...base, upi: { vpa: TEST_VPA } };
  return {
    ...base,
    card: {
      brand: method.brand,
      checks: CHECKS,
      country: 'US',
      display_brand: method.brand,
      ...EXPIRY,
      funding: 'credit',
      generated_from: null,
      last4: method.last4,
      networks: { available: [method.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  };
}

/** How a charge describes the payment method it was made with. */
export function chargeDetails(method: TestPaymentMethod, amount: number): Charge['payment_method_details'] {
  if (method.type === 'upi') return { type: 'upi', upi: { vpa: TEST_VPA } };
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: method.brand,
      checks: CHECKS,
      country: 'US',
      electronic_commerce_indicator: null,
      ...EXPIRY,
      funding: 'credit',
      installments: null,
      last4: method.last4,
      mandate: null,
      network: method.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}
