import { noSuchObject } from './api-error.ts';
import { type Endpoint, ok } from './api-request.ts';
import type { Charge } from './charge-objects.ts';
import type { StoredPaymentMethod } from './ledger.ts';
import { list } from './lists.ts';
import { allowOnly } from './parameters.ts';
import type { PaymentIntent } from './payment-objects.ts';
import { chargeDetails, findTestPaymentMethod, noBillingDetails } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

interface Failure {
  code: string;
  declineCode: string;
  message: string;
}

/** The charge of one attempt, not stored yet. https://docs.stripe.com/api/charges/object */
export function newCharge(
  tx: Transaction,
  intent: PaymentIntent,
  method: StoredPaymentMethod,
  failure?: Failure,
): Charge {
  const test = findTestPaymentMethod(method.testName);
  if (!test) throw new Error(`the test payment method ${method.testName} is gone`);
  return {
    id: tx.newId('ch_3', 23),
    object: 'charge',
    amount: intent.amount,
    amount_captured: failure ? 0 : intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction:
      failure || intent.capture_method === 'automatic_async' ? null : tx.newId('txn_3', 23),
    billing_details: noBillingDetails,
    calculated_statement_descriptor: 'VYBEKART',
    captured: !failure,
    created: tx.nowSeconds,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: failure ? 'declined_by_network' : 'approved_by_network',
      reason: failure?.declineCode ?? null,
      risk_level: 'normal',
      risk_score: 10,
      seller_message: failure ? 'The bank declined the payment.' : 'Payment complete.',
      type: failure ? 'issuer_declined' : 'authorized',
    },
    paid: !failure,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargeDetails(test, intent.amount),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: failure ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

const RETRIEVE = new Set(['expand']);

export const retrieveCharge: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, RETRIEVE);
  const charge = tx.get('charge', id);
  if (!charge) throw noSuchObject('charge', id);
  return ok(charge);
};

export const listCharges: Endpoint = (tx, { parameters }) =>
  ok(
    list(tx.ledger.tables.charge, parameters, '/v1/charges', {
      payment_intent: (charge) => charge.payment_intent,
    }),
  );
