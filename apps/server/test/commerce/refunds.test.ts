import type { Problem, SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { PaymentsService } from '../../src/payments/payments.service.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { UserSockets } from '../../src/platform/user-sockets.ts';
import { expectInvariants } from './invariants.ts';
import {
  type Answer,
  letKeysAge,
  type Person,
  type SellerPerson,
  type Shop,
  startShop,
  waitFor,
} from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

type Refunded = {
  status: string;
  code?: string;
  refunded?: { amountMinor: number };
  refundableMinor?: number;
};
const refund = (
  orderId: string,
  amountMinor: unknown,
  options: { restock?: boolean; key?: string; by?: SellerPerson } = {},
): Promise<Answer<Refunded>> =>
  shop.send(
    'POST',
    `/seller/orders/${orderId}/refunds`,
    options.by ?? seller,
    { amountMinor, ...(options.restock === undefined ? {} : { restock: options.restock }) },
    options.key ?? newId(),
  );
const refundsOf = (orderId: string) =>
  shop.rows<{ amount_minor: number; status: string }>(
    'select amount_minor, status from refunds where order_id = $1 order by created_at',
    [orderId],
  );
async function refundsAtStripe({ paymentIntentId }: { paymentIntentId: string }): Promise<number[]> {
  const made = await fetch(`${shop.stripe.url}/v1/refunds?payment_intent=${paymentIntentId}`, {
    headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
  });
  return ((await made.json()) as { data: { amount: number }[] }).data.map(({ amount }) => amount);
}
const ship = (orderId: string) =>
  shop.send<Problem>('POST', `/seller/orders/${orderId}/fulfilments`, seller, {});
const waitingForSeller = async () =>
  (await shop.send<{ items: SellerOrder[] }>('GET', '/seller/orders?task=answer', seller)).body.items;
/** The bank decides about the latest refund of an order. */
const letBankSay = async (orderId: string, outcome: 'succeeded' | 'failed') => {
  const [row] = await shop.rows<{ id: string }>(
    'select provider_refund_id as id from refunds where order_id = $1 order by created_at desc limit 1',
    [orderId],
  );
  shop.stripe.control.settle(row?.id ?? '', outcome);
};

describe('giving money back', () => {
  test('in two parts: first in part, then all, and never a unit goes back on the shelf unasked', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { quantity: 2 });
    expect((await refund(order.id, 5_000)).body).toMatchObject({
      status: 'partially_refunded',
      refunded: { amountMinor: 5_000 },
    });
    expect((await refund(order.id, 15_000)).body).toMatchObject({
      status: 'refunded',
      refunded: { amountMinor: 20_000 },
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    await shop.quiet();
    expect(shop.heardOf('order.refunded', order.id)).toBe(2);
    await expectInvariants(shop);
  });

  test('with restock all units are back, once', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { quantity: 2 });
    expect((await ship(order.id)).status).toBe(200);
    await refund(order.id, 5_000, { restock: true });
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
    expect((await refund(order.id, 5_000, { restock: true })).body).toMatchObject({ code: 'conflict' });
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
    await expectInvariants(shop);
  });

  test('what was not sent goes back on the shelf only with all of the money, and is not sent any more', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { quantity: 2 });
    await refund(order.id, 4_000);
    expect((await refund(order.id, 15_000, { restock: true })).body).toMatchObject({
      code: 'order_not_refundable',
      refundableMinor: 16_000,
      detail: 'The buyer gets nothing for it, so all of the money goes back.',
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 1, reserved: 0 });
    expect((await refund(order.id, 16_000, { restock: true })).body.status).toBe('refunded');
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
    expect((await ship(order.id)).body).toMatchObject({ code: 'conflict', orderStatus: 'refunded' });
    await expectInvariants(shop);
  });

  test('the same key refunds once, whoever clicks how often', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    const key = newId();
    const clicks = await Promise.all(Array.from({ length: 5 }, () => refund(order.id, 2_000, { key })));
    const done = clicks.find((answer) => answer.status === 200);
    expect((await refund(order.id, 2_000, { key })).text).toBe(done?.text);
    expect((await refund(order.id, 3_000, { key })).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await refundsOf(order.id)).toEqual([{ amount_minor: 2_000, status: 'succeeded' }]);
  });

  test('different clicks at once never give back more than was paid', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    await Promise.all(Array.from({ length: 6 }, () => refund(order.id, 4_000)));
    const rest = await refund(order.id, 10_000);
    expect(rest.body).toMatchObject({ code: 'order_not_refundable' });
    const sum = (await refundsOf(order.id)).reduce((total, row) => total + row.amount_minor, 0);
    expect([4_000, 8_000]).toContain(sum);
    await expectInvariants(shop);
  });

  test('more than is left, nothing, less than nothing and unpaid orders are refused', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    expect((await refund(order.id, 10_001)).body).toMatchObject({
      orderStatus: 'paid',
      code: 'order_not_refundable',
      refundableMinor: 10_000,
    });
    for (const amount of [0, -1, 1.5, '100']) expect((await refund(order.id, amount)).status).toBe(422);
    const unpaid = await shop.placed(buyer, item);
    expect((await refund(unpaid.order.id, 1)).body).toMatchObject({ code: 'order_not_refundable' });
  });

  test('only the seller of an order refunds it', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    expect((await refund(order.id, 1, { by: await shop.seller() })).status).toBe(404);
    const asBuyer = await shop.send(
      'POST',
      `/seller/orders/${order.id}/refunds`,
      buyer,
      { amountMinor: 1 },
      newId(),
    );
    expect(asBuyer.body).toMatchObject({ status: 403, code: 'not_a_seller' });
  });
});

