import type { Problem, Product, StockMovement } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StockAudit } from '../../src/orders/stock-audit.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  seller = await shop.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

type Page = { items: StockMovement[]; nextCursor: string | null };
const history = async (item: Stocked, query = '') => {
  const where = `/variants/${item.variantId}/stock-movements${query}`;
  return (await shop.send<Page>('GET', where, seller)).body;
};
const adjust = (item: Stocked, delta: number, reason: string, key?: string) =>
  shop.send('POST', `/variants/${item.variantId}/stock-adjustments`, seller, { delta, reason }, key);
const refundWithRestock = (orderId: string) =>
  shop.send(
    'POST',
    `/seller/orders/${orderId}/refunds`,
    seller,
    { amountMinor: 10_000, restock: true },
    newId(),
  );

describe('the ledger of a variant', () => {
  test('tells who changed the stock, why, when and what was there afterwards, from the first unit on', async () => {
    const item = await shop.product(seller, 5, 10_000);
    await adjust(item, 3, 'Found behind the shelf');
    const kept = await shop.paid(buyer, item);
    await shop.send('POST', `/seller/orders/${kept.order.id}/fulfilments`, seller, {});
    await refundWithRestock(kept.order.id);
    const unsent = await shop.paid(buyer, item);
    await refundWithRestock(unsent.order.id);

    const by = { id: seller.userId, displayName: 'Asha' };
    const { items, nextCursor } = await history(item);
    expect(items.map(({ id: _, createdAt: __, ...movement }) => movement)).toEqual([
      { kind: 'restock', delta: 1, onHandAfter: 8, reason: '', orderId: unsent.order.id, by: null },
      { kind: 'sale', delta: -1, onHandAfter: 7, reason: '', orderId: unsent.order.id, by: null },
      { kind: 'return', delta: 1, onHandAfter: 8, reason: '', orderId: kept.order.id, by: null },
      { kind: 'sale', delta: -1, onHandAfter: 7, reason: '', orderId: kept.order.id, by: null },
      { kind: 'adjustment', delta: 3, onHandAfter: 8, reason: 'Found behind the shelf', orderId: null, by },
      { kind: 'opening', delta: 5, onHandAfter: 5, reason: '', orderId: null, by },
    ]);
    expect(nextCursor).toBeNull();
    for (const { createdAt } of items) expect(Date.now() - Date.parse(createdAt)).toBeLessThan(60_000);
    await expectInvariants(shop);
  });

  test('has an adjustment once, however often its key comes', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    const answers = await Promise.all([1, 2, 3].map(() => adjust(item, 3, 'A parcel', key)));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array(3).fill([201, expect.objectContaining({ onHand: 8 })]),
    );
    expect((await adjust(item, 4, 'A parcel', key)).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await adjust(item, 4, 'A parcel', 'short')).body).toMatchObject({ code: 'validation_failed' });
    expect((await history(item)).items.map(({ delta }) => delta)).toEqual([3, 5]);
  });

  test('comes page by page without a gap or a repetition, also while it grows', async () => {
    const item = await shop.product(seller, 1);
    for (let count = 1; count <= 4; count += 1) await adjust(item, count, `count ${count}`);
    const first = await history(item, '?limit=2');
    await adjust(item, 9, 'while somebody reads');
    const second = await history(item, `?limit=2&cursor=${first.nextCursor}`);
    const third = await history(item, `?limit=2&cursor=${second.nextCursor}`);
    expect([...first.items, ...second.items, ...third.items].map((movement) => movement.delta)).toEqual([
      4, 3, 2, 1, 1,
    ]);
    expect(third.nextCursor).toBeNull();
  });

  test('adds up to the stock at every entry, whatever buyers and seller do at once', async () => {
    const item = await shop.product(seller, 10);
    await Promise.all([
      ...Array.from({ length: 8 }, async () => shop.paid(await shop.buyer(), item)),
      ...Array.from({ length: 8 }, (_, index) => adjust(item, index % 2 === 0 ? 2 : 1, 'more')),
    ]);
    const { items } = await history(item, '?limit=100');
    expect(items).toHaveLength(17);
    let onHand = 0;
    for (const movement of items.toReversed()) {
      onHand += movement.delta;
      expect(movement.onHandAfter).toBe(onHand);
    }
    expect(await shop.stockOf(item)).toEqual({ onHand, reserved: 0 });
    const audit = shop.get(StockAudit);
    await audit.audit();
    expect(audit.mismatches).toEqual([]);
    await expectInvariants(shop);
  });
});

describe('the ledger is closed to', () => {
  const read = (variantId: string, by: Person | null, query = '') =>
    shop.send<Problem>('GET', `/variants/${variantId}/stock-movements${query}`, by);

  test('other sellers, buyers and guests', async () => {
    const item = await shop.product(seller, 1);
    expect((await read(item.variantId, await shop.seller())).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect((await read(item.variantId, buyer)).body).toMatchObject({ code: 'not_a_seller' });
    expect((await read(item.variantId, null)).status).toBe(401);
    for (const id of [newId(), 'no-id', item.productId]) expect((await read(id, seller)).status).toBe(404);
  });

  test('its seller once the product is deleted', async () => {
    const item = await shop.product(seller, 1);
    expect((await shop.send<Product>('DELETE', `/products/${item.productId}`, seller)).status).toBe(204);
    expect((await read(item.variantId, seller)).status).toBe(404);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=0', 'cursor=-1', 'cursor=1e3', 'page=2'])(
    'whoever asks with %s',
    async (query) => {
      const item = await shop.product(seller, 1);
      expect((await read(item.variantId, seller, `?${query}`)).body).toMatchObject({
        status: 422,
        code: 'validation_failed',
      });
    },
  );
});
