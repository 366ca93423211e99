import type {
  Currency,
  Fulfil,
  RefundOrder,
  SellerDashboard,
  SellerOrder,
  SellerOrderQuery,
} from '@vybekart/contract';
import { cursorId } from '../catalog/catalog.service.ts';
import type { StockStore } from '../catalog/stock.store.ts';
import type { PaymentsService } from '../payments/payments.service.ts';
import type { PaymentsStore, RefundRow } from '../payments/payments.store.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Events } from '../platform/events.ts';
import type { DashboardStore } from './dashboard.store.ts';
import type { IdempotentRequests, KeptAnswer } from './idempotent-requests.ts';
import type { LiveAudience } from './live-audience.ts';
import { isAllowed, owesAll } from './order-state.ts';
import { toSellerOrder } from './order-view.ts';
import type { LockedOrder, OrdersStore } from './orders.store.ts';
import type { RefundRequestsStore } from './refund-requests.store.ts';
import type { Settlement } from './settlement.ts';

type SellerCaller = Caller & { shopId: string };

/** What a shop has sold: its orders, shipping them, giving money back, and the figures. */
export class SalesService {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly stock: StockStore,
    private readonly payments: PaymentsService,
    private readonly paymentsStore: PaymentsStore,
    private readonly settlement: Settlement,
    private readonly requests: IdempotentRequests,
    private readonly dashboards: DashboardStore,
    private readonly audience: LiveAudience,
    private readonly refundRequests: RefundRequestsStore,
    private readonly events: Events,
  ) {}

  async list(
    seller: SellerCaller,
    { limit, cursor, streamId, task }: SellerOrderQuery,
  ): Promise<{ items: SellerOrder[]; nextCursor: string | null }> {
    const { db } = this.database;
    const page = { before: cursorId(cursor), limit: limit + 1 };
    const rows = await this.store.list(db, { shopId: seller.shopId, streamId, task }, page);
    const shown = rows.slice(0, limit);
    const ids = shown.map((row) => row.id);
    const items = Map.groupBy(await this.store.items(db, ids), (item) => item.order_id);
    return {
      items: shown.map((row) => toSellerOrder(row, items.get(row.id) ?? [])),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  async get(seller: SellerCaller, orderId: string): Promise<SellerOrder> {
    return this.#own(seller, orderId);
  }

  /** Marks a paid order as shipped; again, it corrects carrier and number. */
  async fulfil(seller: SellerCaller, orderId: string, shipment: Fulfil): Promise<SellerOrder> {
    const isDone = await this.database.transaction(async (trx) => {
      const isShipped = await this.store.fulfil(
        trx,
        { id: orderId, shopId: seller.shopId },
        { carrier: shipment.carrier ?? null, trackingNumber: shipment.trackingNumber ?? null },
      );
      if (isShipped) await this.events.publish(trx, 'order.shipped', { orderId });
      return isShipped;
    });
    const order = await this.#own(seller, orderId);
    if (!isDone)
      throw new AppError('conflict', { orderStatus: order.status, detail: 'Only paid orders can ship.' });
    return order;
  }

  /**
   * Gives back a part or all of the money, one refund for each key. Throws `order_not_refundable` when less is left
   * than asked for, while a refund or a dispute is open, or when nothing was paid. `restock` puts all units back;
   * where they were not sent, or never sold, only all that is left can be refunded.
   * It answers the buyer's open request; `refundRequestId`: throws `conflict` unless this one is open.
   */
  refund(
    seller: SellerCaller,
    orderId: string,
    input: RefundOrder,
    key: string,
    requestId: string,
    refundRequestId: string | null = null,
  ): Promise<KeptAnswer> {
    const request = {
      actorId: seller.userId,
      route: 'refundOrder',
      key,
      orderId,
      asked: [orderId, input, refundRequestId],
    };
    return this.requests.run(request, requestId, async () => {
      await this.#own(seller, orderId);
      const refundKey = `order:${orderId}:refund:${seller.userId}:${key}`;
      const refundId = await this.database.transaction((trx) =>
        this.#beginRefund(trx, orderId, input, refundKey, refundRequestId),
      );
      // When the provider is down, the job that was queued with the refund goes on.
      await this.payments.submitRefund(refundId).catch(() => {});
      await this.settlement.settle(orderId);
      return this.#own(seller, orderId);
    });
  }

  async dashboard(seller: SellerCaller, streamId: string | null): Promise<SellerDashboard> {
    const figures = await this.dashboards.figures(this.database.db, seller.shopId, streamId);
    if (!figures) throw new AppError('not_found');
    const { liveStreamIds, revenueMinor, currency, ...counts } = figures;
    const viewers = await Promise.all(liveStreamIds.map((id) => this.audience.viewersOf(id)));
    return {
      ...counts,
      revenue: { amountMinor: revenueMinor, currency: currency as Currency },
      viewerCount: viewers.reduce((sum, count) => sum + count, 0),
    };
  }

  async #beginRefund(
    trx: Executor,
    orderId: string,
    input: RefundOrder,
    refundKey: string,
    refundRequestId: string | null,
  ): Promise<string> {
    const order = await this.store.lock(trx, orderId);
    if (!order) throw new AppError('not_found');
    const known = await this.paymentsStore.findRefund(trx, { key: refundKey });
    if (known) return known.id;
    if (refundRequestId) {
      const status = await this.refundRequests.status(trx, refundRequestId);
      if (status !== 'open') throw new AppError('conflict', { requestStatus: status });
    }
    const refunds = await this.paymentsStore.refundsOf(trx, orderId);
    const failed = refunds.filter((refund) => refund.status === 'failed' && !refund.is_answered);
    const isRetry = order.status === 'refund_pending' && failed.length > 0;
    await this.#checkRefund(trx, order, input, refunds, isRetry);
    if (isRetry) await this.paymentsStore.answerRefunds(trx, failed);
    else await this.store.move(trx, orderId, 'begin_refund');
    const refundId = await this.payments.requestRefund(trx, {
      order_id: orderId,
      amount_minor: input.amountMinor,
      reason: 'requested_by_seller',
      restock: input.restock,
      key: refundKey,
    });
    await this.refundRequests.approveOpen(trx, orderId, refundId);
    return refundId;
  }

  async #checkRefund(
    trx: Executor,
    order: LockedOrder,
    input: RefundOrder,
    refunds: readonly RefundRow[],
    isRetry: boolean,
  ): Promise<void> {
    const isOpen = refunds.some((refund) => refund.status === 'pending');
    if (!(isRetry || isAllowed('begin_refund', order.status)) || isOpen || order.is_disputed) {
      throw new AppError('order_not_refundable', {
        orderStatus: order.status,
        isDisputed: order.is_disputed,
        ...(order.is_disputed ? { detail: "The buyer's bank is deciding about this payment." } : {}),
      });
    }
    const takenMinor = refunds
      .filter((refund) => refund.status !== 'failed')
      .reduce((sum, refund) => sum + refund.amount_minor, 0);
    const refundableMinor = Math.max(0, order.total_minor - takenMinor - order.taken_back_minor);
    if (input.amountMinor > refundableMinor) {
      throw new AppError('order_not_refundable', { orderStatus: order.status, refundableMinor });
    }
    const isRestocked = await this.stock.isRestocked(trx, order.id);
    if (input.restock && !order.is_sold) {
      throw new AppError('conflict', { detail: 'The units of this order never left the stock.' });
    }
    if (input.restock && isRestocked) {
      throw new AppError('conflict', { detail: 'The units of this order are back in stock already.' });
    }
    if (owesAll(order, isRestocked || input.restock) && input.amountMinor < refundableMinor) {
      const detail = 'The buyer gets nothing for it, so all of the money goes back.';
      throw new AppError('order_not_refundable', { orderStatus: order.status, refundableMinor, detail });
    }
  }

  async #own(seller: SellerCaller, orderId: string): Promise<SellerOrder> {
    const row = await this.store.find(this.database.db, orderId);
    if (row?.shop_id !== seller.shopId) throw new AppError('not_found');
    return toSellerOrder(row, await this.store.items(this.database.db, [orderId]));
  }
}
