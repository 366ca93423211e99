import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiptPolicy } from '../../src/orders/receipt-page.ts';
import { newId } from '../../src/platform/ids.ts';
import { CashSide } from './cash.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

async function receipt(orderId: string, by: Person | null = buyer, query = '', language?: string) {
  const response = await fetch(`${shop.url}/orders/${orderId}/receipt${query}`, {
    headers: {
      ...(by ? { authorization: `Bearer ${by.token}` } : {}),
      ...(language ? { 'accept-language': language } : {}),
    },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const refund = (orderId: string, amountMinor: number) =>
  shop.send('POST', `/seller/orders/${orderId}/refunds`, seller, { amountMinor }, newId());

describe('the receipt of a paid order', () => {
  test('says who sold what to whom, for how much, when, and with which card it was paid', async () => {
    const item = await shop.product(seller, 3, 129_950);
    const { order } = await shop.paid(buyer, item, { quantity: 2 });
    const page = await receipt(order.id);
    expect(page.status, page.text).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    for (const fact of [
      '<html lang="en">',
      order.id,
      'Sahil Silks',
      'Asha',
      'Silk saree',
      'Standard',
      '2 × ₹1,299.50',
      '₹2,599.00',
      'Visa card ending in 4242',
      'IST',
    ]) {
      expect(page.text).toContain(fact);
    }
    expect(page.text).not.toContain('Refund');
  });

  test('is in Hindi for who reads Hindi, whatever the browser says when the app asks for a language', async () => {
    const { order } = await shop.paid(buyer, await shop.product(seller, 3));
    expect((await receipt(order.id, buyer, '', 'hi-IN,en;q=0.5')).text).toContain('<h1>रसीद</h1>');
    expect((await receipt(order.id, buyer, '?lang=hi', 'en')).text).toContain('<html lang="hi">');
    expect((await receipt(order.id, buyer, '?lang=en', 'hi')).text).toContain('<h1>Receipt</h1>');
    const page = await receipt(order.id);
    expect(page.headers.get('vary')).toContain('accept-language');
    for (const query of ['?lang=fr', '?lang=hi&lang=en', '?token=x']) {
      expect((await receipt(order.id, buyer, query)).status).toBe(422);
    }
  });

  test('shows what was given back, what is on its way back and what is left', async () => {
    const { order } = await shop.paid(buyer, await shop.product(seller, 3, 10_000), { quantity: 2 });
    await refund(order.id, 5_000);
    const { text } = await receipt(order.id);
    expect(text).toContain('Refunded');
    expect(text).toContain('−₹50.00');
    expect(text).toContain('₹150.00');
    const slow = await shop.paid(buyer, await shop.product(seller, 3, 10_000), {
      method: 'pm_card_pendingRefund',
    });
    await refund(slow.order.id, 10_000);
    expect((await receipt(slow.order.id)).text).toContain('Refund on its way');
  });

  test('runs nothing and fetches nothing, whatever people called themselves and their goods', async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;`;
    const host = await shop.seller();
    await shop.database.pool.query('update shops set name = $2 where id = $1', [host.shopId, evil]);
    const visitor = await shop.buyer();
    await shop.database.pool.query('update users set display_name = $2 where id = $1', [
      visitor.userId,
      evil,
    ]);
    const item = await shop.product(host, 1);
    await shop.database.pool.query('update products set title = $2 where id = $1', [item.productId, evil]);
    await shop.database.pool.query('update variants set title = $2 where id = $1', [item.variantId, evil]);
    const { order } = await shop.paid(visitor, item);
    const page = await receipt(order.id, visitor);
    expect(page.text).not.toMatch(/<script|<img|<link|javascript:|url\(|src=(?!x onerror)/);
    expect(page.text.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)).toHaveLength(5);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.text).toContain(`content="${receiptPolicy.replaceAll("'", '&#39;')}"`);
  });

  test('says when the money came at the door', async () => {
    const cash = new CashSide(shop);
    const host = await cash.seller();
    const { id } = await cash.shipped(host, buyer, await shop.product(host, 1));
    expect((await receipt(id)).status).toBe(404);
    await shop.send('POST', `/seller/orders/${id}/deliveries`, host);
    expect((await receipt(id)).text).toContain('Cash on delivery');
    expect((await receipt(id, buyer, '?lang=hi')).text).toContain('डिलीवरी पर नक़द');
  });

  test('asks the bank once with what it was paid, and does without while the bank cannot be asked', async () => {
    const { order, payment } = await shop.paid(buyer, await shop.product(seller, 3));
    shop.stripe.control.failRequests(
      { kind: 'bad_gateway', after: 'nothing' },
      { method: 'GET', path: payment.paymentIntentId, times: 9 },
    );
    expect((await receipt(order.id)).text).toContain('Paid online');
    shop.stripe.control.clearFaults();
    expect((await receipt(order.id)).text).toContain('ending in 4242');
    const [row] = await shop.rows<{ method: object }>('select method from payments where order_id = $1', [
      order.id,
    ]);
    expect(row?.method).toEqual({ kind: 'card', brand: 'Visa', lastDigits: '4242' });
  });
});

describe('there is no receipt', () => {
  test('for anybody but the buyer', async () => {
    const { order } = await shop.paid(buyer, await shop.product(seller, 3));
    for (const other of [await shop.buyer(), seller, await shop.seller()]) {
      expect((await receipt(order.id, other)).status).toBe(404);
    }
    expect((await receipt(order.id, null)).status).toBe(401);
    for (const id of [newId(), 'no-id', '%00', '..%2f..%2fme']) {
      expect((await receipt(id)).status).toBe(404);
    }
  });

  test('of what was not paid', async () => {
    const { order } = await shop.placed(buyer, await shop.product(seller, 3));
    const answer = await receipt(order.id);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'not_found' });
  });
});
