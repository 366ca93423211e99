import type { Client } from '@vybekart/client';
import type { Notification, PlacedCashOrder } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import type { KillableServer } from './killable-server.ts';
import { KillableShop, priceMinor } from './killable-shop.ts';
import { expectLedgerAtRest } from './ledger.ts';

const shippingAddress = {
  name: 'Asha Rao',
  phone: '+919876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};
let shop: KillableShop;
let server: KillableServer;

beforeAll(async () => {
  shop = await KillableShop.open(10);
  ({ server } = shop);
});
afterEach(async () => {
  await expectLedgerAtRest(server.database, server.stripe);
  await server.stop();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

async function place(key: string): Promise<PlacedCashOrder> {
  const placed = await shop.buyer.api.call('placeOrder', {
    body: {
      items: [{ variantId: shop.variantId, quantity: 1, expectedUnitPriceMinor: priceMinor }],
      shippingAddress,
      paymentMethod: 'cash_on_delivery',
    },
    idempotencyKey: key,
  });
  if (placed.payment.provider !== 'cash_on_delivery') throw new Error(`paid by ${placed.payment.provider}`);
  return { ...placed, payment: placed.payment };
}

const told = async (person: Client, orderId: string, kind: Notification['kind']) =>
  (await person.api.call('listNotifications', { query: { limit: 100 } })).items.filter(
    (entry) => entry.kind === kind && entry.orderId === orderId,
  );
const confirm = (id: string, code: string) =>
  shop.buyer.api.call('confirmCash', { params: { id }, body: { code } });

for (const point of ['order_committed', 'payment_made'] as const) {
  test(`after ${point}, the same key goes on with the same order, and one code confirms it`, async () => {
    await shop.startAgain(point);
    const key = newId();
    await server.diesDuring(() => place(key));

    await shop.startAgain();
    await server.letTimePass(60);
    const { order } = await place(key);
    expect((await place(key)).order.id).toBe(order.id);
    const codes = await told(shop.buyer, order.id, 'one_time_code');
    expect(codes).toHaveLength(1);
    expect(await confirm(order.id, codes[0]?.facts.code ?? '')).toMatchObject({ status: 'confirmed' });
  });
}

test('after cash_confirmed, the buyer who got no answer gives the code again, and the seller hears once', async () => {
  await shop.startAgain('cash_confirmed');
  const { order } = await place(newId());
  const [entry] = await told(shop.buyer, order.id, 'one_time_code');
  const code = entry?.facts.code ?? '';
  await server.diesDuring(() => confirm(order.id, code));

  await shop.startAgain();
  expect(await confirm(order.id, code)).toMatchObject({ id: order.id, status: 'confirmed' });
  await eventually(
    'the news',
    async () => (await told(shop.seller, order.id, 'new_order')).length > 0,
    60_000,
  );
  await server.letTimePass(3600);
  expect(await shop.buyer.api.call('getOrder', { params: { id: order.id } })).toMatchObject({
    status: 'confirmed',
    holdExpiresAt: null,
  });
  expect(await told(shop.seller, order.id, 'new_order')).toHaveLength(1);
});
