import type { Client } from '@vybekart/client';
import type { Notification, PlacedCashOrder } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CrashPoint } from '../../src/platform/crash-points.ts';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { KillableServer } from './killable-server.ts';
import { expectSoundLedger } from './ledger.ts';

const password = 'a long enough secret';
const shippingAddress = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};
let server: KillableServer;
let buyer: Client;
let seller: Client;
let variantId: string;

beforeAll(async () => {
  server = await KillableServer.open();
  await server.start();
  buyer = server.client();
  await buyer.session.register({ email: 'asha@example.test', password, displayName: 'Asha' });
  seller = server.client();
  const shop = { name: 'Sahil Silks', handle: 'sahil-silks' };
  await seller.session.register({ email: 'sahil@example.test', password, displayName: 'Sahil', shop });
  await seller.api.call('updateShop', { params: { handle: shop.handle }, body: { cashOnDelivery: true } });
  const product = await seller.api.call('createProduct', {
    body: { title: 'Silk saree', price: { amountMinor: 49_900, currency: 'inr' }, stock: 10 },
  });
  variantId = product.variants[0]?.id ?? '';
});
afterEach(async () => {
  await expectSoundLedger(server.database);
  await server.stop();
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function startAgain(point?: CrashPoint): Promise<void> {
  await server.stop();
  await server.start(point);
  buyer = server.client();
  await buyer.session.login({ email: 'asha@example.test', password });
  seller = server.client();
  await seller.session.login({ email: 'sahil@example.test', password });
}

async function place(key: string): Promise<PlacedCashOrder> {
  const placed = await buyer.api.call('placeOrder', {
    body: {
      items: [{ variantId, quantity: 1, expectedUnitPriceMinor: 49_900 }],
      shippingAddress,
      paymentMethod: 'cash_on_delivery',
    },
    idempotencyKey: key,
  });
  if (placed.payment.provider !== 'cash_on_delivery') throw new Error(`paid by ${placed.payment.provider}`);
  return { ...placed, payment: placed.payment };
}

async function diesDuring(work: () => Promise<unknown>): Promise<void> {
  const unanswered = work().catch((error: unknown) => error);
  await server.died();
  expect(await unanswered).toBeInstanceOf(Error);
}

const told = async (person: Client, orderId: string, kind: Notification['kind']) =>
  (await person.api.call('listNotifications', { query: { limit: 100 } })).items.filter(
    (entry) => entry.kind === kind && entry.orderId === orderId,
  );
const confirm = (id: string, code: string) =>
  buyer.api.call('confirmCash', { params: { id }, body: { code } });

for (const point of ['order_committed', 'payment_made'] as const) {
  test(`after ${point}, the same key goes on with the same order, and one code confirms it`, async () => {
    await startAgain(point);
    const key = newId();
    await diesDuring(() => place(key));

    await startAgain();
    await server.letTimePass(60);
    const { order } = await place(key);
    expect((await place(key)).order.id).toBe(order.id);
    const codes = await told(buyer, order.id, 'one_time_code');
    expect(codes).toHaveLength(1);
    expect(await confirm(order.id, codes[0]?.facts.code ?? '')).toMatchObject({ status: 'confirmed' });
  });
}

test('after cash_confirmed, the buyer who got no answer gives the code again, and the seller hears once', async () => {
  await startAgain('cash_confirmed');
  const { order } = await place(newId());
  const [entry] = await told(buyer, order.id, 'one_time_code');
  const code = entry?.facts.code ?? '';
  await diesDuring(() => confirm(order.id, code));

  await startAgain();
  expect(await confirm(order.id, code)).toMatchObject({ id: order.id, status: 'confirmed' });
  await eventually('the news', async () => (await told(seller, order.id, 'new_order')).length > 0, 60_000);
  await server.letTimePass(3600);
  expect(await buyer.api.call('getOrder', { params: { id: order.id } })).toMatchObject({
    status: 'confirmed',
    holdExpiresAt: null,
  });
  expect(await told(seller, order.id, 'new_order')).toHaveLength(1);
});
