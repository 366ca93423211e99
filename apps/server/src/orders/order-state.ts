import type { FulfilmentStatus, OrderStatus } from '@vybekart/contract';

interface Transition {
  from: readonly OrderStatus[];
  to: OrderStatus;
}

/**
 * What can happen to an order, from which states and to which; nothing else changes a status. The hold is active in
 * `pending`, `processing`, `confirmed` and `closing`, committed on the way to `paid`, released on the way to `expired`
 * and `canceled`.
 */
export const orderTransitions = {
  /** The buyer paid, the bank has not answered: the hold no longer expires. */
  payment_processing: { from: ['pending', 'closing'], to: 'processing' },
  /** The bank said no; the buyer may try again. */
  payment_failed: { from: ['processing'], to: 'pending' },
  /** The buyer promised to pay at the door: the hold no longer expires, and the parcel may go. */
  confirm: { from: ['pending'], to: 'confirmed' },
  payment_succeeded: { from: ['pending', 'processing', 'confirmed', 'closing'], to: 'paid' },
  /**
   * Time is up, somebody cancels, or a parcel was refused: first the payment is made impossible, then the hold is
   * released. Not while a parcel is on its way.
   */
  close: { from: ['pending', 'confirmed'], to: 'closing' },
  expire: { from: ['closing'], to: 'expired' },
  cancel: { from: ['closing'], to: 'canceled' },
  /** Money came after the hold was gone, and there was still stock. */
  sell_late: { from: ['expired'], to: 'paid' },
  /** Money came after the hold was gone, and it goes back. */
  return_late: { from: ['expired', 'canceled'], to: 'refund_pending' },
  begin_refund: { from: ['paid', 'partially_refunded'], to: 'refund_pending' },
  /** The bank sent back what it had taken for a refund: there must be another one. */
  reopen_refund: { from: ['refunded'], to: 'refund_pending' },
  refund_all: { from: ['refund_pending'], to: 'refunded' },
  refund_part: { from: ['refund_pending'], to: 'partially_refunded' },
  /** No refund came through, and what they were for has gone another way: the bank took it in a dispute. */
  refund_none: { from: ['refund_pending'], to: 'paid' },
} as const satisfies Record<string, Transition>;

export type OrderTransition = keyof typeof orderTransitions;

const holding: readonly OrderStatus[] = ['pending', 'processing', 'confirmed', 'closing'];

/** Whether an order in this state holds stock. */
export const isHolding = (status: OrderStatus): boolean => holding.includes(status);

/** Whether its parcel never left. */
const isUnsent = (status: FulfilmentStatus): boolean => status === 'none' || status === 'packed';

/**
 * Whether the buyer gets nothing for the money, so that all of it goes back: nothing was ever sold, or the units went
 * back on the shelf (`isRestocked`) instead of into a parcel.
 */
export function owesAll(
  order: { is_sold: boolean; fulfilment_status: FulfilmentStatus },
  isRestocked: boolean,
): boolean {
  return !order.is_sold || (isRestocked && isUnsent(order.fulfilment_status));
}

export function isAllowed(transition: OrderTransition, from: OrderStatus): boolean {
  return (orderTransitions[transition].from as readonly OrderStatus[]).includes(from);
}
