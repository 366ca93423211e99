import type { Order, SellerDashboard, SellerOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { UserSockets } from '../../src/platform/user-sockets.ts';
import { eventually } from '../support/eventually.ts';
import { startServer } from '../support/start-server.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

const paidOrder = async (by = seller) => {
  const { order, payment } = await shop.paid(buyer, await shop.product(by, 3, 10_000));
  return { orderId: order.id, paymentId: payment.paymentIntentId };
};
const seen = async (orderId: string, by = seller) => {
  const { body } = await shop.send<{ items: SellerOrder[] }>('GET', '/seller/orders?limit=100', by);
  return body.items.find((order) => order.id === orderId);
};
const untilDisputed = (orderId: string, isDisputed: boolean) =>
  waitFor(async () => (await seen(orderId))?.isDisputed === isDisputed);
const refund = (orderId: string, amountMinor: number) =>
  shop.send<SellerOrder & { code?: string; detail?: string }>(
    'POST',
    `/seller/orders/${orderId}/refunds`,
    seller,
    { amountMinor },
    newId(),
  );

describe('when a buyer’s bank asks for the money back', () => {
  test('the order says so to its seller, at once and beside its status, and to nobody else', async () => {
    const { orderId, paymentId } = await paidOrder();
    const send = vi.spyOn(shop.get(UserSockets), 'send');
    shop.stripe.control.openDispute(paymentId);
    await untilDisputed(orderId, true);
    expect(await seen(orderId)).toMatchObject({ status: 'paid', takenBack: { amountMinor: 0 } });
    await shop.quiet();
    const told = send.mock.calls.filter(([, , payload]) => {
      return 'order' in payload && payload.order.id === orderId && 'isDisputed' in payload.order;
    });
    expect(told.filter(([, event]) => event === 'order_updated')).toMatchObject([
      [seller.userId, 'order_updated', { order: { isDisputed: true } }],
    ]);
    expect(told.every(([userId]) => userId === seller.userId)).toBe(true);
    send.mockRestore();
    const own = await shop.send<Order>('GET', `/orders/${orderId}`, buyer);
    expect(own.body).not.toHaveProperty('isDisputed');
    await expectInvariants(shop);
  });

  test('nothing is refunded until the bank has decided, and the seller is told why', async () => {
    const { orderId, paymentId } = await paidOrder();
    const disputeId = shop.stripe.control.openDispute(paymentId);
    await untilDisputed(orderId, true);
    expect((await refund(orderId, 100)).body).toMatchObject({
      orderStatus: 'paid',
      code: 'order_not_refundable',
      isDisputed: true,
      detail: "The buyer's bank is deciding about this payment.",
    });
    expect(await shop.rows('select id from refunds where order_id = $1', [orderId])).toEqual([]);
    shop.stripe.control.closeDispute(disputeId, 'won');
    await untilDisputed(orderId, false);
    expect((await refund(orderId, 100)).body).toMatchObject({ status: 'partially_refunded' });
  });

  test('a dispute that is lost takes its money from the figures and from what can be refunded', async () => {
    const host = await shop.seller();
    const { orderId, paymentId } = await paidOrder(host);
    await paidOrder(host);
    const revenue = async () =>
      (await shop.send<SellerDashboard>('GET', '/seller/dashboard', host)).body.revenue.amountMinor;
    expect(await revenue()).toBe(20_000);
    const disputeId = shop.stripe.control.openDispute(paymentId);
    await waitFor(async () => (await seen(orderId, host))?.isDisputed === true);
    expect(await revenue()).toBe(20_000);
    shop.stripe.control.closeDispute(disputeId, 'lost');
    await waitFor(async () => (await seen(orderId, host))?.takenBack.amountMinor === 10_000);
    expect(await seen(orderId, host)).toMatchObject({ status: 'paid', isDisputed: false });
    expect(await revenue()).toBe(10_000);
    const answer = await shop.send(
      'POST',
      `/seller/orders/${orderId}/refunds`,
      host,
      { amountMinor: 1 },
      newId(),
    );
    expect(answer.body).toMatchObject({ code: 'order_not_refundable', refundableMinor: 0 });
    await expectInvariants(shop);
  });

  test('a refund that the dispute forestalled waits no longer once the bank has taken it all', async () => {
    const { orderId, paymentId } = await paidOrder();
    shop.stripe.control.setWebhookFaults({ drop: true });
    const disputeId = shop.stripe.control.openDispute(paymentId);
    expect((await refund(orderId, 10_000)).body).toMatchObject({
      status: 'refund_pending',
      hasFailedRefund: true,
    });
    shop.stripe.control.closeDispute(disputeId, 'lost');
    shop.stripe.control.clearFaults();
    await shop.get(Reconciler).reconcile(0);
    await shop.until(orderId, 'paid');
    expect(await seen(orderId)).toMatchObject({ hasFailedRefund: false, takenBack: { amountMinor: 10_000 } });
    const waiting = await shop.send<{ items: SellerOrder[] }>('GET', '/seller/orders?task=answer', seller);
    expect(waiting.body.items.map(({ id }) => id)).not.toContain(orderId);
    await expectInvariants(shop);
  });

  test('a dispute that is won leaves the order as it was', async () => {
    const { orderId, paymentId } = await paidOrder();
    const before = await seen(orderId);
    const disputeId = shop.stripe.control.openDispute(paymentId, 'product_not_received');
    await untilDisputed(orderId, true);
    shop.stripe.control.closeDispute(disputeId, 'won');
    await untilDisputed(orderId, false);
    expect(await seen(orderId)).toEqual(before);
    const rows = await shop.rows('select status, reason, amount_minor from disputes where id = $1', [
      disputeId,
    ]);
    expect(rows).toEqual([{ status: 'won', reason: 'product_not_received', amount_minor: 10_000 }]);
  });
});

describe('when the bank only asks', () => {
  const untilInquiry = (orderId: string, hasInquiry: boolean) =>
    waitFor(async () => (await seen(orderId))?.hasInquiry === hasInquiry);

  test('its inquiry takes nothing, holds up no refund, and is settled by one', async () => {
    const { orderId, paymentId } = await paidOrder();
    const inquiryId = shop.stripe.control.openInquiry(paymentId);
    await untilInquiry(orderId, true);
    expect(await seen(orderId)).toMatchObject({ isDisputed: false, takenBack: { amountMinor: 0 } });
    expect((await refund(orderId, 4_000)).body).toMatchObject({ status: 'partially_refunded' });
    expect((await refund(orderId, 6_000)).body).toMatchObject({ status: 'refunded', hasInquiry: true });
    shop.stripe.control.closeInquiry(inquiryId);
    await untilInquiry(orderId, false);
    expect(await seen(orderId)).toMatchObject({ isDisputed: false, takenBack: { amountMinor: 0 } });
    await expectInvariants(shop);
  });

  test.each([
    ['open', false],
    ['closed', true],
  ])('an inquiry that was %s counts as a dispute from the moment it is one', async (_, isClosed) => {
    const { orderId, paymentId } = await paidOrder();
    const { control } = shop.stripe;
    const inquiryId = control.openInquiry(paymentId);
    await untilInquiry(orderId, true);
    if (isClosed) {
      control.closeInquiry(inquiryId);
      await untilInquiry(orderId, false);
    }
    // Without a webhook, so that whoever asks again asks about closed ones, too.
    control.setWebhookFaults({ drop: true });
    control.escalateInquiry(inquiryId);
    await shop.get(Reconciler).reconcile(0);
    control.clearFaults();
    await untilDisputed(orderId, true);
    expect(await seen(orderId)).toMatchObject({ hasInquiry: false });
    expect((await refund(orderId, 100)).body).toMatchObject({ code: 'order_not_refundable' });
    control.closeDispute(inquiryId, 'lost');
    await waitFor(async () => (await seen(orderId))?.takenBack.amountMinor === 10_000);
    await expectInvariants(shop);
  });
});

describe('however the news travels', () => {
  test('many copies in any order are one dispute, told once for each thing that happened', async () => {
    const { orderId, paymentId } = await paidOrder();
    shop.stripe.control.setWebhookFaults({ duplicates: 9, parallel: true, shuffleMs: 30 });
    const disputeId = shop.stripe.control.openDispute(paymentId);
    shop.stripe.control.closeDispute(disputeId, 'lost');
    await waitFor(async () => (await seen(orderId))?.takenBack.amountMinor === 10_000);
    await shop.quiet();
    shop.stripe.control.clearFaults();
    expect(await seen(orderId)).toMatchObject({ isDisputed: false });
    expect(shop.heardOf('order.disputed', orderId)).toBeLessThanOrEqual(2);
    const rows = await shop.rows('select id from disputes where order_id = $1', [orderId]);
    expect(rows).toEqual([{ id: disputeId }]);
  });

  test('without any webhook the reconciler finds the dispute, and later its decision', async () => {
    const { orderId, paymentId } = await paidOrder();
    shop.stripe.control.setWebhookFaults({ drop: true });
    const disputeId = shop.stripe.control.openDispute(paymentId);
    await shop.get(Reconciler).reconcile(0);
    await untilDisputed(orderId, true);
    shop.stripe.control.closeDispute(disputeId, 'lost');
    await shop.get(Reconciler).reconcile(0);
    await waitFor(async () => (await seen(orderId))?.takenBack.amountMinor === 10_000);
    expect(await seen(orderId)).toMatchObject({ isDisputed: false });
    shop.stripe.control.clearFaults();
    await shop.get(Reconciler).reconcile(0);
    await shop.quiet();
    expect(shop.heardOf('order.disputed', orderId)).toBe(2);
  });

  test('a dispute about a stranger’s payment is nobody’s order', async () => {
    const before = await shop.rows('select id from disputes order by id');
    const response = await fetch(`${shop.stripe.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
      body: new URLSearchParams({
        amount: '5000',
        currency: 'inr',
        payment_method: 'pm_card_createDispute',
        confirm: 'true',
        'automatic_payment_methods[enabled]': 'true',
        'automatic_payment_methods[allow_redirects]': 'never',
      }),
    });
    expect(response.status, await response.clone().text()).toBe(200);
    await shop.quiet();
    await shop.get(Reconciler).reconcile(0);
    expect(await shop.rows('select id from disputes order by id')).toEqual(before);
  });
});

test('the seller finds each step of a dispute in the inbox, the buyer none', async () => {
  await using server = await startServer();
  const host = await server.registerSeller('Sahil');
  const guest = await server.register('Asha');
  const product = await host.api.call('createProduct', {
    body: {
      title: 'Silk saree',
      price: { amountMinor: 10_000, currency: 'inr' },
      variants: [
        { title: 'Red', stock: 1 },
        { title: 'Blue', stock: 1 },
      ],
    },
  });
  const placed = await guest.api.call('placeOrder', {
    body: {
      items: product.variants.map(({ id }) => ({
        variantId: id,
        quantity: 1,
        expectedUnitPriceMinor: 10_000,
      })),
    },
  });
  if (!('clientSecret' in placed.payment)) throw new Error('not paid online');
  const { paymentIntentId, clientSecret, publishableKey, apiBase } = placed.payment;
  await fetch(`${apiBase}/v1/payment_intents/${paymentIntentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: publishableKey,
      client_secret: clientSecret,
      payment_method: 'pm_card_visa',
    }),
  });
  const told = async (person: typeof host) =>
    (await person.api.call('listNotifications')).items.filter((entry) => entry.kind === 'order_disputed');
  const isPaid = async () => (await guest.api.call('getOrder', { params: { id: placed.order.id } })).paidAt;
  await eventually('a paid order', isPaid);
  const stripe = server.running.emulators.stripe;
  const disputeId = stripe?.control.openInquiry(paymentIntentId) ?? '';
  await eventually('news of the inquiry', async () => (await told(host)).length === 1);
  stripe?.control.escalateInquiry(disputeId);
  await eventually('news of the dispute', async () => (await told(host)).length === 2);
  stripe?.control.closeDispute(disputeId, 'won');
  await eventually('news of the decision', async () => (await told(host)).length === 3);
  expect(await told(host)).toMatchObject([
    { title: 'You won a dispute', orderId: placed.order.id, facts: { outcome: 'won' } },
    {
      title: 'A payment is disputed',
      body: 'Asha asked the bank for the money of Silk saree +1 back. The bank decides.',
      facts: { outcome: 'open' },
    },
    {
      title: 'A bank asks about a payment',
      body: 'The bank of Asha asks about Silk saree +1. Nothing was taken; a refund settles it.',
      facts: { outcome: 'inquiry' },
    },
  ]);
  expect(await told(guest)).toEqual([]);
});
