import type { DisputeStatus } from '@vybekart/contract';
import type { Executor } from './database.ts';

/** What happened, told by one feature and heard by others; ids only, listeners read what they need. */
export interface EventPayloads {
  'stream.live': { streamId: string };
  'stream.interrupted': { streamId: string };
  'stream.resumed': { streamId: string };
  'stream.ended': { streamId: string; reason: string };
  'stock.changed': { variantIds: string[] };
  'payment.observed': { orderId: string };
  'payment.disputed': { orderId: string; disputeId: string; status: DisputeStatus };
  /** The hold of an unpaid order lasts longer than was told. */
  'order.prolonged': { orderId: string };
  /** The money came before the parcel went. */
  'order.paid': { orderId: string };
  /** The buyer has promised to pay at the door: from now on it is the seller's to ship. */
  'order.confirmed': { orderId: string };
  /** The parcel is on its way, or its carrier or number was corrected. */
  'order.shipped': { orderId: string };
  /** The parcel is at its buyer's; what was to be paid at the door is paid. */
  'order.delivered': { orderId: string };
  /** The seller cannot send what the buyer was promised; the order closes. */
  'order.withdrawn': { orderId: string };
  'order.closed': { orderId: string };
  'order.refunded': { orderId: string; refundId: string };
  /** Its status follows from its refunds, and is another one without more money having gone back. */
  'order.refund_changed': { orderId: string };
  /** The bank did not take a refund: the seller must make another one. */
  'refund.failed': { orderId: string; refundId: string };
  'refund.requested': { orderId: string; requestId: string };
  'refund.declined': { orderId: string; requestId: string };
  'order.disputed': { orderId: string; disputeId: string; status: DisputeStatus };
}
export type EventName = keyof EventPayloads;

/**
 * The way back up the journey: payments -> orders -> catalog -> room -> notifications.
 *
 * Guarantees: an event published in a transaction is delivered if and only if the transaction commits; at least
 * once to each subscriber, retried with backoff (up to 25 times, over days), in no particular order; a failing
 * subscriber delays nobody else. Subscribers must therefore be idempotent.
 */
export abstract class Events {
  /** Call while the application is composed. `subscriber` is a stable name, unique for its event. */
  abstract on<N extends EventName>(
    event: N,
    subscriber: string,
    handle: (payload: EventPayloads[N]) => Promise<void>,
  ): void;

  abstract publish<N extends EventName>(
    executor: Executor,
    event: N,
    payload: EventPayloads[N],
  ): Promise<void>;
}

/**
 * Work that must happen later, with the guarantees of {@link Events}. A job name has one handler.
 * `key`: a waiting job with the same key is replaced, so the same work is queued once.
 */
export abstract class Jobs {
  abstract handle<P extends object>(name: string, run: (payload: P) => Promise<void>): void;

  abstract add(
    executor: Executor,
    name: string,
    payload: object,
    options?: { runAt?: Date; key?: string; maxAttempts?: number },
  ): Promise<void>;

  /**
   * Runs `run` every `intervalMs` in this process, never twice at once; an error is logged and the next turn comes.
   * The work must tolerate that other nodes do the same (`for update skip locked`).
   */
  abstract every(name: string, intervalMs: number, run: () => Promise<void>): void;
}
