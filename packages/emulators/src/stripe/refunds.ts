import { invalidParameter, missingParameter, noSuchObject, refused } from './api-error.ts';
import { type Endpoint, ok } from './api-request.ts';
import type { Charge, Refund, RefundStatus } from './charge-objects.ts';
import type { FormMembers } from './form-body.ts';
import { list } from './lists.ts';
import { allowOnly, mergeMetadata, readInteger, readOneOf, readText } from './parameters.ts';
import { findTestPaymentMethod } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

const CREATE = new Set(['amount', 'charge', 'expand', 'metadata', 'payment_intent', 'reason']);
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

/** The status a refund begins with and the one it ends with. https://docs.stripe.com/testing#refunds */
const COURSES = {
  succeed: { first: 'succeeded', last: null },
  pend: { first: 'pending', last: 'succeeded' },
  fail: { first: 'succeeded', last: 'failed' },
} as const satisfies Record<string, { first: RefundStatus; last: 'succeeded' | 'failed' | null }>;

/** Stripe holds the money of a dispute, but not that of an inquiry; after one that was won it is the seller's again. */
function isContested(tx: Transaction, charge: Charge): boolean {
  for (const dispute of tx.ledger.tables.dispute.newestFirst()) {
    if (dispute.charge === charge.id && !dispute.is_charge_refundable && dispute.status !== 'won')
      return true;
  }
  return false;
}

/** https://docs.stripe.com/api/refunds/create: the refunds of a charge never exceed it. */
export const createRefund: Endpoint = (tx, { parameters, timing }) => {
  allowOnly(parameters, CREATE);
  const charge = findCharge(tx, parameters);
  const reason = readOneOf(parameters, 'reason', REASONS) ?? null;
  const metadata = mergeMetadata(parameters, {});
  const wanted = readInteger(parameters, 'amount');
  if (wanted !== undefined && wanted < 1) {
    throw invalidParameter('amount', 'A refund must be greater than 0.', 'parameter_invalid_integer');
  }
  const rest = charge.amount - charge.amount_refunded;
  if (charge.disputed && isContested(tx, charge)) {
    throw refused(`The charge ${charge.id} has been disputed.`, { code: 'charge_disputed' });
  }
  if (rest === 0) {
    throw refused(`The charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const amount = wanted ?? rest;
  if (amount > rest) {
    throw refused(`The refund (${amount}) is greater than the unrefunded amount of the charge (${rest}).`, {
      param: 'amount',
    });
  }

  const course = COURSES[courseOf(tx, charge)];
  const refund: Refund = {
    id: tx.newId('re_3', 23),
    object: 'refund',
    amount,
    balance_transaction: course.first === 'pending' ? null : tx.newId('txn_3', 23),
    charge: charge.id,
    created: tx.nowSeconds,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details:
      charge.payment_method_details.type === 'card'
        ? { card: { type: 'refund' }, type: 'card' }
        : { type: 'upi' },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(course.first === 'pending' && { pending_reason: 'processing' as const }),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: course.first,
    transfer_reversal: null,
  };
  tx.put('refund', refund);
  tx.emit('refund.created', refund);
  changeRefunded(tx, charge, amount);
  if (course.last) {
    tx.put('settlement', { id: refund.id, dueAtMs: tx.nowMs + timing.refundMs, outcome: course.last });
  }
  return ok(refund);
};

function findCharge(tx: Transaction, parameters: FormMembers): Charge {
  const chargeId = readText(parameters, 'charge');
  const intentId = readText(parameters, 'payment_intent');
  if (chargeId !== undefined && intentId !== undefined) {
    throw invalidParameter('charge', 'Give payment_intent or charge, not both.');
  }
  if (intentId !== undefined) {
    const intent = tx.get('payment_intent', intentId);
    if (!intent) throw noSuchObject('payment_intent', intentId, 'payment_intent', 400);
    const charge = intent.latest_charge ? tx.get('charge', intent.latest_charge) : undefined;
    if (charge?.paid) return charge;
    throw refused(`The PaymentIntent ${intentId} has no successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  if (chargeId === undefined) throw missingParameter('payment_intent');
  const charge = tx.get('charge', chargeId);
  if (!charge) throw noSuchObject('charge', chargeId, 'charge', 400);
  if (!charge.paid) throw refused(`The charge ${chargeId} did not succeed.`, { param: 'charge' });
  return charge;
}

function courseOf(tx: Transaction, charge: Charge): keyof typeof COURSES {
  const method = tx.get('payment_method', charge.payment_method);
  const behaviour = method && findTestPaymentMethod(method.testName)?.behaviour;
  return (behaviour?.kind === 'succeeds' && behaviour.refunds) || 'succeed';
}

/** Adds `difference` to what the charge has given back, and announces it when money went back. */
function changeRefunded(tx: Transaction, charge: Charge, difference: number): void {
  const refundedAmount = charge.amount_refunded + difference;
  const changed: Charge = {
    ...charge,
    amount_refunded: refundedAmount,
    refunded: refundedAmount === charge.amount,
  };
  tx.put('charge', changed);
  if (difference < 0) return;
  tx.emit('charge.refunded', changed, {
    amount_refunded: charge.amount_refunded,
    ...(changed.refunded && { refunded: false }),
  });
}

/** The bank's last word on a refund; a failed one gives its amount back to the charge. */
export function settleRefund(tx: Transaction, refund: Refund, outcome: 'succeeded' | 'failed'): Refund {
  const { pending_reason: pendingReason, ...rest } = refund;
  const settled: Refund = {
    ...rest,
    status: outcome,
    balance_transaction: refund.balance_transaction ?? tx.newId('txn_3', 23),
    ...(outcome === 'failed' && {
      failure_balance_transaction: tx.newId('txn_3', 23),
      failure_reason: 'expired_or_canceled_card',
    }),
  };
  tx.put('refund', settled);
  const previous = {
    status: refund.status,
    ...(pendingReason && { pending_reason: pendingReason }),
    ...(refund.balance_transaction === null && { balance_transaction: null }),
  };
  tx.emit('refund.updated', settled, previous);
  tx.emit('charge.refund.updated', settled, previous);
  if (outcome === 'failed') {
    tx.emit('refund.failed', settled);
    const charge = tx.get('charge', refund.charge);
    if (charge) changeRefunded(tx, charge, -refund.amount);
  }
  return settled;
}

const RETRIEVE = new Set(['expand']);

export const retrieveRefund: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, RETRIEVE);
  const refund = tx.get('refund', id);
  if (!refund) throw noSuchObject('refund', id);
  return ok(refund);
};

export const listRefunds: Endpoint = (tx, { parameters }) =>
  ok(
    list(tx.ledger.tables.refund, parameters, '/v1/refunds', {
      charge: (refund) => refund.charge,
      payment_intent: (refund) => refund.payment_intent,
    }),
  );
