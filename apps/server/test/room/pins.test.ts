import { randomUUID } from 'node:crypto';
import type { Product, StreamWithIngest } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Encoder, startEncoder } from '../streams/encoder.ts';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let rival: Person;
let products: Product[];
let stream: StreamWithIngest;
let streamId: string;
let tabs: Tab[];
let encoder: Encoder | undefined;

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  rival = await server.registerSeller('Rival');
  products = await Promise.all([1, 2, 3, 4].map((number) => makeProduct(seller, `Runner ${number}`)));
});
beforeEach(async () => {
  tabs = [];
  stream = await seller.api.call('createStream', {
    body: { title: 'Sneakers', productIds: products.map(({ id }) => id) },
  });
  streamId = stream.id;
});
afterEach(async () => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
  encoder?.stop();
  encoder = undefined;
  await seller.api.call('endStream', { params: { id: streamId } });
});
afterAll(() => server.close());

function makeProduct(person: Person, title: string): Promise<Product> {
  const price = { amountMinor: 129_900, currency: 'inr' as const };
  return person.api.call('createProduct', {
    body: {
      title,
      price,
      variants: [
        { title: 'UK 8', stock: 5 },
        { title: 'UK 9', stock: 2, price: { ...price, amountMinor: 139_900 } },
      ],
    },
  });
}
async function joined(person: Person | null): Promise<Tab> {
  const tab = person ? await Tab.of(server.url, person) : await Tab.open(server.url);
  tabs.push(tab);
  await tab.do('join_room', { streamId });
  return tab;
}
const pinned = async () =>
  (await server.guest().api.call('getRoom', { params: { id: streamId } })).pins.map(({ id }) => id);
const idOf = (index: number) => products[index]?.id ?? '';
const adjust = (variantId: string, delta: number) =>
  seller.api.call('adjustStock', { params: { id: variantId }, body: { delta, reason: 'counted again' } });

