import { afterAll, beforeAll, expect, test } from 'vitest';
import { HoldNotices } from '../../src/orders/hold-notices.ts';
import { OrderOptions } from '../../src/orders/order-options.ts';
import { OrderPlacement } from '../../src/orders/order-placement.ts';
import { PlacementStore } from '../../src/orders/placement.store.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { Database } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Shop, startShop } from './start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** As one more node places orders: with connections, lanes and a memory of what is sold out of its own. */
function anotherNode(resources: AsyncDisposableStack): OrderPlacement {
  const database = resources.use(new Database(shop.databaseUrl, shop.log));
  const options = new OrderOptions(600, 1000);
  return new OrderPlacement(new PlacementStore(database), options, new SystemClock(), shop.get(HoldNotices));
}

test('of seventeen units and three nodes, two hundred orders of one to three units get exactly seventeen', async () => {
  await using resources = new AsyncDisposableStack();
  const nodes = [1, 2, 3].map(() => anotherNode(resources));
  const item = await shop.product(await shop.seller(), 17);
  const buyers = await Promise.all(Array.from({ length: 20 }, () => shop.buyer()));
  const asked = Array.from({ length: 200 }, (_, index) => ({
    buyerId: buyers[index % buyers.length]?.userId ?? '',
    streamId: null,
    paymentMethod: 'online' as const,
    key: newId(),
    asked: [index],
    address: null,
    lines: [
      { variantId: item.variantId, quantity: 1 + (index % 3), expectedUnitPriceMinor: item.priceMinor },
    ],
  }));
  const placements = await Promise.all(
    asked.map(async (request, index) => ({ request, placement: await nodes[index % 3]?.place(request) })),
  );
  const kinds = new Set(placements.map(({ placement }) => placement?.kind));
  expect(kinds).toEqual(new Set(['placed', 'out_of_stock']));
  const units = placements
    .filter(({ placement }) => placement?.kind === 'placed')
    .reduce((sum, { request }) => sum + (request.lines[0]?.quantity ?? 0), 0);
  expect(units).toBe(17);
  expect(await shop.stockOf(item)).toEqual({ onHand: 17, reserved: 17 });
  await expectInvariants(shop);
});
