import type { CashToConfirm, Order, PlacedCashOrder, SellerOrder } from '@vybekart/contract';
import { OneTimeCodeSender } from '../../src/payments/one-time-code-sender.ts';
import { newId } from '../../src/platform/ids.ts';
import { type Person, ReadableCodes, type SellerPerson, type Shop, type Stocked } from './start-shop.ts';

/** What an answer says instead when it refuses. */
interface Refusal {
  code?: string;
}

const address = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

/** Lets half a minute pass, after which another code may be sent. */
export async function letTimePass(shop: Shop, orderId: string): Promise<void> {
  await shop.rows(
    `update cash_payments set code_sent_at = code_sent_at - interval '31 seconds' where order_id = $1`,
    [orderId],
  );
}

/** What buyers and sellers do with orders that are paid at the door. */
export class CashSide {
  constructor(private readonly shop: Shop) {}

  /** A seller whose shop offers it. */
  async seller(): Promise<SellerPerson> {
    const seller = await this.shop.seller();
    await this.shop.rows('update shops set cash_on_delivery = true where id = $1', [seller.shopId]);
    return seller;
  }

  order(buyer: Person, item: Stocked, options: { quantity?: number; key?: string } = {}) {
    const { quantity = 1, key = newId() } = options;
    const items = [{ variantId: item.variantId, quantity, expectedUnitPriceMinor: item.priceMinor }];
    return this.orderOf(buyer, items, key);
  }

  /** Whatever lines these are. */
  orderOf<Body = PlacedCashOrder & Refusal>(buyer: Person, items: readonly object[], key: string) {
    const body = { items, shippingAddress: address, paymentMethod: 'cash_on_delivery' };
    return this.shop.send<Body>('POST', '/orders', buyer, body, key);
  }

  /** An order that must succeed and waits for its code. */
  async placed(buyer: Person, item: Stocked, options: { quantity?: number; key?: string } = {}) {
    const answer = await this.order(buyer, item, options);
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body.order;
  }

  /** An order whose buyer gave the right code. */
  async confirmed(buyer: Person, item: Stocked, options: { quantity?: number } = {}): Promise<Order> {
    const { id } = await this.placed(buyer, item, options);
    const answer = await this.confirm(buyer, id);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body;
  }

  async shipped(seller: SellerPerson, buyer: Person, item: Stocked): Promise<Order> {
    const order = await this.confirmed(buyer, item);
    const answer = await this.ship(seller, order.id);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body;
  }

  /** The codes that were sent for an order, the newest last. */
  codes(orderId: string): readonly string[] {
    return this.shop.app.get<ReadableCodes>(OneTimeCodeSender).sentTo(orderId);
  }

  loseNextCode(): void {
    this.shop.app.get<ReadableCodes>(OneTimeCodeSender).failOnce();
  }

  /** `code`: the newest one unless another is given. */
  confirm(buyer: Person, orderId: string, code = this.codes(orderId).at(-1) ?? '') {
    return this.shop.send<Order & Refusal>('POST', `/orders/${orderId}/cash-confirmation`, buyer, { code });
  }

  /** A code that is not the newest one. */
  wrongCode(orderId: string): string {
    return String((Number(this.codes(orderId).at(-1)) + 1) % 1_000_000).padStart(6, '0');
  }

  resend(buyer: Person, orderId: string) {
    const route = `/orders/${orderId}/cash-confirmation/codes`;
    return this.shop.send<CashToConfirm & Refusal>('POST', route, buyer);
  }

  cancel(buyer: Person, orderId: string) {
    return this.shop.send<Order & Refusal>('POST', `/orders/${orderId}/cancel`, buyer, undefined, newId());
  }

  ship(seller: SellerPerson, orderId: string) {
    return this.#sell(seller, orderId, 'fulfilments', { carrier: 'Delhivery' });
  }

  deliver(seller: SellerPerson, orderId: string) {
    return this.#sell(seller, orderId, 'deliveries');
  }

  takeBack(seller: SellerPerson, orderId: string, body: { restock?: boolean } = {}) {
    return this.#sell(seller, orderId, 'returns', body);
  }

  cancelSale(seller: SellerPerson, orderId: string, key = newId()) {
    return this.#sell(seller, orderId, 'cancel', undefined, key);
  }

  #sell(seller: SellerPerson, orderId: string, what: string, body?: object, key?: string) {
    const route = `/seller/orders/${orderId}/${what}`;
    return this.shop.send<SellerOrder & Refusal>('POST', route, seller, body, key);
  }
}
