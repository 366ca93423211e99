import type { OrderStatus } from '@vybekart/contract';
import type { StockStore } from '../catalog/stock.store.ts';
import { isFinal } from '../payments/payment-provider.ts';
import type { PaymentsService } from '../payments/payments.service.ts';
import type { PaymentRow, PaymentsStore } from '../payments/payments.store.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import { isAllowed, type OrderTransition, orderTransitions, owesAll } from './order-state.ts';
import type { LockedOrder, OrdersStore } from './orders.store.ts';

/** How long a buyer whose bank said no may try again. */
const retrySeconds = 120;
/** How long a buyer may take to answer the bank: an app of UPI gives five minutes (docs.stripe.com/payments/upi). */
const answerSeconds = 300;
/** However often a bank asks, this long after it was placed an order is held no longer for an answer. */
const answerableSeconds = 3600;

/** Where money is here, or was: what became of its refunds decides between them. */
const refundable: ReadonlySet<OrderStatus> = new Set([
  'paid',
  'refund_pending',
  'partially_refunded',
  'refunded',
]);

/**
 * Brings one order in line with what is known of its money, in one transaction under the order's lock: whoever
 * notices first does it, and for everybody after that there is nothing left to do. Asks nobody outside.
 */
export class Settlement {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly stock: StockStore,
    private readonly payments: PaymentsService,
    private readonly paymentsStore: PaymentsStore,
    private readonly events: Events,
  ) {}

  listen(): void {
    this.events.on('payment.observed', 'orders:settle', ({ orderId }) => this.settle(orderId));
  }

  async settle(orderId: string): Promise<void> {
    await this.database.transaction((trx) => this.settleIn(trx, orderId));
  }

  /** As {@link settle}, as a part of the caller's transaction. */
  async settleIn(trx: Executor, orderId: string): Promise<void> {
    const order = await this.store.lock(trx, orderId);
    if (!order) return;
    const payment = await this.paymentsStore.find(trx, orderId);
    await this.#followPayment(trx, order, payment);
    if (refundable.has(order.status)) await this.#followRefunds(trx, order);
    if (payment && isFinal(payment.status) && !payment.is_settled) {
      await this.paymentsStore.markSettled(trx, orderId);
    }
  }

  async #followPayment(trx: Executor, order: LockedOrder, payment: PaymentRow | undefined): Promise<void> {
    switch (payment?.status) {
      case 'succeeded':
        return this.#moneyCame(trx, order);
      case 'processing':
        if (isAllowed('payment_processing', order.status)) await this.#move(trx, order, 'payment_processing');
        return;
      case 'open':
        if (order.status === 'processing') await this.#letTryAgain(trx, order);
        else if (order.status === 'pending' && payment.awaits_buyer_since) {
          await this.#letAnswer(trx, order, payment.awaits_buyer_since);
        }
        return;
      case 'canceled':
        if (order.status === 'processing') await this.#letTryAgain(trx, order);
        if (isAllowed('close', order.status))
          await this.#move(trx, order, 'close', { closing_to: 'canceled' });
        if (order.status === 'closing') await this.#close(trx, order);
        return;
      default:
        // Without a payment there is nothing to make impossible first: who creates one later sees this state.
        if (order.status === 'closing') await this.#close(trx, order);
    }
  }

  async #moneyCame(trx: Executor, order: LockedOrder): Promise<void> {
    if (isAllowed('payment_succeeded', order.status)) {
      // Who promised to pay at the door was announced when promising.
      const event = order.status === 'confirmed' ? 'order.delivered' : 'order.paid';
      const sold = await this.stock.commitHolds(trx, order.id);
      await this.#move(trx, order, 'payment_succeeded', { isPaidNow: true });
      await this.#announceSale(trx, order, sold, event);
    } else if (isAllowed('sell_late', order.status) && (await this.stock.sellWithoutHold(trx, order.id))) {
      await this.#move(trx, order, 'sell_late', { isPaidNow: true });
      await this.#announceSale(trx, order, await this.stock.ofOrder(trx, order.id));
    } else if (isAllowed('return_late', order.status)) {
      await this.#move(trx, order, 'return_late');
      await this.payments.requestRefund(trx, {
        order_id: order.id,
        amount_minor: order.total_minor,
        reason: 'late_payment',
        restock: false,
        key: `order:${order.id}:refund:late`,
      });
    }
  }

  async #announceSale(
    trx: Executor,
    order: LockedOrder,
    sold: { variantId: string }[],
    event: 'order.paid' | 'order.delivered' = 'order.paid',
  ): Promise<void> {
    await this.events.publish(trx, event, { orderId: order.id });
    await this.events.publish(trx, 'stock.changed', { variantIds: sold.map((line) => line.variantId) });
  }

  async #letTryAgain(trx: Executor, order: LockedOrder): Promise<void> {
    await this.#move(trx, order, 'payment_failed', { holdSeconds: retrySeconds });
    await this.events.publish(trx, 'order.prolonged', { orderId: order.id });
  }

  async #letAnswer(trx: Executor, order: LockedOrder, askedAt: Date): Promise<void> {
    const isLonger = await this.store.prolongHold(trx, order.id, {
      from: askedAt,
      seconds: answerSeconds,
      mostSeconds: answerableSeconds,
    });
    if (isLonger) await this.events.publish(trx, 'order.prolonged', { orderId: order.id });
  }

  async #close(trx: Executor, order: LockedOrder): Promise<void> {
    const released = await this.stock.releaseHolds(trx, order.id);
    await this.#move(trx, order, order.closing_to === 'canceled' ? 'cancel' : 'expire');
    await this.events.publish(trx, 'order.closed', { orderId: order.id });
    await this.events.publish(trx, 'stock.changed', { variantIds: released.map((line) => line.variantId) });
  }

  /**
   * A refund that failed leaves the order waiting for another one, also when it had succeeded before: never silently
   * `refunded`. Once nothing is left to refund, the order is what came through.
   */
  async #followRefunds(trx: Executor, order: LockedOrder): Promise<void> {
    const refunds = await this.paymentsStore.refundsOf(trx, order.id);
    if (refunds.length === 0) return;
    const succeeded = refunds.filter((refund) => refund.status === 'succeeded');
    const failed = refunds.filter((refund) => refund.status === 'failed' && !refund.is_answered);
    const refundedMinor = succeeded.reduce((sum, refund) => sum + refund.amount_minor, 0);
    const isRestocked = await this.#restockOnce(trx, order, succeeded);
    const isLeft = refundedMinor + order.taken_back_minor < order.total_minor;
    const isAllOwed = owesAll(order, isRestocked);
    const isOpen = refunds.some((refund) => refund.status === 'pending');
    const before = order.status;
    if (refundedMinor !== order.refunded_minor) await this.store.setRefunded(trx, order.id, refundedMinor);
    if (isOpen || (isLeft && (failed.length > 0 || isAllOwed))) {
      await this.#openRefund(trx, order);
    } else {
      const isAll = refundedMinor === order.total_minor || isAllOwed;
      const end = isAll ? 'refund_all' : refundedMinor > 0 ? 'refund_part' : 'refund_none';
      await this.paymentsStore.answerRefunds(trx, failed);
      if (order.status !== orderTransitions[end].to) {
        await this.#openRefund(trx, order);
        await this.#move(trx, order, end);
      }
    }
    const latest = succeeded.at(-1);
    if (latest && refundedMinor > order.refunded_minor) {
      await this.events.publish(trx, 'order.refunded', { orderId: order.id, refundId: latest.id });
    } else if (order.status !== before) {
      await this.events.publish(trx, 'order.refund_changed', { orderId: order.id });
    }
  }

  async #openRefund(trx: Executor, order: LockedOrder): Promise<void> {
    if (order.status === 'refund_pending') return;
    await this.#move(trx, order, order.status === 'refunded' ? 'reopen_refund' : 'begin_refund');
  }

  /** Puts the units back once a refund came through that said so; true when they are back, now or before. */
  async #restockOnce(
    trx: Executor,
    order: LockedOrder,
    succeeded: readonly { restock: boolean }[],
  ): Promise<boolean> {
    const isRestocked = await this.stock.isRestocked(trx, order.id);
    if (isRestocked || !succeeded.some((refund) => refund.restock)) return isRestocked;
    const returned = await this.stock.restock(trx, order.id);
    await this.events.publish(trx, 'stock.changed', { variantIds: returned.map((line) => line.variantId) });
    return true;
  }

  async #move(
    trx: Executor,
    order: LockedOrder,
    transition: OrderTransition,
    changes: Parameters<OrdersStore['move']>[3] = {},
  ): Promise<void> {
    const status = await this.store.move(trx, order.id, transition, changes);
    if (!status) throw new Error(`order ${order.id} cannot ${transition} from ${order.status}`);
    order.status = status;
    if (changes.closing_to) order.closing_to = changes.closing_to;
    if (changes.isPaidNow) order.is_sold = true;
  }
}
