import type { PaymentToConfirm } from '@vybekart/contract';
import type { PaymentProviders } from '../payments/payment-provider.ts';
import type { PaymentsStore } from '../payments/payments.store.ts';
import type { PaymentsOptions } from '../payments/payments-options.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import { toPaymentToConfirm } from './order-view.ts';
import type { OrdersService } from './orders.service.ts';

/** The way back to a payment for a buyer who left the checkout while the order is held. */
export class OpenPayments {
  constructor(
    private readonly database: Database,
    private readonly buying: OrdersService,
    private readonly payments: PaymentsStore,
    private readonly providers: PaymentProviders,
    private readonly options: PaymentsOptions,
  ) {}

  /** Throws `not_found`, `payment_unavailable`, and `conflict` unless the order is to be paid online now. */
  async toConfirm(buyerId: string, orderId: string): Promise<PaymentToConfirm> {
    const { online } = this.providers;
    const order = await this.buying.get(buyerId, orderId);
    const known = await this.payments.find(this.database.db, orderId);
    const refused = new AppError('conflict', { orderStatus: order.status });
    if (order.status !== 'pending' || !order.holdExpiresAt || known?.provider !== online.name) throw refused;
    const { id, nextStep } = await online.create({
      orderId,
      buyerId,
      ...order.total,
      paymentId: known.payment_intent_id,
      placedAt: new Date(order.createdAt),
      payableUntil: new Date(order.holdExpiresAt),
    });
    if (nextStep.kind !== 'client_secret') throw refused;
    return toPaymentToConfirm(id, nextStep.clientSecret, this.options);
  }
}
