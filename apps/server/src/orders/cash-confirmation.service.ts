import type { CashToConfirm, Order } from '@vybekart/contract';
import type { CashCodes, CodeVerdict } from '../payments/cash-codes.ts';
import type { CashOnDelivery } from '../payments/cash-on-delivery.ts';
import type { PaymentsStore } from '../payments/payments.store.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import type { OrderClosing } from './order-closing.ts';
import type { OrderOptions } from './order-options.ts';
import { tooManyPromised } from './order-refusals.ts';
import { type OrderRow, toCashToConfirm } from './order-view.ts';
import type { OrdersService } from './orders.service.ts';
import type { OrdersStore } from './orders.store.ts';

/** How a buyer promises to pay at the door: the one-time code turns a held order into one that the seller ships. */
export class CashConfirmation {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly orders: OrdersService,
    private readonly codes: CashCodes,
    private readonly cash: CashOnDelivery,
    private readonly payments: PaymentsStore,
    private readonly closing: OrderClosing,
    private readonly events: Events,
    private readonly options: OrderOptions,
  ) {}

  /**
   * A confirmed order answers itself again. Throws `validation_failed { triesLeft }` for a wrong code and for one that
   * is too old, `conflict { orderStatus }` when the order waits for none, also because this was the last try,
   * `limit_reached` when the buyer has promised as much as one may; the order waits on then, as long as its hold.
   */
  async confirm(buyerId: string, orderId: string, code: string): Promise<Order> {
    const order = await this.#waiting(buyerId, orderId);
    if (order.status === 'confirmed') return this.orders.get(buyerId, orderId);
    const verdict = await this.codes.check(orderId, code);
    if (verdict.kind === 'right') await this.#accept(orderId);
    else await this.#refuse(orderId, verdict);
    return this.orders.get(buyerId, orderId);
  }

  /** Throws `rate_limited`, `limit_reached`, or `conflict` when the order waits for no code. */
  async sendAnother(buyerId: string, orderId: string): Promise<CashToConfirm> {
    const order = await this.#waiting(buyerId, orderId);
    if (order.status === 'confirmed') throw new AppError('conflict', { orderStatus: order.status });
    return toCashToConfirm(await this.codes.another(orderId));
  }

  async #accept(orderId: string): Promise<void> {
    await this.database.transaction(async (trx) => {
      const order = await this.store.lock(trx, orderId);
      // The same code came twice.
      if (order?.status === 'confirmed') return;
      if (order) await this.#expectRoom(trx, order.buyer_id);
      const isConfirmed =
        (await this.store.move(trx, orderId, 'confirm')) && (await this.codes.accept(trx, orderId));
      if (!isConfirmed) throw new AppError('conflict', { orderStatus: order?.status });
      // Whoever placed the order may have died before its payment was written down.
      await this.payments.adopt(trx, this.cash.name, this.cash.paymentOf(orderId), orderId);
      await this.events.publish(trx, 'order.confirmed', { orderId });
    });
  }

  async #expectRoom(trx: Executor, buyerId: string): Promise<void> {
    const { maxConfirmedOrders } = this.options;
    if ((await this.store.countConfirmedAlone(trx, buyerId)) < maxConfirmedOrders) return;
    throw tooManyPromised(maxConfirmedOrders);
  }

  /** Returns when the same code has confirmed the order in the meantime. */
  async #refuse(orderId: string, verdict: Exclude<CodeVerdict, { kind: 'right' }>): Promise<void> {
    if (verdict.kind === 'wrong' && verdict.triesLeft > 0) {
      throw wrongCode('wrong', 'is not the one that was sent last', { triesLeft: verdict.triesLeft });
    }
    // Whoever finds no try left leaves the order to the last try, which may have been right.
    if (verdict.kind === 'wrong') {
      await this.store.move(this.database.db, orderId, 'close', { closing_to: 'canceled' });
      await this.closing.finish(orderId);
    }
    const order = await this.store.find(this.database.db, orderId);
    if (order?.status === 'confirmed') return;
    if (verdict.kind === 'expired') throw wrongCode('expired', 'is too old; ask for another one', {});
    throw new AppError('conflict', {
      orderStatus: order?.status,
      triesLeft: 0,
      detail: 'There were too many wrong codes; the order is cancelled.',
    });
  }

  async #waiting(buyerId: string, orderId: string): Promise<OrderRow> {
    const order = await this.store.find(this.database.db, orderId);
    if (order?.buyer_id !== buyerId) throw new AppError('not_found');
    const isCash = order.payment_provider === this.cash.name;
    if (!isCash || (order.status !== 'pending' && order.status !== 'confirmed')) {
      throw new AppError('conflict', { orderStatus: order.status, detail: 'This order waits for no code.' });
    }
    return order;
  }
}

function wrongCode(code: string, detail: string, facts: { triesLeft?: number }): AppError {
  return new AppError('validation_failed', { fields: [{ path: 'code', code, detail }], ...facts });
}
