import type { Order, SellerOrder } from '@vybekart/contract';

type Facts = Pick<Order, 'status' | 'fulfilment' | 'total' | 'refunded'>;
type MoneyFacts = Facts & Pick<SellerOrder, 'isDisputed' | 'takenBack'>;

export function isShippable(order: Facts): boolean {
  const isPaid = order.status === 'paid' || order.status === 'partially_refunded';
  return isPaid && ['none', 'packed'].includes(order.fulfilment.status);
}

/** What can still be returned, in minor units; 0 when nothing can, also while the bank decides about a dispute. */
export function refundableMinor(order: MoneyFacts): number {
  if (order.isDisputed || (order.status !== 'paid' && order.status !== 'partially_refunded')) return 0;
  const goneMinor = order.refunded.amountMinor + order.takenBack.amountMinor;
  return Math.max(0, order.total.amountMinor - goneMinor);
}

export function isRefundable(order: MoneyFacts): boolean {
  return refundableMinor(order) > 0;
}
