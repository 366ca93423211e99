import type { Order, OrderStatus } from '@vybekart/contract';

export type StatusTone = 'quiet' | 'good' | 'warm' | 'bad' | 'info';

const tones: Record<OrderStatus, StatusTone> = {
  pending: 'warm',
  processing: 'warm',
  confirmed: 'good',
  closing: 'quiet',
  expired: 'quiet',
  canceled: 'quiet',
  paid: 'good',
  refund_pending: 'info',
  refunded: 'info',
  partially_refunded: 'info',
};

/** What one badge says of an order: once it is paid or promised, the parcel matters more than the money. */
export function orderBadge(order: Pick<Order, 'status' | 'paymentMethod' | 'fulfilment'>): {
  key:
    | `orders.status.${OrderStatus}`
    | 'orders.unconfirmed.pending'
    | 'orders.unconfirmed.expired'
    | `orders.fulfilment.${Order['fulfilment']['status']}`;
  tone: StatusTone;
} {
  const parcel = order.fulfilment.status;
  const isOnItsWay = ['paid', 'partially_refunded', 'confirmed'].includes(order.status);
  const cameBack = order.status === 'canceled' && parcel === 'returned';
  if (cameBack || (isOnItsWay && parcel !== 'none')) {
    return { key: `orders.fulfilment.${parcel}`, tone: parcel === 'returned' ? 'info' : 'good' };
  }
  const tone = tones[order.status];
  const isCash = order.paymentMethod === 'cash_on_delivery';
  if (isCash && (order.status === 'pending' || order.status === 'expired')) {
    return { key: `orders.unconfirmed.${order.status}`, tone };
  }
  return { key: `orders.status.${order.status}`, tone };
}

/** Until it is paid, or its parcel is on the road. */
export function mayCancel(order: Pick<Order, 'status' | 'fulfilment'>): boolean {
  if (order.status === 'pending') return true;
  return order.status === 'confirmed' && ['none', 'packed'].includes(order.fulfilment.status);
}

type StepState = 'done' | 'now' | 'later';
export interface TimelineStep {
  key:
    | 'placed'
    | 'confirmed'
    | 'paid'
    | 'packed'
    | 'shipped'
    | 'delivered'
    | 'returned'
    | 'closed'
    | 'refunded'
    | 'refundPending';
  state: StepState;
}

const parcelSteps = ['packed', 'shipped', 'delivered'] as const;

type TimelineFacts = Pick<Order, 'status' | 'paymentMethod' | 'fulfilment'>;

/** The way of an order from the first tap to the door, or to where it ended. Cash is paid at its end. */
export function orderTimeline(order: TimelineFacts): TimelineStep[] {
  const placed: TimelineStep = { key: 'placed', state: 'done' };
  const agreed = order.paymentMethod === 'cash_on_delivery' ? 'confirmed' : 'paid';
  switch (order.status) {
    case 'expired':
    case 'canceled':
      return order.fulfilment.status === 'returned'
        ? [placed, { key: 'returned', state: 'done' }, { key: 'closed', state: 'done' }]
        : [placed, { key: 'closed', state: 'done' }];
    case 'refund_pending':
      return [placed, { key: 'paid', state: 'done' }, { key: 'refundPending', state: 'now' }];
    case 'refunded':
      return [placed, { key: 'paid', state: 'done' }, { key: 'refunded', state: 'done' }];
    case 'pending':
    case 'processing':
    case 'closing':
      return [
        placed,
        { key: agreed, state: 'now' },
        ...parcelSteps.map((key) => ({ key, state: 'later' as const })),
      ];
    case 'confirmed':
    case 'paid':
    case 'partially_refunded':
      return [placed, { key: agreed, state: 'done' }, ...parcelTimeline(order.fulfilment.status)];
  }
}

function parcelTimeline(status: Order['fulfilment']['status']): TimelineStep[] {
  if (status === 'returned') {
    return [
      ...parcelSteps.map((key) => ({ key, state: 'done' as const })),
      { key: 'returned', state: 'done' },
    ];
  }
  const reached = status === 'none' ? -1 : parcelSteps.indexOf(status);
  return parcelSteps.map((key, index) => ({
    key,
    state: index <= reached ? 'done' : index === reached + 1 ? 'now' : 'later',
  }));
}

/** Whether there is money to ask back for, and the seller owes no answer already. */
export function mayAskForRefund(
  order: Pick<Order, 'status' | 'total' | 'refunded' | 'refundRequest'>,
): boolean {
  const isPaid = order.status === 'paid' || order.status === 'partially_refunded';
  return (
    isPaid && order.refunded.amountMinor < order.total.amountMinor && order.refundRequest?.status !== 'open'
  );
}
