import { noSuchObject } from './api-error.ts';
import { type Endpoint, ok } from './api-request.ts';
import type { Charge, Dispute } from './charge-objects.ts';
import { list } from './lists.ts';
import { allowOnly } from './parameters.ts';
import type { Transaction } from './transaction.ts';

const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
];
const noEvidence: Dispute['evidence'] = {
  ...Object.fromEntries(EVIDENCE_FIELDS.map((field) => [field, null])),
  enhanced_evidence: {},
};

const RESPONSE_SECONDS = 7 * 24 * 3600;

/**
 * A buyer asks the bank for the money of a charge back; in an inquiry the bank only asks, and takes nothing.
 * https://docs.stripe.com/api/disputes/object
 */
export function openDispute(tx: Transaction, charge: Charge, reason: string, isInquiry = false): Dispute {
  const card =
    charge.payment_method_details.type === 'card' ? charge.payment_method_details.card.brand : 'upi';
  const dispute: Dispute = {
    id: tx.newId('du_1', 23),
    object: 'dispute',
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: tx.nowSeconds,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: tx.nowSeconds + RESPONSE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: card,
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: card,
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  };
  tx.put('dispute', dispute);
  tx.put('charge', { ...charge, disputed: true });
  tx.emit('charge.dispute.created', dispute);
  if (!isInquiry) tx.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** The bank is not satisfied with the answer to its inquiry, also after it was closed, and takes the money. */
export function escalateInquiry(tx: Transaction, inquiry: Dispute): Dispute {
  const { card } = inquiry.payment_method_details;
  const dispute: Dispute = {
    ...inquiry,
    evidence_details: { ...inquiry.evidence_details, due_by: tx.nowSeconds + RESPONSE_SECONDS },
    is_charge_refundable: false,
    payment_method_details: { card: { ...card, case_type: 'chargeback' }, type: 'card' },
    status: 'needs_response',
  };
  tx.put('dispute', dispute);
  tx.emit('charge.dispute.updated', dispute, { status: inquiry.status });
  tx.emit('charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** The bank decides, or asks no more; after a won dispute the money comes back. */
export function closeDispute(
  tx: Transaction,
  dispute: Dispute,
  outcome: 'won' | 'lost' | 'warning_closed',
): Dispute {
  const closed: Dispute = {
    ...dispute,
    evidence_details: { ...dispute.evidence_details, due_by: null },
    status: outcome,
  };
  tx.put('dispute', closed);
  tx.emit('charge.dispute.closed', closed, { status: dispute.status });
  if (outcome === 'won') tx.emit('charge.dispute.funds_reinstated', closed);
  return closed;
}

const RETRIEVE = new Set(['expand']);

function findDispute(tx: Transaction, id: string): Dispute {
  const dispute = tx.get('dispute', id);
  if (!dispute) throw noSuchObject('dispute', id);
  return dispute;
}

export const retrieveDispute: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, RETRIEVE);
  return ok(findDispute(tx, id));
};

/** The seller gives up the dispute. https://docs.stripe.com/api/disputes/close */
export const acceptDispute: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, RETRIEVE);
  const dispute = findDispute(tx, id);
  return ok(dispute.status === 'needs_response' ? closeDispute(tx, dispute, 'lost') : dispute);
};

export const listDisputes: Endpoint = (tx, { parameters }) =>
  ok(
    list(tx.ledger.tables.dispute, parameters, '/v1/disputes', {
      charge: (dispute) => dispute.charge,
      payment_intent: (dispute) => dispute.payment_intent,
    }),
  );
