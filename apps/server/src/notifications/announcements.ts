import { currencyExponent } from '@vybekart/contract';
import type { Announcement } from './notifications.store.ts';

/** The words of every announcement, in English; `facts` let the app say them in its own language. */
export function streamIsLive(stream: {
  id: string;
  title: string;
  sellerName: string;
  shopName: string;
}): Announcement {
  return {
    kind: 'stream_live',
    title: `${stream.sellerName} is live!`,
    body: stream.title,
    facts: { seller: stream.sellerName, shop: stream.shopName, title: stream.title },
    streamId: stream.id,
    orderId: null,
    dedupKey: `live:${stream.id}`,
  };
}

export interface OrderFacts {
  orderId: string;
  streamId: string | null;
  totalMinor: number;
  refundedMinor: number;
  currency: string;
  shopName: string;
  buyerName: string;
  productTitle: string;
  /** Paid at the door. */
  isCash: boolean;
}

const about = (order: OrderFacts) => ({
  facts: {
    shop: order.shopName,
    buyer: order.buyerName,
    product: order.productTitle,
    amountMinor: String(order.totalMinor),
    refundedMinor: String(order.refundedMinor),
    currency: order.currency,
    payment: order.isCash ? 'cash' : 'online',
  },
  streamId: order.streamId,
  orderId: order.orderId,
});

export function newOrder(order: OrderFacts): Announcement {
  return {
    kind: 'new_order',
    title: 'New order!',
    body: `${order.buyerName} bought ${order.productTitle} for ${amount(order.totalMinor, order.currency)}${order.isCash ? ', to be paid at the door' : ''}.`,
    ...about(order),
    dedupKey: `order:${order.orderId}:new`,
  };
}

export function orderPaid(order: OrderFacts): Announcement {
  return {
    kind: 'order_paid',
    title: 'Your order is confirmed',
    body: `${order.productTitle} from ${order.shopName} is yours.`,
    ...about(order),
    dedupKey: `order:${order.orderId}:paid`,
  };
}

/** The body holds the code, and nothing else of the system does. */
export function oneTimeCode(order: OrderFacts, code: string, number: number): Announcement {
  const { facts, ...rest } = about(order);
  return {
    kind: 'one_time_code',
    title: `${code} confirms your order`,
    body: `${order.shopName} sends ${order.productTitle}; you pay ${amount(order.totalMinor, order.currency)} at the door. Tell this code to nobody.`,
    facts: { ...facts, code },
    ...rest,
    dedupKey: `order:${order.orderId}:code:${number}`,
  };
}

export function orderConfirmed(order: OrderFacts): Announcement {
  return {
    kind: 'order_confirmed',
    title: 'Your order is confirmed',
    body: `${order.productTitle} from ${order.shopName} is yours. Have ${amount(order.totalMinor, order.currency)} ready at the door.`,
    ...about(order),
    dedupKey: `order:${order.orderId}:confirmed`,
  };
}

export function orderClosed(order: OrderFacts): Announcement {
  const told = about(order);
  return {
    kind: 'order_closed',
    title: 'Your order was not completed',
    body: `${order.productTitle} was not ${order.isCash ? 'confirmed' : 'paid'} in time. Nothing was charged.`,
    ...told,
    facts: { ...told.facts, cause: order.isCash ? 'unconfirmed' : 'unpaid' },
    dedupKey: `order:${order.orderId}:closed`,
  };
}

export function orderWithdrawn(order: OrderFacts): Announcement {
  const told = about(order);
  return {
    kind: 'order_closed',
    title: 'Your order was cancelled',
    body: `${order.shopName} cannot send ${order.productTitle}. Nothing was charged.`,
    ...told,
    facts: { ...told.facts, cause: 'withdrawn' },
    dedupKey: `order:${order.orderId}:withdrawn`,
  };
}

export function orderRefunded(order: OrderFacts, refundId: string): Announcement {
  return {
    kind: 'order_refunded',
    title: 'Refund on its way',
    body: `${order.shopName} refunded ${amount(order.refundedMinor, order.currency)} of your order.`,
    ...about(order),
    dedupKey: `order:${order.orderId}:refund:${refundId}`,
  };
}

export function refundRequested(order: OrderFacts, requestId: string): Announcement {
  return {
    kind: 'refund_requested',
    title: 'A refund was asked for',
    body: `${order.buyerName} asks for the money of ${order.productTitle} back.`,
    ...about(order),
    dedupKey: `refund-request:${requestId}:asked`,
  };
}

export function refundDeclined(order: OrderFacts, requestId: string): Announcement {
  return {
    kind: 'refund_declined',
    title: 'Your refund was declined',
    body: `${order.shopName} says why in your order of ${order.productTitle}.`,
    ...about(order),
    dedupKey: `refund-request:${requestId}:declined`,
  };
}

const disputeWords = {
  open: {
    title: 'A payment is disputed',
    body: 'asked the bank for the money of %s back. The bank decides.',
  },
  won: { title: 'You won a dispute', body: "'s bank decided: the money of %s stays with you." },
  lost: { title: 'You lost a dispute', body: "'s bank decided: the money of %s went back." },
} as const;

export function orderDisputed(
  order: OrderFacts,
  dispute: { disputeId: string; status: keyof typeof disputeWords },
): Announcement {
  const { title, body } = disputeWords[dispute.status];
  const told = about(order);
  return {
    kind: 'order_disputed',
    title,
    body: `${order.buyerName}${body.startsWith("'") ? '' : ' '}${body.replace('%s', () => order.productTitle)}`,
    ...told,
    facts: { ...told.facts, outcome: dispute.status },
    dedupKey: `order:${order.orderId}:dispute:${dispute.disputeId}:${dispute.status}`,
  };
}

function amount(minor: number, currency: string): string {
  const digits = currencyExponent[currency as keyof typeof currencyExponent];
  return new Intl.NumberFormat('en-IN', {
    style: 'currency',
    currency,
    minimumFractionDigits: minor % 10 ** digits === 0 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}
