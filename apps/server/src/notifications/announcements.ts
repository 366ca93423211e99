import { type DisputeStatus, newsInWords } from '@vybekart/contract';
import type { Announcement } from './notifications.store.ts';

export function streamIsLive(stream: {
  id: string;
  title: string;
  sellerName: string;
  shopName: string;
}): Announcement {
  return inEnglish({
    kind: 'stream_live',
    facts: { seller: stream.sellerName, shop: stream.shopName, title: stream.title },
    streamId: stream.id,
    orderId: null,
    dedupKey: `live:${stream.id}`,
  });
}

export interface OrderFacts {
  orderId: string;
  streamId: string | null;
  totalMinor: number;
  refundedMinor: number;
  currency: string;
  shopName: string;
  buyerName: string;
  /** Of the first line. */
  productTitle: string;
  otherLines: number;
  /** Paid at the door. */
  isCash: boolean;
}

export function newOrder(order: OrderFacts): Announcement {
  return about(order, 'new_order', 'new');
}

export function orderPaid(order: OrderFacts): Announcement {
  return about(order, 'order_paid', 'paid');
}

/** The entry holds the code, and nothing else of the system does. */
export function oneTimeCode(order: OrderFacts, code: string, number: number): Announcement {
  return about(order, 'one_time_code', `code:${number}`, { code });
}

export function orderConfirmed(order: OrderFacts): Announcement {
  return about(order, 'order_confirmed', 'confirmed');
}

export function orderShipped(order: OrderFacts): Announcement {
  return about(order, 'order_shipped', 'shipped');
}

export function orderClosed(order: OrderFacts): Announcement {
  return about(order, 'order_closed', 'closed', { cause: order.isCash ? 'unconfirmed' : 'unpaid' });
}

export function orderWithdrawn(order: OrderFacts): Announcement {
  return about(order, 'order_closed', 'withdrawn', { cause: 'withdrawn' });
}

export function orderRefunded(order: OrderFacts, refundId: string): Announcement {
  return about(order, 'order_refunded', `refund:${refundId}`);
}

export function refundFailed(order: OrderFacts, refundId: string): Announcement {
  return about(order, 'refund_failed', `refund:${refundId}:failed`);
}

export function refundRequested(order: OrderFacts, requestId: string): Announcement {
  return about(order, 'refund_requested', `refund-request:${requestId}:asked`);
}

export function refundDeclined(order: OrderFacts, requestId: string): Announcement {
  return about(order, 'refund_declined', `refund-request:${requestId}:declined`);
}

export function orderDisputed(
  order: OrderFacts,
  { disputeId, status }: { disputeId: string; status: DisputeStatus },
): Announcement {
  return about(order, 'order_disputed', `dispute:${disputeId}:${status}`, { outcome: status });
}

/** `what` tells the announcements about one order apart. */
function about(
  order: OrderFacts,
  kind: Announcement['kind'],
  what: string,
  facts: Record<string, string> = {},
): Announcement {
  return inEnglish({
    kind,
    facts: {
      shop: order.shopName,
      buyer: order.buyerName,
      product: order.otherLines > 0 ? `${order.productTitle} +${order.otherLines}` : order.productTitle,
      amountMinor: String(order.totalMinor),
      refundedMinor: String(order.refundedMinor),
      currency: order.currency,
      payment: order.isCash ? 'cash' : 'online',
      ...facts,
    },
    streamId: order.streamId,
    orderId: order.orderId,
    dedupKey: `order:${order.orderId}:${what}`,
  });
}

function inEnglish(told: Omit<Announcement, 'title' | 'body'>): Announcement {
  const words = newsInWords(told, 'en');
  if (!words) throw new Error(`an announcement of ${told.kind} lacks a fact`);
  return { ...told, ...words };
}
