import type { StockStore } from '../catalog/stock.store.ts';
import type { PaymentsService } from '../payments/payments.service.ts';
import type { PaymentRow, PaymentsStore } from '../payments/payments.store.ts';
import { crashPoint } from '../platform/crash-points.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import { isAllowed, type OrderTransition } from './order-state.ts';
import type { LockedOrder, OrdersStore } from './orders.store.ts';

/** How long a buyer whose bank said no may try again. */
const retrySeconds = 120;
/** How long a buyer may take to answer the bank: an app of UPI gives five minutes (docs.stripe.com/payments/upi). */
const answerSeconds = 300;
/** However often a bank asks, this long after it was placed an order is held no longer for an answer. */
const answerableSeconds = 3600;

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
    crashPoint('order_settled');
  }

  /** As {@link settle}, as a part of the caller's transaction. */
  async settleIn(trx: Executor, orderId: string): Promise<void> {
    const order = await this.store.lock(trx, orderId);
    if (!order) return;
    const payment = await this.paymentsStore.find(trx, orderId);
    await this.#followPayment(trx, order, payment);
    if (order.status === 'refund_pending') await this.#followRefunds(trx, order);
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

  /** A refund that failed leaves the order waiting for another one: never silently `refunded`. */
  async #followRefunds(trx: Executor, order: LockedOrder): Promise<void> {
    const refunds = await this.paymentsStore.refundsOf(trx, order.id);
    const latest = refunds.at(-1);
    if (latest?.status !== 'succeeded' || refunds.some((refund) => refund.status === 'pending')) return;
    const refundedMinor = refunds
      .filter((refund) => refund.status === 'succeeded')
      .reduce((sum, refund) => sum + refund.amount_minor, 0);
    const isAll = refundedMinor === order.total_minor;
    await this.#move(trx, order, isAll ? 'refund_all' : 'refund_part', { refunded_minor: refundedMinor });
    if (latest.restock && !(await this.stock.isRestocked(trx, order.id))) {
      const returned = await this.stock.restock(trx, order.id);
      await this.events.publish(trx, 'stock.changed', { variantIds: returned.map((line) => line.variantId) });
    }
    await this.events.publish(trx, 'order.refunded', { orderId: order.id, refundId: latest.id });
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
  }
}
