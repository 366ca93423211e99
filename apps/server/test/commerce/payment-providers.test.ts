import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CashCodes } from '../../src/payments/cash-codes.ts';
import { CashOnDelivery } from '../../src/payments/cash-on-delivery.ts';
import {
  type NewPayment,
  PaymentProvider,
  type PaymentRequest,
} from '../../src/payments/payment-provider.ts';
import { StripePayments } from '../../src/payments/stripe-payments.ts';
import { newId } from '../../src/platform/ids.ts';
import { type Shop, startShop } from './start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ withJobs: false });
});
afterAll(() => shop[Symbol.asyncDispose]());

/** A payment may be made for any order that exists. */
async function request(amountMinor = 10_000): Promise<PaymentRequest> {
  const seller = await shop.seller();
  const buyer = await shop.buyer();
  const orderId = newId();
  await shop.rows(
    `insert into orders (id, buyer_id, shop_id, status, currency, total_minor, idempotency_key, fingerprint,
                         checkout_locked_until, hold_expires_at)
     values ($1::uuid, $2, $3, 'pending', 'inr', $4, $1::text, '', now(), now() + interval '10 minutes')`,
    [orderId, buyer.userId, seller.shopId, amountMinor],
  );
  const payableUntil = new Date(Date.now() + 600_000);
  return {
    orderId,
    buyerId: buyer.userId,
    amountMinor,
    currency: 'inr',
    paymentId: null,
    placedAt: new Date(),
    payableUntil,
  };
}

interface Implementation {
  provider(): PaymentProvider;
  /** The buyer's part; answers whether the money came. */
  pay(payment: NewPayment): Promise<boolean>;
}

const implementations: [name: string, Implementation][] = [
  [
    'Stripe, by its own library',
    {
      provider: () => shop.get<StripePayments>(PaymentProvider as never),
      async pay({ id, nextStep }) {
        if (nextStep.kind !== 'client_secret') return false;
        const response = await fetch(`${shop.stripe.url}/v1/payment_intents/${id}/confirm`, {
          method: 'POST',
          body: new URLSearchParams({
            key: shop.stripe.publishableKey,
            client_secret: nextStep.clientSecret,
            payment_method: 'pm_card_visa',
          }),
        });
        return response.ok;
      },
    },
  ],
  [
    'cash on delivery',
    {
      provider: () => shop.get(CashOnDelivery),
      async pay({ id, orderId }) {
        const { db } = shop.database;
        await shop.get(CashCodes).accept(db, orderId ?? '');
        return shop.get(CashOnDelivery).collect(db, id);
      },
    },
  ],
];

