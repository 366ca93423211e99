import type { Notification } from '@vybekart/contract';
import type { en } from './en';

/** The words by which an entry of the inbox is told. */
export type NotificationTopic = keyof typeof en.inbox;

/** The facts that every entry about an order has. */
const ofOrder = ['shop', 'buyer', 'product', 'amountMinor', 'currency'];

const disputes = new Map<string, NotificationTopic>([
  ['open', 'disputed'],
  ['won', 'disputeWon'],
  ['lost', 'disputeLost'],
]);

/** Null for an entry that lacks a fact, because an older or a newer server wrote it. */
export function notificationTopic({
  kind,
  facts,
}: Pick<Notification, 'kind' | 'facts'>): NotificationTopic | null {
  const has = (...names: string[]) => names.every((name) => facts[name] !== undefined);
  if (kind === 'stream_live') return has('seller', 'title') ? 'live' : null;
  if (!has(...ofOrder)) return null;
  switch (kind) {
    case 'new_order':
      return has('payment') ? 'newOrder' : null;
    case 'order_paid':
      return 'paid';
    case 'one_time_code':
      return has('code') ? 'code' : null;
    case 'order_confirmed':
      return 'confirmed';
    case 'order_closed':
      return oneOf(facts.cause, ['unpaid', 'unconfirmed', 'withdrawn']);
    case 'order_refunded':
      return has('refundedMinor') ? 'refunded' : null;
    case 'order_disputed':
      return disputes.get(facts.outcome ?? '') ?? null;
    case 'refund_requested':
      return 'refundRequested';
    case 'refund_declined':
      return 'refundDeclined';
    default:
      return null;
  }
}

function oneOf<T extends NotificationTopic>(value: string | undefined, topics: readonly T[]): T | null {
  return topics.find((topic) => topic === value) ?? null;
}
