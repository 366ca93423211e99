import type { Pin, Problem, Product, Variant } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CatalogService } from '../../src/catalog/catalog.service.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop();
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

const price = { amountMinor: 49_900, currency: 'inr' };
const create = (body: object, by: Person = seller) =>
  shop.send<Product & Problem>('POST', '/products', by, { title: 'Silk saree', price, ...body });
const adjust = (variantId: string, delta: unknown, by: Person = seller) =>
  shop.send<Variant & Problem>('POST', `/variants/${variantId}/stock-adjustments`, by, {
    delta,
    reason: 'count',
  });

describe('products', () => {
  test('have variants with prices of their own; only their shop sees how many are held', async () => {
    const made = await create({
      variants: [
        { title: 'Red', sku: 'R-1', stock: 3 },
        { title: 'Gold', price: { amountMinor: 99_900, currency: 'inr' }, stock: 1 },
      ],
    });
    expect(made.status, made.text).toBe(201);
    expect(made.body.variants).toMatchObject([
      { title: 'Red', sku: 'R-1', price, available: 3, onHand: 3, reserved: 0 },
      { title: 'Gold', sku: null, price: { amountMinor: 99_900 }, available: 1, onHand: 1, reserved: 0 },
    ]);
    const red = made.body.variants[0]?.id ?? '';
    await shop.order(buyer, { productId: made.body.id, variantId: red, priceMinor: 49_900 });
    const own = await shop.send<Product>('GET', `/products/${made.body.id}`, seller);
    expect(own.body.variants[0]).toMatchObject({ available: 2, onHand: 3, reserved: 1 });
    for (const viewer of [buyer, null, await shop.seller()]) {
      const seen = await shop.send<Product>('GET', `/products/${made.body.id}`, viewer);
      expect(seen.body.variants[0]).toMatchObject({ available: 2 });
      expect(seen.body.variants[0]).not.toHaveProperty('onHand');
      expect(seen.body.variants[0]).not.toHaveProperty('reserved');
    }
    await expectInvariants(shop);
  });

  test('are listed newest first, page by page, without the deleted ones', async () => {
    const host = await shop.seller();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await create({ stock: 1 }, host)).body.id);
    await shop.send('DELETE', `/products/${ids[1]}`, host);
    const handle = (await shop.send<Product>('GET', `/products/${ids[0]}`, null)).body.shop.handle;
    const list = async (query: string) =>
      (await shop.send<{ items: Product[]; nextCursor: string | null }>('GET', `/products?${query}`, null))
        .body;
    const first = await list(`shop=${handle}&limit=3`);
    expect(first.items.map((product) => product.id)).toEqual([ids[0], ids[2], ids[3]]);
    const second = await list(`shop=${handle}&limit=3&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ id: ids[4] }], nextCursor: null });
    expect((await list('shop=nobody-has-this')).items).toEqual([]);
    expect((await shop.send('GET', `/products/${ids[1]}`, host)).status).toBe(404);
  });

  test('change only at the version that the seller has seen', async () => {
    const { body } = await create({ stock: 1 });
    const update = (changes: object, by: Person = seller) =>
      shop.send<Product & Problem>('PATCH', `/products/${body.id}`, by, changes);
    const changed = await update({ version: 1, title: 'Red saree', description: 'Handloom\nfrom Kanchi' });
    expect(changed.body).toMatchObject({ version: 2, title: 'Red saree', price });
    expect((await update({ version: 1, title: 'Blue saree' })).body).toMatchObject({
      status: 409,
      code: 'conflict',
    });
    expect((await update({ price: { amountMinor: 100, currency: 'usd' } })).status).toBe(422);
    expect((await update({ title: 'Mine now' }, await shop.seller())).status).toBe(404);
    expect((await update({ title: 'Mine now' }, buyer)).body).toMatchObject({ code: 'not_a_seller' });
  });

  test('show only pictures that their seller uploaded', async () => {
    const id = newId();
    const upload = 'insert into uploads (id, owner_id, width, height, byte_count) values ($1, $2, 1, 1, 1)';
    await shop.database.pool.query(upload, [id, seller.userId]);
    expect((await create({ stock: 1, imageIds: [id] })).body.imageUrls).toEqual([`/uploads/${id}.webp`]);
    const other = await create({ stock: 1, imageIds: [id] }, await shop.seller());
    expect(other.body).toMatchObject({ status: 422, errors: [{ pointer: '#/imageIds' }] });
  });

  test.each<[string, object]>([
    ['price 0', { price: { amountMinor: 0, currency: 'inr' } }],
    ['price -1', { price: { amountMinor: -1, currency: 'inr' } }],
    ['price 1.5', { price: { amountMinor: 1.5, currency: 'inr' } }],
    ['price as text', { price: { amountMinor: '100', currency: 'inr' } }],
    ['price 1e21', { price: { amountMinor: 1e21, currency: 'inr' } }],
    ['price 2^53 + 1', { price: { amountMinor: 2 ** 53 + 2, currency: 'inr' } }],
    ['an unknown currency', { price: { amountMinor: 100, currency: 'xxx' } }],
    ['a currency in capitals', { price: { amountMinor: 100, currency: 'INR' } }],
    ['stock -1', { stock: -1 }],
    ['stock beside variants', { stock: 1, variants: [{ title: 'Red', stock: 1 }] }],
    ['a title of spaces', { title: '   ' }],
    ['a field that nobody knows', { stock: 1, isAdmin: true }],
  ])('%s is refused', async (_, body) => {
    expect((await create(body)).body).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  test('keep what a seller typed as text', async () => {
    const title = `<script>alert(1)</script>`;
    expect((await create({ title, stock: 1 })).body.title).toBe(title);
  });
});

describe('stock', () => {
  test('never falls below what buyers hold', async () => {
    const item = await shop.product(seller, 3);
    await shop.placed(await shop.buyer(), item, { quantity: 2 });
    expect((await adjust(item.variantId, -2)).body).toMatchObject({ code: 'stock_reserved', reserved: 2 });
    expect((await adjust(item.variantId, -1)).body).toMatchObject({ available: 0, onHand: 2, reserved: 2 });
    expect((await adjust(item.variantId, 5)).body).toMatchObject({ available: 5, onHand: 7 });
    await expectInvariants(shop);
    await shop.quiet();
    const told = shop.heard.filter(({ event, payload }) => {
      const { variantIds } = payload as { variantIds?: string[] };
      return event === 'stock.changed' && variantIds?.includes(item.variantId);
    });
    expect(told.length).toBeGreaterThanOrEqual(2);
  });

  test('of others is out of reach, and so are amounts that mean nothing', async () => {
    const item = await shop.product(seller, 3);
    expect((await adjust(item.variantId, 1, await shop.seller())).status).toBe(404);
    expect((await adjust(newId(), 1)).status).toBe(404);
    expect((await adjust('no-id', 1)).status).toBe(404);
    for (const delta of [0, 1.5, '1', 1_000_001]) {
      expect((await adjust(item.variantId, delta)).status).toBe(422);
    }
    expect((await adjust(item.variantId, 1_000_000)).status).toBe(422);
  });

  test('adjusted by many at once loses no change', async () => {
    const item = await shop.product(seller, 100);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => adjust(item.variantId, index % 2 === 0 ? 3 : -2)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
    expect(await shop.stockOf(item)).toEqual({ onHand: 110, reserved: 0 });
    await expectInvariants(shop);
  });
});

describe('what shows need of it', () => {
  test('a product of the shop is pinned with what is available, another shop’s is not', async () => {
    const catalog = shop.get(CatalogService);
    const item = await shop.product(seller, 3);
    const pin: Pin = await catalog.pinnable(item.productId, seller.shopId);
    expect(pin).toMatchObject({ id: item.productId, variants: [{ id: item.variantId, available: 3 }] });
    const other = await shop.seller();
    await expect(catalog.pinnable(item.productId, other.shopId)).rejects.toMatchObject({ code: 'not_found' });
    const stock = { variantId: item.variantId, productId: item.productId, available: 3 };
    expect(await catalog.availability(item.productId)).toEqual([stock]);
    expect(await catalog.stockOf([item.variantId, newId()])).toEqual([stock]);
    const known = await catalog.productsByIds([newId(), item.productId]);
    expect(known.map((product) => product.id)).toEqual([item.productId]);
  });
});
