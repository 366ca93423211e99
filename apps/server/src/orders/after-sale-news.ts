import type { Events } from '../platform/events.ts';
import type { UserSockets } from '../platform/user-sockets.ts';
import type { OrdersService } from './orders.service.ts';

/** Shows on open screens what happens to an order after it was sold: to whom it concerns. */
export class AfterSaleNews {
  constructor(
    private readonly orders: OrdersService,
    private readonly sockets: UserSockets,
  ) {}

  listen(events: Events): void {
    events.on('order.disputed', 'orders:after-sale-news', ({ orderId }) => this.#tellSeller(orderId));
    events.on('refund.failed', 'orders:after-sale-news', ({ orderId }) => this.#tellSeller(orderId));
    events.on('refund.requested', 'orders:after-sale-news', ({ orderId }) => this.#tellSeller(orderId));
    events.on('order.refunded', 'orders:after-sale-news', ({ orderId }) => this.#tellSeller(orderId));
    events.on('order.refund_changed', 'orders:after-sale-news', ({ orderId }) => this.#tellBoth(orderId));
    events.on('refund.declined', 'orders:after-sale-news', ({ orderId }) => this.#tellBuyer(orderId));
  }

  async #tellBoth(orderId: string): Promise<void> {
    await this.#tellSeller(orderId);
    await this.#tellBuyer(orderId);
  }

  async #tellSeller(orderId: string): Promise<void> {
    const views = await this.orders.bothViews(orderId);
    if (views) this.sockets.send(views.sellerId, 'order_updated', { order: views.sellerOrder });
  }

  async #tellBuyer(orderId: string): Promise<void> {
    const views = await this.orders.bothViews(orderId);
    if (views) this.sockets.send(views.buyerId, 'order_updated', { order: views.buyerOrder });
  }
}
