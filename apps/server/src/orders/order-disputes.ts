import type { DisputesStore } from '../payments/disputes.store.ts';
import type { Database } from '../platform/database.ts';
import type { EventPayloads, Events } from '../platform/events.ts';
import type { OrdersStore } from './orders.store.ts';
import type { Settlement } from './settlement.ts';

/**
 * Writes on the order what became of its disputes, under the order's lock, so that a refund either came before or is
 * refused. The status of the order stays: a dispute is a flag beside it, and an inquiry another one, which holds up
 * nothing.
 */
export class OrderDisputes {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersStore,
    private readonly disputes: DisputesStore,
    private readonly settlement: Settlement,
    private readonly events: Events,
  ) {}

  listen(): void {
    this.events.on('payment.disputed', 'orders:disputes', (told) => this.follow(told));
  }

  async follow(told: EventPayloads['payment.disputed']): Promise<void> {
    await this.database.transaction(async (trx) => {
      if (!(await this.orders.lock(trx, told.orderId))) return;
      const { hasInquiry, isOpen, lostMinor } = await this.disputes.standing(trx, told.orderId);
      await trx
        .updateTable('orders')
        .set({ has_inquiry: hasInquiry, is_disputed: isOpen, taken_back_minor: lostMinor })
        .where('id', '=', told.orderId)
        .execute();
      // What the bank took for good needs no refund any more.
      await this.settlement.settleIn(trx, told.orderId);
      await this.events.publish(trx, 'order.disputed', told);
    });
  }
}
