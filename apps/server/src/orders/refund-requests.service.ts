import type { AskForRefund, DeclineRefund, Order, RefundOrder, SellerOrder } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Events } from '../platform/events.ts';
import { newId } from '../platform/ids.ts';
import type { IdempotentRequests, KeptAnswer } from './idempotent-requests.ts';
import { isAllowed } from './order-state.ts';
import type { OrdersService } from './orders.service.ts';
import type { OrdersStore } from './orders.store.ts';
import type { RefundRequestsStore } from './refund-requests.store.ts';
import type { SalesService } from './sales.service.ts';

type SellerCaller = Caller & { shopId: string };
/** Asking again after a refusal is fair; asking for ever is not. */
const maxRequests = 3;

/** A buyer asks for the money back, and the seller answers: with a refund, or with why not. */
export class RefundRequestsService {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersStore,
    private readonly store: RefundRequestsStore,
    private readonly buying: OrdersService,
    private readonly sales: SalesService,
    private readonly requests: IdempotentRequests,
    private readonly events: Events,
  ) {}

  /**
   * One request for each key. Throws `order_not_refundable` when nothing is paid (any more) or the bank is deciding,
   * `conflict` while another one is open, `limit_reached` after three.
   */
  ask(
    buyerId: string,
    orderId: string,
    input: AskForRefund,
    key: string,
    requestId: string,
  ): Promise<KeptAnswer> {
    const request = {
      actorId: buyerId,
      route: 'askForRefund',
      key,
      orderId,
      asked: [orderId, input],
    };
    return this.requests.run(request, requestId, async (): Promise<Order> => {
      await this.buying.get(buyerId, orderId);
      await this.database.transaction((trx) => this.#open(trx, orderId, `${buyerId}:${key}`, input.reason));
      return this.buying.get(buyerId, orderId);
    });
  }

  /** Refunds what was asked for, or the part of it that the seller agrees to. */
  async approve(
    seller: SellerCaller,
    id: string,
    input: RefundOrder,
    key: string,
    requestId: string,
  ): Promise<KeptAnswer> {
    const orderId = await this.#orderOf(seller, id);
    return this.sales.refund(seller, orderId, input, key, requestId, id);
  }

  async decline(
    seller: SellerCaller,
    id: string,
    input: DeclineRefund,
    key: string,
    requestId: string,
  ): Promise<KeptAnswer> {
    const orderId = await this.#orderOf(seller, id);
    const request = {
      actorId: seller.userId,
      route: 'declineRefund',
      key,
      orderId,
      asked: [id, input],
    };
    return this.requests.run(request, requestId, async (): Promise<SellerOrder> => {
      await this.database.transaction(async (trx) => {
        // As every refund does, so that one of the two answers is the first.
        await this.orders.lock(trx, orderId);
        const isDeclined = await this.store.decline(trx, id, input.reason);
        if (!isDeclined) throw new AppError('conflict', { requestStatus: await this.store.status(trx, id) });
        await this.events.publish(trx, 'refund.declined', { orderId, requestId: id });
      });
      return this.sales.get(seller, orderId);
    });
  }

  async #open(trx: Executor, orderId: string, requestKey: string, reason: string): Promise<void> {
    const order = await this.orders.lock(trx, orderId);
    if (!order) throw new AppError('not_found');
    const earlier = await this.store.ofOrder(trx, orderId);
    if (earlier.some((request) => request.request_key === requestKey)) return;
    if (!isAllowed('begin_refund', order.status) || order.is_disputed) {
      throw new AppError('order_not_refundable', { orderStatus: order.status });
    }
    const open = earlier.find((request) => request.status === 'open');
    if (open)
      throw new AppError('conflict', {
        refundRequestId: open.id,
        detail: 'The seller has not answered yet.',
      });
    if (earlier.length >= maxRequests) throw new AppError('limit_reached', { maxRequests });
    const id = newId();
    await this.store.insert(trx, { id, order_id: orderId, request_key: requestKey, reason });
    await this.events.publish(trx, 'refund.requested', { orderId, requestId: id });
  }

  async #orderOf(seller: SellerCaller, requestId: string): Promise<string> {
    const orderId = await this.store.orderOf(this.database.db, requestId, seller.shopId);
    if (!orderId) throw new AppError('not_found');
    return orderId;
  }
}
