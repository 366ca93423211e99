import type { Events } from '../platform/events.ts';
import type { UserSockets } from '../platform/user-sockets.ts';
import type { OrdersService } from './orders.service.ts';

/**
 * Shows what becomes of an order on the open screens of its buyer and its seller: "New order!" for each one that is
 * paid, or promised to be paid at the door.
 * At least once for each event; clients tell repetitions by the order's id.
 */
export class OrderNews {
  constructor(
    private readonly orders: OrdersService,
    private readonly sockets: UserSockets,
  ) {}

  listen(events: Events): void {
    events.on('order.paid', 'orders:news', ({ orderId }) => this.#tellBoth(orderId));
    events.on('order.confirmed', 'orders:news', ({ orderId }) => this.#tellBoth(orderId));
    events.on('order.prolonged', 'orders:news', ({ orderId }) => this.#tellBuyer(orderId));
    events.on('order.shipped', 'orders:news', ({ orderId }) => this.#tellBuyer(orderId));
    events.on('order.delivered', 'orders:news', ({ orderId }) => this.#tellBuyer(orderId));
    events.on('order.closed', 'orders:news', ({ orderId }) => this.#tellBuyer(orderId));
    events.on('order.refunded', 'orders:news', ({ orderId }) => this.#tellBuyer(orderId));
  }

  async #tellBoth(orderId: string): Promise<void> {
    const views = await this.orders.bothViews(orderId);
    if (!views) return;
    this.sockets.send(views.sellerId, 'new_order', { order: views.sellerOrder });
    this.sockets.send(views.buyerId, 'order_updated', { order: views.buyerOrder });
  }

  async #tellBuyer(orderId: string): Promise<void> {
    const views = await this.orders.bothViews(orderId);
    if (views) this.sockets.send(views.buyerId, 'order_updated', { order: views.buyerOrder });
  }
}