describe('a pin', () => {
  test('reaches everybody with prices and stock, and stands there for latecomers', async () => {
    const [shop, viewer] = [await joined(seller), await joined(null)];
    const { seq, pin } = await shop.do('pin_product', { streamId, productId: idOf(0) });
    expect(pin).toMatchObject({
      id: idOf(0),
      product: { title: 'Runner 1', price: { amountMinor: 129_900, currency: 'inr' } },
      variants: [
        { title: 'UK 8', available: 5, price: { amountMinor: 129_900 } },
        { title: 'UK 9', available: 2, price: { amountMinor: 139_900 } },
      ],
    });
    await eventually('it arrived', () => viewer.durable.length === 1);
    expect(viewer.durable[0]).toMatchObject({ event: 'pin_product', seq, pin });
    const late = await joined(rival);
    const { room } = await late.do('join_room', { streamId });
    expect(room.pins).toEqual([pin]);
  });

  test('of one variant shows that one alone', async () => {
    const shop = await joined(seller);
    const variantId = products[0]?.variants[1]?.id;
    const { pin } = await shop.do('pin_product', { streamId, productId: idOf(0), variantId });
    expect(pin.variants.map(({ id }) => id)).toEqual([variantId]);
    const foreign = products[1]?.variants[0]?.id;
    expect(await shop.codeOf('pin_product', { streamId, productId: idOf(0), variantId: foreign })).toBe(
      'not_found',
    );
  });

  test('is one of at most three, the newest first; pinning again brings to the front', async () => {
    const shop = await joined(seller);
    for (const index of [0, 1, 2, 3]) await shop.do('pin_product', { streamId, productId: idOf(index) });
    expect(await pinned()).toEqual([idOf(3), idOf(2), idOf(1)]);
    await shop.do('pin_product', { streamId, productId: idOf(1) });
    expect(await pinned()).toEqual([idOf(1), idOf(3), idOf(2)]);
    await shop.do('unpin_product', { streamId, productId: idOf(3) });
    expect(await pinned()).toEqual([idOf(1), idOf(2)]);
    expect(await shop.do('unpin_product', { streamId, productId: idOf(3) })).toMatchObject({ seq: null });
  });

  test('is the last one everywhere, however many are set at once', async () => {
    const [shop, viewer] = [await joined(seller), await joined(null)];
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        shop.do('pin_product', { streamId, productId: idOf(index % 4) }),
      ),
    );
    await eventually('all arrived', () => viewer.durable.length === 12);
    const order = viewer.durable.flatMap((event) => (event.event === 'pin_product' ? [event.pin.id] : []));
    expect(await pinned()).toEqual([...new Set(order.reverse())].slice(0, 3));
  });

  test('is refused to viewers, for products of others, unknown and deleted ones, and when the show is over', async () => {
    const [shop, viewer] = [await joined(seller), await joined(rival)];
    const theirs = await makeProduct(rival, 'Copy');
    const missing = '019a0000-0000-7000-8000-000000000000';
    expect(await viewer.codeOf('pin_product', { streamId, productId: theirs.id })).toBe('forbidden');
    expect(await viewer.codeOf('unpin_product', { streamId, productId: idOf(0) })).toBe('forbidden');
    expect(await shop.codeOf('pin_product', { streamId, productId: theirs.id })).toBe('not_found');
    expect(await shop.codeOf('pin_product', { streamId, productId: missing })).toBe('not_found');
    const { id: deleted } = await makeProduct(seller, 'Gone');
    await seller.api.call('deleteProduct', { params: { id: deleted } });
    expect(await shop.codeOf('pin_product', { streamId, productId: deleted })).toBe('not_found');
    await seller.api.call('endStream', { params: { id: streamId } });
    await eventually('the room heard of it', () => shop.payloads('stream_ended').length === 1);
    expect(await shop.codeOf('pin_product', { streamId, productId: idOf(0) })).toBe('stream_ended');
    expect(await shop.codeOf('unpin_product', { streamId, productId: idOf(0) })).toBe('stream_ended');
    expect(await pinned()).toEqual([]);
  });

  test('of somebody who has not seen the newest change of the pins is a conflict, by socket and by REST', async () => {
    const handle = seller.user.shop?.handle ?? '';
    await seller.api.call('appointModerator', { params: { handle, userId: rival.user.id } });
    const [shop, helper] = [await joined(seller), await joined(rival)];
    const first = await shop.do('pin_product', { streamId, productId: idOf(0), seenSeq: 0 });
    const stale = { streamId, productId: idOf(1), seenSeq: first.seq - 1 };
    expect((await helper.ask('pin_product', stale)).error).toMatchObject({
      code: 'conflict',
      seq: first.seq,
    });
    expect(await helper.codeOf('unpin_product', { ...stale, productId: idOf(0) })).toBe('conflict');
    const byRest = { params: { id: streamId }, body: { productId: idOf(1), seenSeq: 0 } };
    await expect(rival.api.call('pinProduct', byRest)).rejects.toMatchObject({ code: 'conflict' });
    await expect(rival.api.call('unpinProduct', byRest)).rejects.toMatchObject({ code: 'conflict' });
    expect(await pinned()).toEqual([idOf(0)]);

    // What is said in the chat makes no pin old.
    await shop.do('send_message', { streamId, clientMsgId: randomUUID(), text: 'look at this' });
    const second = await helper.do('pin_product', { ...stale, seenSeq: first.seq });
    expect(await shop.codeOf('unpin_product', { ...stale, seenSeq: first.seq })).toBe('conflict');
    await shop.do('unpin_product', { ...stale, seenSeq: second.seq });
    expect(await pinned()).toEqual([idOf(0)]);
    for (const seenSeq of [-1, 1.5, '1', null]) {
      expect(await shop.codeOf('pin_product', { ...stale, seenSeq })).toBe('validation_failed');
    }
    await seller.api.call('removeModerator', { params: { handle, userId: rival.user.id } });
  });

  test('of two that see the same, sent at the same time, is taken once', async () => {
    const tabs = [await joined(seller), await joined(seller)];
    const codes = await Promise.all(
      tabs.map((tab, index) => tab.codeOf('pin_product', { streamId, productId: idOf(index), seenSeq: 0 })),
    );
    expect(codes.toSorted()).toEqual(['conflict', 'ok']);
    expect(await pinned()).toHaveLength(1);
  });

  test('by REST is the same', async () => {
    const viewer = await joined(null);
    const { pin } = await seller.api.call('pinProduct', {
      params: { id: streamId },
      body: { productId: idOf(2) },
    });
    await eventually('it arrived', () => viewer.durable.length === 1);
    expect(viewer.durable[0]).toMatchObject({ event: 'pin_product', pin });
    await seller.api.call('unpinProduct', { params: { id: streamId }, body: { productId: idOf(2) } });
    await eventually('it is gone', () => viewer.durable.length === 2);
    expect(await pinned()).toEqual([]);
    const refused = rival.api.call('pinProduct', { params: { id: streamId }, body: { productId: idOf(2) } });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('while video flows carries the time of the video', async () => {
    encoder = await startEncoder(server.running.rtmpPort, stream.streamKey);
    const shop = await joined(seller);
    await eventually('live', async () => {
      const { status } = await server.guest().api.call('getStream', { params: { id: streamId } });
      return status === 'live';
    });
    await shop.do('pin_product', { streamId, productId: idOf(0) });
    const event = await eventually('it arrived', () =>
      shop.durable.find((each) => each.event === 'pin_product'),
    );
    expect(Math.abs(Date.parse(String(event.pdt)) - Date.parse(event.at))).toBeLessThan(soonMs);
  });
});