describe.each(implementations)('%s', (_, { provider, pay }) => {
  const paid = async (amountMinor?: number) => {
    const payment = await provider().create(await request(amountMinor));
    expect(await pay(payment)).toBe(true);
    return payment.id;
  };

  test('makes one payment for an order, however often and from wherever it is asked', async () => {
    const order = await request();
    const many = await Promise.all(Array.from({ length: 4 }, () => provider().create(order)));
    const again = await provider().create(order);
    expect(new Set([...many, again].map((payment) => payment.id)).size).toBe(1);
    expect(again).toMatchObject({
      status: 'open',
      amountMinor: 10_000,
      amountReceivedMinor: 0,
      currency: 'inr',
      orderId: order.orderId,
    });
    expect(again.nextStep.kind).toMatch(/^(client_secret|one_time_code)$/);
  });

  test('makes one payment for an order, also when it is asked again after a day', async () => {
    const order = { ...(await request()), placedAt: new Date(Date.now() - 25 * 3600_000) };
    const first = await provider().create(order);
    shop.stripe.control.forgetKeys();
    expect(await provider().create(order)).toEqual(first);
    expect(await provider().create({ ...order, placedAt: new Date(), paymentId: first.id })).toEqual(first);
  });

  test('says what became of a payment to whoever asks', async () => {
    const order = await request();
    const payment = await provider().create(order);
    const { id } = payment;
    expect((await provider().retrieve(id)).status).toBe('open');
    expect(await provider().methodOf(id)).toBeNull();
    expect(await pay(payment)).toBe(true);
    expect(await provider().retrieve(id)).toMatchObject({
      id,
      status: 'succeeded',
      amountMinor: 10_000,
      amountReceivedMinor: 10_000,
      orderId: order.orderId,
    });
    expect(await provider().disputesOf(id)).toEqual([]);
    expect((await provider().methodOf(id))?.kind).toMatch(/^(card|cash)$/);
  });

  test('never takes money for a payment that was cancelled', async () => {
    const payment = await provider().create(await request());
    const { id } = payment;
    expect((await provider().cancel(id)).status).toBe('canceled');
    expect(await pay(payment)).toBe(false);
    expect((await provider().cancel(id)).status).toBe('canceled');
    expect(await provider().retrieve(id)).toMatchObject({ status: 'canceled', amountReceivedMinor: 0 });
  });

  test('never cancels a payment whose money came, and says so', async () => {
    const id = await paid();
    expect((await provider().cancel(id)).status).toBe('succeeded');
    expect((await provider().retrieve(id)).status).toBe('succeeded');
  });

  test('decides alone when paying and cancelling meet', async () => {
    for (let round = 0; round < 5; round += 1) {
      const payment = await provider().create(await request());
      const { id } = payment;
      const [isPaid, cancelled] = await Promise.all([pay(payment), provider().cancel(id)]);
      expect(cancelled.status).toBe(isPaid ? 'succeeded' : 'canceled');
      expect((await provider().retrieve(id)).status).toBe(cancelled.status);
    }
  });

  test('remembers every payment that it made, the newest first', async () => {
    const since = new Date(Date.now() - 2000);
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await provider().create(await request())).id);
    const listed: string[] = [];
    for await (const payment of provider().createdSince(since)) listed.push(payment.id);
    const ours = listed.filter((id) => made.includes(id));
    expect(ours.sort()).toEqual(made.sort());
    expect(new Set(listed).size).toBe(listed.length);
    const later: string[] = [];
    for await (const payment of provider().createdSince(new Date(Date.now() + 60_000)))
      later.push(payment.id);
    expect(later).toEqual([]);
  });

  test('gives money back once for each refund, and never more than came', async () => {
    const paymentId = await paid(10_000);
    const refund = { refundId: newId(), paymentId, amountMinor: 6_000 };
    const [first, second] = await Promise.all([provider().refund(refund), provider().refund(refund)]);
    const again = await provider().refund(refund);
    expect(second).toEqual(first);
    expect(again.id).toBe(first.id);
    expect(again).toMatchObject({ status: 'succeeded', amountMinor: 6_000, paymentId });
    expect(await provider().retrieveRefund(first.id)).toMatchObject({
      refundId: refund.refundId,
      status: 'succeeded',
      amountMinor: 6_000,
    });
    const tooMuch = provider().refund({ refundId: newId(), paymentId, amountMinor: 4_001 });
    await expect(tooMuch).rejects.toMatchObject({ code: 'order_not_refundable' });
    await provider().refund({ refundId: newId(), paymentId, amountMinor: 4_000 });
  });

  test('gives money back once for each refund, also when it is asked again after a day', async () => {
    const paymentId = await paid(10_000);
    for (const amountMinor of [4_000, 6_000]) {
      const refund = { refundId: newId(), paymentId, amountMinor };
      const first = await provider().refund(refund);
      shop.stripe.control.forgetKeys();
      expect(await provider().refund(refund)).toEqual(first);
    }
  });

  test('gives nothing back where nothing came', async () => {
    const { id: paymentId } = await provider().create(await request());
    const refund = provider().refund({ refundId: newId(), paymentId, amountMinor: 1 });
    await expect(refund).rejects.toMatchObject({ code: 'order_not_refundable' });
  });

  test('knows no payment that it did not make', async () => {
    await expect(provider().retrieve(`cash_${newId()}`)).rejects.toThrow();
    await expect(provider().retrieveRefund(newId())).rejects.toThrow();
  });
});
