import { afterAll, beforeAll, expect, test } from 'vitest';
import { pay } from '../faults/traffic.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let buyer: Person;
beforeAll(async () => {
  server = await startServer();
  buyer = await server.register('Asha');
});
afterAll(() => server?.close());

interface Offer {
  seller: Person;
  streamId: string;
  productId: string;
}
const endShow = ({ seller, streamId }: Offer) => seller.api.call('endStream', { params: { id: streamId } });
const unpin = ({ seller, streamId, productId }: Offer) =>
  seller.api.call('unpinProduct', { params: { id: streamId }, body: { productId } });
const deleteProduct = ({ seller, productId }: Offer) =>
  seller.api.call('deleteProduct', { params: { id: productId } });

test.each<[string, ...((offer: Offer) => Promise<unknown>)[]]>([
  ['the show ends', endShow],
  ['the product is no longer pinned', unpin],
  ['the product is deleted', deleteProduct],
  ['all of that happens', unpin, deleteProduct, endShow],
])('an open order keeps its unit and can be paid although %s', async (_, ...acts) => {
  const seller = await server.registerSeller();
  const product = await seller.api.call('createProduct', {
    body: { title: 'Silk saree', price: { amountMinor: 10_000, currency: 'inr' }, stock: 1 },
  });
  const { id: streamId } = await seller.api.call('createStream', {
    body: { title: 'Sarees', productIds: [product.id] },
  });
  await server.database.query(`update streams set status = 'live' where id = $1`, [streamId]);
  const offer = { seller, streamId, productId: product.id };
  await seller.api.call('pinProduct', { params: { id: streamId }, body: { productId: product.id } });
  const variantId = product.variants[0]?.id ?? '';
  const placed = await buyer.api.call('placeOrder', {
    body: { streamId, items: [{ variantId, quantity: 1, expectedUnitPriceMinor: 10_000 }] },
  });
  const { payment } = placed;
  if (!('clientSecret' in payment)) throw new Error('not paid online');
  const order = () => buyer.api.call('getOrder', { params: { id: placed.order.id } });
  const stock = async () =>
    (await server.database.query('select on_hand, reserved from variants where id = $1', [variantId])).rows;

  for (const act of acts) await act(offer);
  expect(await order()).toMatchObject({
    status: 'pending',
    streamId,
    holdExpiresAt: placed.order.holdExpiresAt,
  });
  expect(await stock()).toEqual([{ on_hand: 1, reserved: 1 }]);
  await pay({ payment });
  await eventually('a paid order', async () => (await order()).status === 'paid');
  expect(await stock()).toEqual([{ on_hand: 0, reserved: 0 }]);
});