describe('when the provider does not do it at once', () => {
  test('a refund that takes days is pending until the provider says that it is done', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { method: 'pm_card_pendingRefund' });
    expect((await refund(order.id, 10_000, { restock: true })).body).toMatchObject({
      status: 'refund_pending',
      refunded: { amountMinor: 0 },
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 2, reserved: 0 });
    expect((await refund(order.id, 1)).body).toMatchObject({ code: 'order_not_refundable' });
    const [row] = await shop.rows<{ provider_refund_id: string }>(
      'select provider_refund_id from refunds where order_id = $1',
      [order.id],
    );
    shop.stripe.control.settle(row?.provider_refund_id ?? '', 'succeeded');
    await shop.until(order.id, 'refunded');
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
  });

  test('the same key has the same answer after a day, as long as the refund is under way', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { method: 'pm_card_pendingRefund' });
    const key = newId();
    const answer = await refund(order.id, 10_000, { key });
    await letKeysAge(shop);
    const again = await refund(order.id, 10_000, { key });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.text).toBe(answer.text);
    const [row] = await shop.rows<{ provider_refund_id: string }>(
      'select provider_refund_id from refunds where order_id = $1',
      [order.id],
    );
    shop.stripe.control.settle(row?.provider_refund_id ?? '', 'succeeded');
    await shop.until(order.id, 'refunded');
    await letKeysAge(shop);
    expect(await shop.rows('select from idempotency_keys where key = $1', [key])).toEqual([]);
  });

  test('a refund that fails is told, is never called refunded, and can be tried again', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { method: 'pm_card_pendingRefund' });
    await refund(order.id, 10_000);
    const told = shop.log.errors.length;
    const [row] = await shop.rows<{ provider_refund_id: string }>(
      'select provider_refund_id from refunds where order_id = $1',
      [order.id],
    );
    shop.stripe.control.settle(row?.provider_refund_id ?? '', 'failed');
    await expect.poll(async () => (await refundsOf(order.id))[0]?.status).toBe('failed');
    await shop.quiet();
    expect(await shop.status(order.id)).toBe('refund_pending');
    expect(shop.log.errors.slice(told).map((line) => line.message)).toContain(
      'a refund failed; somebody must refund by hand',
    );
    expect(shop.heardOf('refund.failed', order.id)).toBe(1);
    expect(await waitingForSeller()).toMatchObject([{ id: order.id, hasFailedRefund: true }]);
    expect((await refund(order.id, 10_000)).body).toMatchObject({
      status: 'refund_pending',
      hasFailedRefund: false,
    });
    expect((await refundsOf(order.id)).map((other) => other.status)).toEqual(['failed', 'pending']);
    await expectInvariants(shop);
  });

  test('while the provider is down the refund waits in the queue and is made once', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    shop.stripe.control.failRequests({ kind: 'rate_limit' }, { path: '/v1/refunds', times: 2 });
    const answer = await refund(order.id, 10_000);
    expect(answer.body.status).toBe('refund_pending');
    shop.stripe.control.clearFaults();
    await shop.get(Reconciler).reconcile(0);
    await shop.until(order.id, 'refunded');
    await expectInvariants(shop);
  });

  test.each(['commit', 'nothing'] as const)(
    'a provider that fails for good under one key, having done %s, is asked so that one refund is made',
    async (after) => {
      const item = await shop.product(seller, 3, 10_000);
      const { order, payment } = await shop.paid(buyer, item);
      shop.stripe.control.failRequests(
        { kind: 'server_error', after },
        { method: 'POST', path: '/v1/refunds', times: 6 },
      );
      await refund(order.id, 4_000);
      shop.stripe.control.clearFaults();
      await Promise.all([1, 2, 3].map(() => shop.get(Reconciler).reconcile(0)));
      await shop.until(order.id, 'partially_refunded');
      expect(await refundsAtStripe(payment)).toEqual([4_000]);
      await expectInvariants(shop);
    },
  );

  test.each([
    ['a part', 4_000, 'partially_refunded'],
    ['all', 10_000, 'refunded'],
  ])(
    '%s of the money that went back a day ago, unheard of, is found and does not go again',
    async (_, amountMinor, status) => {
      const item = await shop.product(seller, 3, 10_000);
      const { order, payment } = await shop.paid(buyer, item);
      shop.stripe.control.failRequests({ kind: 'rate_limit' }, { path: '/v1/refunds', times: 1000 });
      expect((await refund(order.id, amountMinor)).body.status).toBe('refund_pending');
      shop.stripe.control.clearFaults();
      const [row] = await shop.rows<{ id: string }>('select id from refunds where order_id = $1', [order.id]);
      const provider = shop.app.get<PaymentProvider>(PaymentProvider);
      const unheardOf = { refundId: row?.id ?? '', paymentId: payment.paymentIntentId, amountMinor };
      await provider.refund(unheardOf);
      shop.stripe.control.forgetKeys();
      await shop.get(Reconciler).reconcile(0);
      await shop.until(order.id, status);
      expect(await refundsAtStripe(payment)).toEqual([amountMinor]);
      await expectInvariants(shop);
    },
  );

  test('while the buyer’s bank disputes the payment nothing is refunded', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order, payment } = await shop.paid(buyer, item);
    const disputeId = shop.stripe.control.openDispute(payment.paymentIntentId);
    const untilDisputed = (isDisputed: boolean) =>
      waitFor(async () => {
        const rows = await shop.rows('select from orders where id = $1 and is_disputed = $2', [
          order.id,
          isDisputed,
        ]);
        return rows.length === 1;
      });
    await untilDisputed(true);
    expect((await refund(order.id, 100)).body).toMatchObject({
      code: 'order_not_refundable',
      isDisputed: true,
    });
    shop.stripe.control.closeDispute(disputeId, 'won');
    await untilDisputed(false);
    expect((await refund(order.id, 100)).status).toBe(200);
  });

  test('an order’s refund is submitted once although many ask for it', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item);
    await refund(order.id, 10_000);
    const [row] = await shop.rows<{ id: string }>('select id from refunds where order_id = $1', [order.id]);
    const payments = shop.get(PaymentsService);
    await Promise.all(Array.from({ length: 5 }, () => payments.submitRefund(row?.id ?? '')));
    await shop.quiet();
    expect(shop.heardOf('order.refunded', order.id)).toBe(1);
  });
});

