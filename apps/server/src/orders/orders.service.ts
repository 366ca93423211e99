import type { Order, PageQuery, SellerOrder } from '@vybekart/contract';
import { cursorId } from '../catalog/catalog.service.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { IdempotentRequests, KeptAnswer } from './idempotent-requests.ts';
import type { OrderClosing } from './order-closing.ts';
import { type OrderRow, toOrder, toSellerOrder } from './order-view.ts';
import type { OrdersStore } from './orders.store.ts';

export interface OrderViews {
  buyerId: string;
  sellerId: string;
  buyerOrder: Order;
  sellerOrder: SellerOrder;
}

/** A buyer's orders. */
export class OrdersService {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly closing: OrderClosing,
    private readonly requests: IdempotentRequests,
  ) {}

  async list(buyerId: string, query: PageQuery): Promise<{ items: Order[]; nextCursor: string | null }> {
    const { db } = this.database;
    const page = { before: cursorId(query.cursor), limit: query.limit + 1 };
    const rows = await this.store.list(db, { buyerId }, page);
    const shown = rows.slice(0, query.limit);
    const items = Map.groupBy(
      await this.store.items(
        db,
        shown.map((row) => row.id),
      ),
      (item) => item.order_id,
    );
    return {
      items: shown.map((row) => toOrder(row, items.get(row.id) ?? [])),
      nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  async get(buyerId: string, orderId: string): Promise<Order> {
    return this.#order(await this.#own(buyerId, orderId));
  }

  /** Cancels what is not paid; a cancelled order stays so. Throws `order_not_cancelable { status }` for the others. */
  cancel(buyerId: string, orderId: string, key: string, requestId: string): Promise<KeptAnswer> {
    const request = { actorId: buyerId, route: 'cancelOrder', key, orderId, asked: [orderId] };
    return this.requests.run(request, requestId, async () => {
      await this.#own(buyerId, orderId);
      const isClosing = await this.store.move(this.database.db, orderId, 'close', { closing_to: 'canceled' });
      if (isClosing || (await this.#own(buyerId, orderId)).status === 'closing') {
        await this.closing.finish(orderId);
      }
      const order = await this.#own(buyerId, orderId);
      if (order.status !== 'canceled')
        throw new AppError('order_not_cancelable', { orderStatus: order.status });
      return this.#order(order);
    });
  }

  /** An order as its buyer and as its seller see it, with who they are; undefined when there is none. */
  async bothViews(orderId: string): Promise<OrderViews | undefined> {
    const row = await this.store.find(this.database.db, orderId);
    if (!row) return undefined;
    const items = await this.store.items(this.database.db, [orderId]);
    return {
      buyerId: row.buyer_id,
      sellerId: row.seller_id,
      buyerOrder: toOrder(row, items),
      sellerOrder: toSellerOrder(row, items),
    };
  }

  async #order(row: OrderRow): Promise<Order> {
    return toOrder(row, await this.store.items(this.database.db, [row.id]));
  }

  async #own(buyerId: string, orderId: string): Promise<OrderRow> {
    const row = await this.store.find(this.database.db, orderId);
    if (row?.buyer_id !== buyerId) throw new AppError('not_found');
    return row;
  }
}
