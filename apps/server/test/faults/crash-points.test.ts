import type { Notification, Order, OrderStatus, PlacedCashOrder, PlacedOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { type Journey, KillableShop, priceMinor } from './killable-shop.ts';
import { pay as payAt } from './traffic.ts';

const shippingAddress = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

let shop: KillableShop;
beforeAll(async () => {
  shop = await KillableShop.open();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const bodyOf = (variantId: string) => ({
  items: [{ variantId, quantity: 1, expectedUnitPriceMinor: priceMinor }],
});

async function place(
  variantId: string,
  key: string = newId(),
  how: 'until answered' | 'once' = 'until answered',
): Promise<PlacedOrder> {
  const ask = () => shop.buyer.api.call('placeOrder', { body: bodyOf(variantId), idempotencyKey: key });
  const placed = await (how === 'once' ? ask() : shop.insist(ask));
  if (placed.payment.provider === 'cash_on_delivery') throw new Error('it is to be paid at the door');
  return { ...placed, payment: placed.payment };
}

async function placeCash(variantId: string, key: string = newId()): Promise<PlacedCashOrder> {
  const placed = await shop.insist(() =>
    shop.buyer.api.call('placeOrder', {
      body: { ...bodyOf(variantId), shippingAddress, paymentMethod: 'cash_on_delivery' },
      idempotencyKey: key,
    }),
  );
  if (placed.payment.provider !== 'cash_on_delivery') throw new Error('it is to be paid online');
  return { ...placed, payment: placed.payment };
}

const pay = (placed: Pick<PlacedOrder, 'payment'>) => payAt(placed, shop.server.stripe.url);

const seen = (id: string): Promise<Order> =>
  shop.insist(() => shop.buyer.api.call('getOrder', { params: { id } }));
const becomes = (orderId: string, status: OrderStatus) =>
  eventually(`the order to be ${status}`, async () => (await seen(orderId)).status === status, 60_000);

async function paidOrder(): Promise<PlacedOrder & { variantId: string }> {
  const variantId = await shop.product(1);
  const placed = await place(variantId);
  await pay(placed);
  await becomes(placed.order.id, 'paid');
  return { ...placed, variantId };
}

async function stockOf(variantId: string) {
  const [row] = await shop.rows('select on_hand as "onHand", reserved from variants where id = $1', [
    variantId,
  ]);
  return row;
}

/** What Stripe has for an order. */
async function intentsOf(orderId: string) {
  const { data } = await shop.server.askStripe<{
    data: { id: string; status: string; client_secret: string; metadata: { order_id?: string } }[];
  }>('payment_intents?limit=100');
  return data.filter((intent) => intent.metadata.order_id === orderId);
}
async function refundsOf(paymentIntentId: string): Promise<number[]> {
  const { data } = await shop.server.askStripe<{ data: { amount: number }[] }>(
    `refunds?payment_intent=${paymentIntentId}`,
  );
  return data.map((refund) => refund.amount);
}

/** What both were told about an order, each kind as often as it was told. */
async function told(orderId: string): Promise<Notification['kind'][]> {
  const rows = await shop.rows<{ kind: Notification['kind'] }>(
    'select kind from notifications where order_id = $1 order by kind',
    [orderId],
  );
  return rows.map(({ kind }) => kind);
}

/** Each of these once, which is what `told` answers when nothing was told twice. */
const once = (...kinds: Notification['kind'][]) => kinds.sort();

/** A cash order with the code that its buyer got. */
async function promise(variantId: string, key: string = newId()): Promise<{ id: string; code: string }> {
  const { order } = await placeCash(variantId, key);
  const { items } = await shop.insist(() => shop.buyer.api.call('listNotifications'));
  const sent = items.filter((entry) => entry.kind === 'one_time_code' && entry.orderId === order.id);
  expect(sent).toHaveLength(1);
  return { id: order.id, code: sent[0]?.facts.code ?? '' };
}
const confirm = (id: string, code: string) =>
  shop.insist(() => shop.buyer.api.call('confirmCash', { params: { id }, body: { code } }));
const ship = (id: string) =>
  shop.insist(() => shop.seller.api.call('fulfilOrder', { params: { id }, body: { carrier: 'Delhivery' } }));

async function confirmedOrder() {
  const variantId = await shop.product(1);
  const { id, code } = await promise(variantId);
  await confirm(id, code);
  return { variantId, id };
}

/** A cancelled order whose payment was made and never written down, because Stripe's answer was lost. */
async function lostPayment(): Promise<Pick<PlacedOrder, 'payment'> & { variantId: string; id: string }> {
  const variantId = await shop.product(1);
  const key = newId();
  const { control, publishableKey, url: apiBase } = shop.server.stripe;
  const path = '/v1/payment_intents';
  control.setWebhookFaults({ drop: true });
  control.failRequests({ kind: 'reset', after: 'commit' }, { method: 'POST', path });
  control.failRequests({ kind: 'rate_limit' }, { method: 'POST', path, times: 9 });
  // An app would try again by itself.
  const answer = await fetch(`${shop.server.url}/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${shop.buyer.session.currentToken()?.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(bodyOf(variantId)),
  });
  control.clearFaults();
  expect(answer.status).toBe(503);
  const id = await orderOf(key);
  await shop.buyer.api.call('cancelOrder', { params: { id } });
  const [intent] = await intentsOf(id);
  if (!intent) throw new Error('there is no payment');
  const secrets = { paymentIntentId: intent.id, clientSecret: intent.client_secret, publishableKey };
  return { variantId, id, payment: { provider: 'local', apiBase, ...secrets } };
}

/** What was placed under a key, asked of the database because perhaps nobody was answered. */
async function orderOf(key: string): Promise<string> {
  const [row, ...others] = await shop.rows<{ id: string }>(
    'select id from orders where idempotency_key = $1',
    [key],
  );
  expect(others).toEqual([]);
  if (!row) throw new Error('there is no order');
  return row.id;
}

/** With the fewest commits and calls that each is made of: so often the server must die. */
const journeys: (Journey & { name: string; commits: number; calls: number })[] = [
  {
    name: 'ordering and paying online',
    commits: 13,
    calls: 2,
    async prepare() {
      const variantId = await shop.product(1);
      return async () => {
        const key = newId();
        const placed = await place(variantId, key);
        expect((await place(variantId, key)).payment).toEqual(placed.payment);
        await pay(placed);
        await becomes(placed.order.id, 'paid');
        return async () => {
          expect(await intentsOf(placed.order.id)).toMatchObject([{ status: 'succeeded' }]);
          expect(await stockOf(variantId)).toEqual({ onHand: 0, reserved: 0 });
          expect(await told(placed.order.id)).toEqual(once('new_order', 'order_paid'));
        };
      };
    },
  },
  {
    name: 'ordering what is sold out',
    commits: 1,
    calls: 0,
    async prepare() {
      const variantId = await shop.product(0);
      return async () => {
        const key = newId();
        const refused = { code: 'out_of_stock', problem: { variantId, available: 0 } };
        await expect(place(variantId, key)).rejects.toMatchObject(refused);
        await expect(place(variantId, key)).rejects.toMatchObject(refused);
        return async () => {
          expect(await shop.rows('select id from orders where idempotency_key = $1', [key])).toEqual([]);
          expect(await stockOf(variantId)).toEqual({ onHand: 0, reserved: 0 });
        };
      };
    },
  },
  {
    name: 'ordering and never coming back',
    commits: 10,
    calls: 2,
    async prepare() {
      const variantId = await shop.product(1);
      return async () => {
        const key = newId();
        await place(variantId, key, 'once').catch(() => {});
        const id = await orderOf(key);
        await shop.server.letTimePass(3600);
        await becomes(id, 'expired');
        return async () => {
          const intents = await intentsOf(id);
          expect(intents.length).toBeLessThan(2);
          expect(intents.map(({ status }) => status)).not.toContain('succeeded');
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
          expect(await told(id)).toEqual(once('order_closed'));
        };
      };
    },
  },
  {
    name: 'cancelling by the buyer',
    commits: 7,
    calls: 1,
    async prepare() {
      const variantId = await shop.product(1);
      const { order } = await place(variantId);
      return async () => {
        const idempotencyKey = newId();
        const cancel = () =>
          shop.insist(() => shop.buyer.api.call('cancelOrder', { params: { id: order.id }, idempotencyKey }));
        expect(await cancel()).toMatchObject({ id: order.id, status: 'canceled' });
        expect(await cancel()).toMatchObject({ id: order.id, status: 'canceled' });
        return async () => {
          expect(await intentsOf(order.id)).toMatchObject([{ status: 'canceled' }]);
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
        };
      };
    },
  },
  {
    name: 'refunding a part and later the rest',
    commits: 19,
    calls: 3,
    async prepare() {
      const { order, payment, variantId } = await paidOrder();
      return async () => {
        const keys = [newId(), newId()];
        const refund = (body: { amountMinor: number; restock?: boolean }, idempotencyKey?: string) =>
          shop.insist(() =>
            shop.seller.api.call('refundOrder', { params: { id: order.id }, body, idempotencyKey }),
          );
        const part = { amountMinor: 20_000 };
        await refund(part, keys[0]);
        await refund(part, keys[0]);
        await becomes(order.id, 'partially_refunded');
        await refund({ amountMinor: priceMinor - part.amountMinor, restock: true }, keys[1]);
        await becomes(order.id, 'refunded');
        await refund(part, keys[0]);
        return async () => {
          expect((await refundsOf(payment.paymentIntentId)).sort()).toEqual([20_000, 29_900]);
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
          expect(await told(order.id)).toEqual(
            once('new_order', 'order_paid', 'order_refunded', 'order_refunded'),
          );
        };
      };
    },
  },
  {
    name: 'a dispute that is lost',
    commits: 10,
    calls: 2,
    async prepare() {
      const { order, payment } = await paidOrder();
      const { control } = shop.server.stripe;
      return async () => {
        const disputeOf = () => shop.rows('select id, status from disputes where order_id = $1', [order.id]);
        const id = control.openDispute(payment.paymentIntentId);
        await eventually('the dispute', async () => (await disputeOf()).length > 0, 60_000);
        control.closeDispute(id, 'lost');
        return async () => {
          expect(await disputeOf()).toEqual([{ id, status: 'lost' }]);
          const { items } = await shop.seller.api.call('sellerOrders', { query: { limit: 1 } });
          expect(items).toMatchObject([
            { id: order.id, status: 'paid', takenBack: { amountMinor: priceMinor } },
          ]);
          expect(await told(order.id)).toContain('order_disputed');
        };
      };
    },
  },
  {
    name: 'promising cash, getting the parcel and paying at the door',
    commits: 16,
    calls: 0,
    async prepare() {
      const variantId = await shop.product(1);
      return async () => {
        const { id, code } = await promise(variantId);
        expect(await confirm(id, code)).toMatchObject({ id, status: 'confirmed' });
        await ship(id);
        await shop.insist(() => shop.seller.api.call('deliverOrder', { params: { id } }));
        return async () => {
          expect(await seen(id)).toMatchObject({ status: 'paid', fulfilment: { status: 'delivered' } });
          expect(await stockOf(variantId)).toEqual({ onHand: 0, reserved: 0 });
          expect(await told(id)).toEqual(once('new_order', 'order_confirmed', 'order_shipped'));
        };
      };
    },
  },
  {
    name: 'refusing a parcel at the door',
    commits: 1,
    calls: 0,
    async prepare() {
      const { variantId, id } = await confirmedOrder();
      await ship(id);
      return async () => {
        await shop.insist(() =>
          shop.seller.api.call('takeBackOrder', { params: { id }, body: { restock: true } }),
        );
        return async () => {
          expect(await seen(id)).toMatchObject({ status: 'canceled' });
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
        };
      };
    },
  },
  {
    name: 'withdrawing a promised sale',
    commits: 4,
    calls: 0,
    async prepare() {
      const { variantId, id } = await confirmedOrder();
      return async () => {
        const idempotencyKey = newId();
        await shop.insist(() => shop.seller.api.call('cancelSale', { params: { id }, idempotencyKey }));
        return async () => {
          expect(await seen(id)).toMatchObject({ status: 'canceled' });
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
          expect(await told(id)).toEqual(once('new_order', 'order_confirmed', 'order_closed'));
        };
      };
    },
  },
  {
    name: 'money that comes for a cancelled order',
    commits: 10,
    calls: 2,
    async prepare() {
      const { variantId, id, payment } = await lostPayment();
      return async () => {
        await pay({ payment });
        await becomes(id, 'refunded');
        return async () => {
          expect(await refundsOf(payment.paymentIntentId)).toEqual([priceMinor]);
          expect(await stockOf(variantId)).toEqual({ onHand: 1, reserved: 0 });
          expect(await told(id)).toEqual(once('order_refunded'));
        };
      };
    },
  },
];

const isLong = process.env.VYBEKART_TEST_LENGTH === 'long';
const strides = isLong ? { commit: 1, stripe_call: 1 } : { commit: 7, stripe_call: 2 };

/** The short run dies at some turns, from another first one on in each journey. */
async function expectDeaths(point: 'commit' | 'stripe_call', index: number, fewest: number): Promise<void> {
  const stride = strides[point];
  const first = 1 + (index % Math.min(stride, fewest));
  const deaths = await shop.dieAtEach(point, journeys[index] as Journey, { first, stride });
  expect(deaths).toBeGreaterThan((fewest - first) / stride);
}

// npm run test:long takes each commit and each answer.
describe('after kill -9 everything ends as if there had been none', () => {
  for (const [index, { name, commits, calls }] of journeys.entries()) {
    test(`right after ${isLong ? 'each' : 'every seventh'} commit of ${name}`, async () => {
      await expectDeaths('commit', index, commits);
    }, 600_000);
    if (calls === 0) continue;
    test(`right after ${isLong ? 'each' : 'every second'} answer of Stripe to ${name}`, async () => {
      await expectDeaths('stripe_call', index, calls);
    }, 600_000);
  }
});