describe('when the bank sends a refund back that had succeeded', () => {
  /** All of it is refunded, with the units back on the shelf when asked, and the bank has not said its last word. */
  const refunded = async (restock = false) => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { method: 'pm_card_refundFail' });
    expect((await refund(order.id, 10_000, { restock })).body.status).toBe('refunded');
    return { id: order.id, item };
  };

  test('the order waits for another one, its seller is told, and makes it', async () => {
    const { id } = await refunded();
    const send = vi.spyOn(shop.get(UserSockets), 'send');
    await letBankSay(id, 'failed');
    await shop.until(id, 'refund_pending');
    await shop.quiet();
    expect(await refundsOf(id)).toEqual([{ amount_minor: 10_000, status: 'failed' }]);
    expect(shop.heardOf('refund.failed', id)).toBe(1);
    expect(await waitingForSeller()).toMatchObject([
      { id, hasFailedRefund: true, refunded: { amountMinor: 0 } },
    ]);
    for (const { userId } of [seller, buyer]) {
      const told = send.mock.calls.filter(([to, event]) => to === userId && event === 'order_updated');
      expect(told.at(-1)).toMatchObject([
        userId,
        'order_updated',
        { order: { id, status: 'refund_pending', refunded: { amountMinor: 0 } } },
      ]);
    }
    send.mockRestore();
    expect((await ship(id)).body).toMatchObject({ code: 'conflict' });
    expect((await refund(id, 10_000)).body).toMatchObject({ status: 'refunded', hasFailedRefund: false });
    expect(shop.heardOf('order.refunded', id)).toBe(2);
    await expectInvariants(shop);
  });

  test('the earlier of two counts no more, and the later one answers nothing', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order } = await shop.paid(buyer, item, { method: 'pm_card_refundFail' });
    await refund(order.id, 4_000);
    const [first] = await shop.rows<{ id: string }>(
      'select provider_refund_id as id from refunds where order_id = $1',
      [order.id],
    );
    expect((await refund(order.id, 6_000)).body.status).toBe('refunded');
    shop.stripe.control.settle(first?.id ?? '', 'failed');
    await shop.until(order.id, 'refund_pending');
    expect(await waitingForSeller()).toMatchObject([{ id: order.id, refunded: { amountMinor: 6_000 } }]);
    expect((await refund(order.id, 4_001)).body).toMatchObject({ refundableMinor: 4_000 });
    expect((await refund(order.id, 4_000)).body.status).toBe('refunded');
    await expectInvariants(shop);
  });

  test('the reconciler finds it when no webhook told', async () => {
    const { id } = await refunded();
    shop.stripe.control.setWebhookFaults({ drop: true });
    await letBankSay(id, 'failed');
    await shop.get(Reconciler).reconcile(0);
    shop.stripe.control.clearFaults();
    await shop.until(id, 'refund_pending');
  });

  test('units that are on the shelf again stay there: all of the money goes back, nothing is sent', async () => {
    const { id, item } = await refunded(true);
    await letBankSay(id, 'failed');
    await shop.until(id, 'refund_pending');
    expect((await refund(id, 4_000)).body).toMatchObject({
      code: 'order_not_refundable',
      refundableMinor: 10_000,
    });
    expect((await refund(id, 10_000, { restock: true })).body).toMatchObject({ code: 'conflict' });
    expect((await refund(id, 10_000)).body.status).toBe('refunded');
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
    await expectInvariants(shop);
  });

  test('and a job gave up on that news, the next sweep settles it', async () => {
    const { id } = await refunded();
    await shop.rows(`update refunds set status = 'failed' where order_id = $1`, [id]);
    await shop.get(OrderClosing).sweep();
    expect(await shop.status(id)).toBe('refund_pending');
  });
});