describe('stock', () => {
  test('that changes is told to rooms that pin the product, soon, and latecomers see it', async () => {
    const viewer = await joined(null);
    const shop = await joined(seller);
    await shop.do('pin_product', { streamId, productId: idOf(0) });
    const variantId = String(products[0]?.variants[0]?.id);
    const changedAtMs = performance.now();
    await adjust(variantId, -2);
    const told = () => viewer.payloads('stock_changed');
    await eventually('it was told', () => told().length === 1);
    expect(performance.now() - changedAtMs).toBeLessThan(soonMs);
    expect(told()[0]).toMatchObject({ productId: idOf(0), variantId, available: 3 });
    const { room } = await (await joined(null)).do('join_room', { streamId });
    expect(room.pins[0]?.variants[0]).toMatchObject({ id: variantId, available: 3 });
    await adjust(variantId, 2);
    await eventually('the correction was told', () => told().at(-1)?.available === 5);
  });

  test('that an order takes, and gives back when it is canceled, is told soon, whatever was told before', async () => {
    const viewer = await joined(null);
    const shop = await joined(seller);
    const told = () => viewer.payloads('stock_changed').map(({ available }) => available);
    const variant = products[3]?.variants[0];
    await adjust(String(variant?.id), 1);
    await eventually('the new unit was told', () => told().at(-1) === 6);
    const buyer = await server.register();
    const place = () =>
      buyer.api.call('placeOrder', {
        body: { items: [{ variantId: String(variant?.id), quantity: 2, expectedUnitPriceMinor: 129_900 }] },
        idempotencyKey: randomUUID(),
      });
    const heldAtMs = performance.now();
    const { order } = await place();
    await eventually('the hold was told', () => told().at(-1) === 4);
    expect(performance.now() - heldAtMs).toBeLessThan(soonMs);
    const { pin } = await shop.do('pin_product', { streamId, productId: idOf(3) });
    expect(pin.variants[0]).toMatchObject({ available: 4 });
    await buyer.api.call('cancelOrder', { params: { id: order.id }, idempotencyKey: randomUUID() });
    await eventually('the units that are back were told', () => told().at(-1) === 6);
    await adjust(String(variant?.id), -1);
  });

  test('that changes in a hurry is told in few events, the last of which is true', async () => {
    const viewer = await joined(null);
    const variantId = String(products[1]?.variants[0]?.id);
    const startedAtMs = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => adjust(variantId, 1)));
    const told = () => viewer.payloads('stock_changed').filter((each) => each.variantId === variantId);
    await eventually('the end was told', () => told().at(-1)?.available === 25);
    const quarters = (performance.now() - startedAtMs) / 250;
    expect(told().length).toBeLessThanOrEqual(1 + quarters);
    await adjust(variantId, -20);
    await eventually('the correction was told', () => told().at(-1)?.available === 5);
  });

  test('of a product that the show has nothing to do with is not told', async () => {
    const viewer = await joined(null);
    const other = await makeProduct(seller, 'Not in this show');
    const shown = String(products[2]?.variants[0]?.id);
    await adjust(String(other.variants[0]?.id), 1);
    await adjust(shown, 1);
    const told = () => viewer.payloads('stock_changed').map((each) => each.variantId);
    await eventually('the other one was told', () => told().includes(shown));
    expect(told()).not.toContain(other.variants[0]?.id);
    await adjust(shown, -1);
  });
});

test('the line-up is in the order of the seller, with what is left', async () => {
  const { items } = await server.guest().api.call('lineup', { params: { id: streamId } });
  expect(items.map(({ id }) => id)).toEqual(products.map(({ id }) => id));
  expect(items[0]?.variants[0]).toMatchObject({ title: 'UK 8', available: 5 });
});
