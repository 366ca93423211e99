import type { Currency, Language, ShippingAddress } from '@vybekart/contract';
import type { PaymentMethods } from '../payments/payment-methods.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { OrdersStore } from './orders.store.ts';
import { receiptPage } from './receipt-page.ts';

/** What a buyer keeps of an order that was paid. */
export class ReceiptsService {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly methods: PaymentMethods,
  ) {}

  /** The page of a buyer's own paid order. Throws `not_found` for every other one: there is no receipt of it. */
  async page(buyerId: string, orderId: string, language: Language): Promise<string> {
    const { db } = this.database;
    const order = await this.store.find(db, orderId);
    if (order?.buyer_id !== buyerId || !order.paid_at) throw new AppError('not_found');
    const items = await this.store.items(db, [orderId]);
    return receiptPage(
      {
        orderId,
        shopName: order.shop_name,
        shopHandle: order.shop_handle,
        buyerName: order.buyer_name,
        address: order.shipping_address as ShippingAddress | null,
        orderedAt: order.created_at,
        paidAt: order.paid_at,
        currency: order.currency as Currency,
        totalMinor: order.total_minor,
        items: items.map((item) => ({
          title: item.title,
          variantTitle: item.variant_title,
          quantity: item.quantity,
          unitPriceMinor: item.unit_price_minor,
        })),
        refunds: await this.#refunds(orderId),
        method: await this.methods.of(orderId),
      },
      language,
    );
  }

  async #refunds(orderId: string) {
    const rows = await this.database.db
      .selectFrom('refunds')
      .select(['amount_minor', 'status', 'created_at'])
      .where('order_id', '=', orderId)
      .where('status', '<>', 'failed')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      amountMinor: row.amount_minor,
      at: row.created_at,
      isPending: row.status === 'pending',
    }));
  }
}
