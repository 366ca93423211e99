import type { SellerOrder } from '@vybekart/contract';
import type { StockStore } from '../catalog/stock.store.ts';
import type { CashOnDelivery } from '../payments/cash-on-delivery.ts';
import type { PaymentsStore } from '../payments/payments.store.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Events } from '../platform/events.ts';
import type { IdempotentRequests, KeptAnswer } from './idempotent-requests.ts';
import type { OrderClosing } from './order-closing.ts';
import { toSellerOrder } from './order-view.ts';
import type { LockedOrder, OrdersStore } from './orders.store.ts';
import type { Settlement } from './settlement.ts';

type SellerCaller = Caller & { shopId: string };

/** The reason in the stock ledger for goods of a parcel that was refused at the door. */
const undelivered = 'Refused at the door';

/**
 * What becomes of a parcel at the buyer's door. For cash, the door is where the order is paid or ends; each is one
 * transaction over order, cash book, payment and stock. Every call may be repeated.
 */
export class Parcels {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly stock: StockStore,
    private readonly cash: CashOnDelivery,
    private readonly payments: PaymentsStore,
    private readonly settlement: Settlement,
    private readonly closing: OrderClosing,
    private readonly requests: IdempotentRequests,
    private readonly events: Events,
  ) {}

  /** The buyer has it; a cash order is thereby paid. Throws `conflict` for what is neither paid nor confirmed. */
  async deliver(seller: SellerCaller, orderId: string): Promise<SellerOrder> {
    await this.database.transaction(async (trx) => {
      const order = await this.#lockOwn(trx, seller, orderId);
      if (order.fulfilment_status === 'delivered') return;
      const isPaid = order.status === 'paid' || order.status === 'partially_refunded';
      if ((order.status !== 'confirmed' && !isPaid) || order.fulfilment_status === 'returned') {
        throw new AppError('conflict', { orderStatus: order.status, fulfilment: order.fulfilment_status });
      }
      await this.store.setFulfilment(trx, orderId, 'delivered');
      if (order.status === 'confirmed') await this.#endCash(trx, orderId, 'succeeded');
      else await this.events.publish(trx, 'order.delivered', { orderId });
    });
    return this.#own(seller, orderId);
  }

  /**
   * The buyer refused an unpaid parcel: its order ends, and the goods are off the shelf until `restock` says that they
   * are back, now or in a later call. Throws `conflict` for what was not shipped unpaid.
   */
  async takeBack(seller: SellerCaller, orderId: string, restock: boolean): Promise<SellerOrder> {
    await this.database.transaction(async (trx) => {
      const order = await this.#lockOwn(trx, seller, orderId);
      const isBack = order.status === 'canceled' && order.fulfilment_status === 'returned';
      if (!isBack) {
        if (order.status !== 'confirmed' || order.fulfilment_status !== 'shipped') {
          throw new AppError('conflict', { orderStatus: order.status, fulfilment: order.fulfilment_status });
        }
        await this.store.setFulfilment(trx, orderId, 'returned');
        await this.store.move(trx, orderId, 'close', { closing_to: 'canceled' });
        await this.#endCash(trx, orderId, 'canceled');
        await this.#takeOffShelf(trx, seller, orderId);
      }
      if (!restock || (await this.stock.isRestocked(trx, orderId))) return;
      const back = await this.stock.restock(trx, orderId);
      await this.events.publish(trx, 'stock.changed', { variantIds: back.map((line) => line.variantId) });
    });
    return this.#own(seller, orderId);
  }

  /** The seller cannot send it. Throws `order_not_cancelable { status }` once it was shipped or paid. */
  cancel(seller: SellerCaller, orderId: string, key: string, requestId: string): Promise<KeptAnswer> {
    const route = 'cancelSale';
    const request = { actorId: seller.userId, route, key, orderId, asked: [orderId] };
    return this.requests.run(request, requestId, async () => {
      const { status } = await this.#own(seller, orderId);
      if (status === 'confirmed') await this.#withdraw(orderId);
      if ((await this.#own(seller, orderId)).status === 'closing') await this.closing.finish(orderId);
      const order = await this.#own(seller, orderId);
      if (order.status !== 'canceled')
        throw new AppError('order_not_cancelable', { orderStatus: order.status });
      return order;
    });
  }

  async #withdraw(orderId: string): Promise<void> {
    await this.database.transaction(async (trx) => {
      const isClosing = await this.store.move(trx, orderId, 'close', { closing_to: 'canceled' });
      if (isClosing) await this.events.publish(trx, 'order.withdrawn', { orderId });
    });
  }

  async #endCash(trx: Executor, orderId: string, status: 'succeeded' | 'canceled'): Promise<void> {
    const paymentId = this.cash.paymentOf(orderId);
    const isEnded =
      status === 'succeeded'
        ? await this.cash.collect(trx, paymentId)
        : await this.cash.cancelIn(trx, paymentId);
    if (!isEnded) throw new Error(`the cash of order ${orderId} could not be ${status}`);
    await this.payments.end(trx, orderId, status);
    await this.settlement.settleIn(trx, orderId);
  }

  /** The hold is gone, but not all goods come back as they went: none of them is for sale until the seller says so. */
  async #takeOffShelf(trx: Executor, seller: SellerCaller, orderId: string): Promise<void> {
    const actorId = seller.userId;
    for (const { variantId, quantity } of await this.stock.ofOrder(trx, orderId)) {
      await this.stock.adjust(trx, { variantId, delta: -quantity, reason: undelivered, actorId });
    }
  }

  async #lockOwn(trx: Executor, seller: SellerCaller, orderId: string): Promise<LockedOrder> {
    const order = await this.store.lock(trx, orderId);
    if (order?.shop_id !== seller.shopId) throw new AppError('not_found');
    return order;
  }

  async #own(seller: SellerCaller, orderId: string): Promise<SellerOrder> {
    const row = await this.store.find(this.database.db, orderId);
    if (row?.shop_id !== seller.shopId) throw new AppError('not_found');
    return toSellerOrder(row, await this.store.items(this.database.db, [orderId]));
  }
}
