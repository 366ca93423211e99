import type { Order } from '@vybekart/contract';

type Facts = Pick<Order, 'status' | 'fulfilment' | 'total' | 'refunded'>;

export function isShippable(order: Facts): boolean {
  const isPaid = order.status === 'paid' || order.status === 'partially_refunded';
  return isPaid && ['none', 'packed'].includes(order.fulfilment.status);
}

/** What can still be returned, in minor units; 0 when nothing can. */
export function refundableMinor(order: Facts): number {
  if (order.status !== 'paid' && order.status !== 'partially_refunded') return 0;
  return Math.max(0, order.total.amountMinor - order.refunded.amountMinor);
}

export function isRefundable(order: Facts): boolean {
  return refundableMinor(order) > 0;
}