describe('when somebody refunds at the provider itself', () => {
  const refundThere = async (paymentId: string, amount: number) => {
    const response = await fetch(`${shop.stripe.url}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
      body: new URLSearchParams({ payment_intent: paymentId, amount: String(amount) }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { id: string }).id;
  };

  test('the order follows, both screens show it, and only the rest can be refunded here', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order, payment } = await shop.paid(buyer, item);
    const send = vi.spyOn(shop.get(UserSockets), 'send');
    shop.stripe.control.setWebhookFaults({ duplicates: 5, parallel: true });
    await refundThere(payment.paymentIntentId, 4_000);
    await shop.until(order.id, 'partially_refunded');
    await shop.quiet();
    shop.stripe.control.clearFaults();
    expect(await refundsOf(order.id)).toEqual([{ amount_minor: 4_000, status: 'succeeded' }]);
    expect(shop.heardOf('order.refunded', order.id)).toBe(1);
    for (const { userId } of [seller, buyer]) {
      const told = send.mock.calls.filter(([to, event]) => to === userId && event === 'order_updated');
      expect(told.at(-1)?.[2]).toMatchObject({ order: { id: order.id, refunded: { amountMinor: 4_000 } } });
    }
    send.mockRestore();
    expect((await refund(order.id, 6_001)).body).toMatchObject({ refundableMinor: 6_000 });
    expect((await ship(order.id)).status).toBe(200);
    await refundThere(payment.paymentIntentId, 6_000);
    await shop.until(order.id, 'refunded');
    await expectInvariants(shop);
  });

  test('one that the bank sends back waits for the seller as any other', async () => {
    const item = await shop.product(seller, 3, 10_000);
    const { order, payment } = await shop.paid(buyer, item, { method: 'pm_card_refundFail' });
    await refundThere(payment.paymentIntentId, 10_000);
    await shop.until(order.id, 'refunded');
    await letBankSay(order.id, 'failed');
    await shop.until(order.id, 'refund_pending');
    expect((await refund(order.id, 10_000)).body.status).toBe('refunded');
    await expectInvariants(shop);
  });

  test('for a payment that is not ours, it is nobody’s order', async () => {
    const before = await shop.rows('select id from refunds order by id');
    const response = await fetch(`${shop.stripe.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
      body: new URLSearchParams({
        amount: '5000',
        currency: 'inr',
        payment_method: 'pm_card_visa',
        confirm: 'true',
        'automatic_payment_methods[enabled]': 'true',
        'automatic_payment_methods[allow_redirects]': 'never',
      }),
    });
    const refundId = await refundThere(((await response.json()) as { id: string }).id, 5_000);
    await waitFor(async () => {
      const rows = await shop.rows(
        `select from payment_events where type = 'refund.created' and processed_at is not null
           and payload->'data'->'object'->>'id' = $1`,
        [refundId],
      );
      return rows.length === 1;
    });
    expect(await shop.rows('select id from refunds order by id')).toEqual(before);
  });
});
