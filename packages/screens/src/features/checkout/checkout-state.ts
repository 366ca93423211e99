import type { FailureCode } from '@vybekart/client';
import type { CashToConfirm, Money, Order, PlacedCashOrder, PlacedOrder } from '@vybekart/contract';

export type CheckoutStep =
  | 'choosing'
  | 'placing'
  | 'sold_out'
  | 'price_changed'
  | 'refused'
  | 'paying'
  | 'confirming'
  | 'authenticating'
  | 'declined'
  | 'waiting'
  | 'paid'
  | 'promised'
  | 'expired';

export type Placed = PlacedOrder | PlacedCashOrder;

/** What is wrong with a one-time code, or with asking for another one. */
export type CodeProblem = 'wrong' | 'expired' | 'tooSoon' | 'noMore';

/** How an order ended without being sold; `refunded`: the money came too late and goes back. */
export type OrderEnd = 'expired' | 'canceled' | 'refunded';

/** Null while it goes on, or when it was sold. */
export function orderEnd(status: Order['status']): OrderEnd | null {
  switch (status) {
    case 'expired':
    case 'canceled':
      return status;
    case 'refund_pending':
    case 'refunded':
      return 'refunded';
    default:
      return null;
  }
}

export type CheckoutEvent =
  | { type: 'place' }
  | { type: 'placed'; placed: Placed }
  | { type: 'sold_out'; available: number }
  | { type: 'price_changed'; oldPrice: Money; newPrice: Money }
  | { type: 'refused'; code: FailureCode }
  | { type: 'change' }
  | { type: 'confirm' }
  | { type: 'authenticate'; challengeId: string }
  | { type: 'submitted' }
  | { type: 'declined'; reason: string | null }
  | { type: 'unreachable' }
  | { type: 'code_sent'; payment: CashToConfirm }
  | { type: 'code_refused'; problem: CodeProblem; triesLeft: number | null }
  | { type: 'hold_moved'; expiresAt: string }
  | { type: 'order_paid' }
  | { type: 'order_confirmed' }
  | { type: 'order_closed'; end: OrderEnd };

export type CheckoutEventType = CheckoutEvent['type'];

/**
 * The way from "Buy now" to "It is yours". Only the server's word on the order leads to `paid`, `promised` (to be paid
 * at the door) or `expired`: whatever the payment form says, `submitted` waits for the webhook. A decline and a wrong
 * code keep the hold. For an order that is paid at the door, `paying` asks for its code.
 */
export const checkoutTransitions: Record<CheckoutStep, Partial<Record<CheckoutEventType, CheckoutStep>>> = {
  choosing: { place: 'placing', change: 'choosing' },
  placing: { placed: 'paying', sold_out: 'sold_out', price_changed: 'price_changed', refused: 'refused' },
  sold_out: { change: 'choosing' },
  price_changed: { place: 'placing', change: 'choosing' },
  refused: { place: 'placing', change: 'choosing' },
  paying: {
    confirm: 'confirming',
    code_sent: 'paying',
    code_refused: 'paying',
    order_paid: 'paid',
    order_confirmed: 'promised',
    order_closed: 'expired',
  },
  confirming: {
    submitted: 'waiting',
    authenticate: 'authenticating',
    declined: 'declined',
    unreachable: 'paying',
    code_refused: 'paying',
    order_paid: 'paid',
    order_confirmed: 'promised',
    order_closed: 'expired',
  },
  authenticating: {
    confirm: 'confirming',
    declined: 'declined',
    order_paid: 'paid',
    order_closed: 'expired',
  },
  declined: { confirm: 'confirming', order_paid: 'paid', order_closed: 'expired' },
  waiting: { declined: 'declined', order_paid: 'paid', order_closed: 'expired' },
  paid: {},
  promised: {},
  expired: { change: 'choosing' },
};

/** What the sheet knows beside its step; facts of a step that is over are `null`. */
export interface CheckoutState {
  step: CheckoutStep;
  placed: Placed | null;
  available: number | null;
  priceChange: { oldPrice: Money; newPrice: Money } | null;
  refusal: FailureCode | null;
  declineReason: string | null;
  end: OrderEnd | null;
  challengeId: string | null;
  codeProblem: CodeProblem | null;
  triesLeft: number | null;
  /** The payment provider could not be reached; the order is held, nothing is lost. */
  isPaymentUnreachable: boolean;
}

export const initialCheckout: CheckoutState = {
  step: 'choosing',
  placed: null,
  available: null,
  priceChange: null,
  refusal: null,
  declineReason: null,
  end: null,
  challengeId: null,
  codeProblem: null,
  triesLeft: null,
  isPaymentUnreachable: false,
};

/** An event that the step does not know leaves everything as it is. That the hold lasts longer changes no step. */
export function reduceCheckout(state: CheckoutState, event: CheckoutEvent): CheckoutState {
  if (event.type === 'hold_moved') return withHold(state, event.expiresAt);
  const step = checkoutTransitions[state.step][event.type];
  if (!step) return state;
  const next: CheckoutState = { ...initialCheckout, placed: state.placed, step };
  switch (event.type) {
    case 'place':
      return { ...next, placed: null };
    case 'change':
      return { ...initialCheckout };
    case 'placed':
      return { ...next, placed: event.placed };
    case 'sold_out':
      return { ...next, available: event.available };
    case 'price_changed':
      return { ...next, priceChange: { oldPrice: event.oldPrice, newPrice: event.newPrice } };
    case 'refused':
      return { ...next, refusal: event.code };
    case 'order_closed':
      return { ...next, end: event.end };
    case 'declined':
      return { ...next, declineReason: event.reason };
    case 'authenticate':
      return { ...next, challengeId: event.challengeId };
    case 'code_sent':
      return { ...next, placed: state.placed && { ...state.placed, payment: event.payment } };
    case 'code_refused':
      return { ...next, codeProblem: event.problem, triesLeft: event.triesLeft };
    case 'unreachable':
      return { ...next, isPaymentUnreachable: true };
    default:
      return next;
  }
}

function withHold(state: CheckoutState, expiresAt: string): CheckoutState {
  if (!state.placed || state.placed.reservation.expiresAt === expiresAt) return state;
  return { ...state, placed: { ...state.placed, reservation: { expiresAt } } };
}
