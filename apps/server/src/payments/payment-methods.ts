import type { Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { PaidWith, PaymentProviders } from './payment-provider.ts';

/** With what an order was paid: asked of the provider once, when somebody wants to know, and then kept. */
export class PaymentMethods {
  constructor(
    private readonly database: Database,
    private readonly providers: PaymentProviders,
    private readonly log: Log,
  ) {}

  /** Null for what is not paid, and while the provider cannot be asked. */
  async of(orderId: string): Promise<PaidWith | null> {
    const { db } = this.database;
    const payment = await db
      .selectFrom('payments')
      .select(['payment_intent_id', 'provider', 'method'])
      .where('order_id', '=', orderId)
      .where('status', '=', 'succeeded')
      .executeTakeFirst();
    if (!payment) return null;
    if (payment.method) return payment.method as PaidWith;
    try {
      const provider = this.providers.named(payment.provider);
      const method = await provider.methodOf(payment.payment_intent_id);
      if (method) {
        const update = { method: JSON.stringify(method) };
        await db.updateTable('payments').set(update).where('order_id', '=', orderId).execute();
      }
      return method;
    } catch (error) {
      this.log.warn({ orderId, err: error }, 'a payment method could not be asked for');
      return null;
    }
  }
}
