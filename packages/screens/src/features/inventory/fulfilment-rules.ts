import type { Order, SellerOrder } from '@vybekart/contract';

type Facts = Pick<Order, 'status' | 'paymentMethod' | 'fulfilment' | 'total' | 'refunded'>;
type MoneyFacts = Facts & Pick<SellerOrder, 'isDisputed' | 'hasFailedRefund' | 'takenBack'>;

export function isShippable(order: Facts): boolean {
  return isSold(order) && ['none', 'packed'].includes(order.fulfilment.status);
}

/** On the road; a cash order that was shipped is paid by being delivered. */
export function isDeliverable(order: Facts): boolean {
  return isSold(order) && order.fulfilment.status === 'shipped';
}

/** What the courier has to bring back, in minor units; 0 when nothing. */
export function cashToCollectMinor(order: Facts): number {
  return order.status === 'confirmed' ? order.total.amountMinor : 0;
}

/** The buyer did not take it and did not pay. */
export function isRefusable(order: Facts): boolean {
  return order.status === 'confirmed' && order.fulfilment.status === 'shipped';
}

export function isCancelable(order: Facts): boolean {
  return order.status === 'confirmed' && isShippable(order);
}

/** Refused at the door; whether its goods are back on the shelf, the server knows. */
export function cameBack(order: Facts): boolean {
  return order.status === 'canceled' && order.fulfilment.status === 'returned';
}

function isSold({ status }: Facts): boolean {
  return status === 'paid' || status === 'partially_refunded' || status === 'confirmed';
}

/** What can still be returned, in minor units; 0 when nothing can, also while the bank decides about a dispute. */
export function refundableMinor(order: MoneyFacts): number {
  const mayBegin = order.status === 'paid' || order.status === 'partially_refunded' || order.hasFailedRefund;
  if (order.isDisputed || !mayBegin) return 0;
  const goneMinor = order.refunded.amountMinor + order.takenBack.amountMinor;
  return Math.max(0, order.total.amountMinor - goneMinor);
}

/** An order that was gone when its money came took nothing from the stock. */
export function isRestockable(order: Pick<Order, 'paidAt'>): boolean {
  return order.paidAt !== null;
}

/** Whether all that is left goes back at once: the buyer gets nothing, because what was not sent stays in the shop. */
export function mustRefundAll(order: Pick<Order, 'paidAt' | 'fulfilment'>, restock: boolean): boolean {
  const isUnsent = ['none', 'packed'].includes(order.fulfilment.status);
  return !isRestockable(order) || (restock && isUnsent);
}

export function isRefundable(order: MoneyFacts): boolean {
  return refundableMinor(order) > 0;
}
