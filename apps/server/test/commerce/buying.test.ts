import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IdempotencyStore } from '../../src/orders/idempotency.store.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop();
  seller = await shop.seller();
});
beforeAll(async () => {
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

describe('buying', () => {
  test('an order holds its units, and the signed webhook alone makes it paid', async () => {
    const item = await shop.product(seller, 5);
    const placed = await shop.order(buyer, item, { quantity: 2 });
    expect(placed.status, placed.text).toBe(201);
    expect(placed.body.order).toMatchObject({
      status: 'pending',
      total: { amountMinor: 99_800, currency: 'inr' },
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 5, reserved: 2 });
    expect(await shop.pay(placed.body)).toBe('succeeded');
    await shop.until(placed.body.order.id, 'paid');
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 0 });
    await expectInvariants(shop);
    await shop.quiet();
    expect(shop.heardOf('order.paid', placed.body.order.id)).toBe(1);
  });

  test('of 200 buyers at once for 10 units, exactly 10 get one and the others are told', async () => {
    const item = await shop.product(seller, 10);
    const buyers = await Promise.all(Array.from({ length: 200 }, () => shop.buyer()));
    const answers = await Promise.all(buyers.map((person) => shop.order(person, item)));
    const refused = answers.filter((answer) => answer.body.code === 'out_of_stock');
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10);
    expect(refused).toHaveLength(190);
    expect(new Set(refused.map((answer) => answer.body.available))).toEqual(new Set([0]));
    expect(await shop.stockOf(item)).toEqual({ onHand: 10, reserved: 10 });
    await expectInvariants(shop);
  });

  test('a large order that does not fit does not keep smaller ones behind it from being served', async () => {
    const item = await shop.product(seller, 5);
    const people = await Promise.all(Array.from({ length: 6 }, () => shop.buyer()));
    const quantities = [3, 4, 1, 2, 1, 1];
    const answers = await Promise.all(
      people.map((person, index) => shop.order(person, item, { quantity: quantities[index] ?? 1 })),
    );
    const sold = answers.reduce(
      (sum, answer, index) => sum + (answer.status === 201 ? (quantities[index] ?? 0) : 0),
      0,
    );
    expect(sold).toBe(5);
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
    await expectInvariants(shop);
  });

  test('carts with the same two products in opposite order are all served', async () => {
    const [left, right] = [await shop.product(seller, 60), await shop.product(seller, 60)];
    const people = await Promise.all(Array.from({ length: 60 }, () => shop.buyer()));
    const answers = await Promise.all(
      people.map((person, index) => {
        const lines = (index % 2 === 0 ? [left, right] : [right, left]).map((item) => ({
          variantId: item.variantId,
          quantity: 1,
          expectedUnitPriceMinor: item.priceMinor,
        }));
        return shop.send('POST', '/orders', person, { items: lines }, newId());
      }),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(60).fill(201));
    expect(await shop.stockOf(left)).toEqual({ onHand: 60, reserved: 60 });
    expect(await shop.stockOf(right)).toEqual({ onHand: 60, reserved: 60 });
    await expectInvariants(shop);
  });

  test('a cart gets all of its products or none', async () => {
    const [plenty, none] = [await shop.product(seller, 5), await shop.product(seller, 0)];
    const items = [plenty, none].map((item) => ({
      variantId: item.variantId,
      quantity: 1,
      expectedUnitPriceMinor: item.priceMinor,
    }));
    const answer = await shop.send('POST', '/orders', buyer, { items }, newId());
    expect(answer.body).toMatchObject({ status: 409, code: 'out_of_stock', variantId: none.variantId });
    expect(await shop.stockOf(plenty)).toEqual({ onHand: 5, reserved: 0 });
  });

  test('a seller who changes the stock all the time makes no order fail for a reason of ours', async () => {
    const item = await shop.product(seller, 3);
    const adjust = (delta: number) =>
      shop.send('POST', `/variants/${item.variantId}/stock-adjustments`, seller, { delta, reason: 'count' });
    const people = await Promise.all(Array.from({ length: 10 }, () => shop.buyer()));
    const buying = people.map(async (person) => {
      const statuses: number[] = [];
      for (let turn = 0; turn < 8; turn += 1) {
        const answer = await shop.order(person, item);
        statuses.push(answer.status);
        if (answer.status !== 201) continue;
        await shop.send('POST', `/orders/${answer.body.order.id}/cancel`, person, undefined, newId());
      }
      return statuses;
    });
    const adjusting = Array.from({ length: 40 }, (_, turn) => adjust(turn % 2 === 0 ? -1 : 1));
    const statuses = (await Promise.all(buying)).flat();
    await Promise.all(adjusting);
    expect(new Set(statuses).difference(new Set([201, 409]))).toEqual(new Set());
    expect(shop.log.failures).toEqual([]);
    await expectInvariants(shop);
  });

  test('the last unit is for sale again soon after its buyer cancels', async () => {
    const item = await shop.product(seller, 1);
    const placed = await shop.placed(buyer, item);
    const other = await shop.buyer();
    expect((await shop.order(other, item)).body.code).toBe('out_of_stock');
    const canceled = await shop.send('POST', `/orders/${placed.order.id}/cancel`, buyer, undefined, newId());
    expect(canceled.body).toMatchObject({ status: 'canceled' });
    await expect.poll(async () => (await shop.order(other, item)).status).toBe(201);
  });
});

describe('one key', () => {
  test('two taps make one order, and the second answer is the first, byte for byte', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    const taps = await Promise.all([shop.order(buyer, item, { key }), shop.order(buyer, item, { key })]);
    const made = taps.find((answer) => answer.status === 201);
    const other = taps.find((answer) => answer !== made);
    if (other?.status !== 201) {
      expect(other?.body).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
      expect(other?.headers.get('retry-after')).toBe('1');
    }
    const again = await shop.order(buyer, item, { key });
    expect(again.status).toBe(201);
    expect(again.text).toBe(made?.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(made?.headers.get('idempotent-replayed')).toBeNull();
    expect(await shop.stockOf(item)).toEqual({ onHand: 5, reserved: 1 });
  });

  test('a refusal is kept, too: the same key never turns a no into an order', async () => {
    const item = await shop.product(seller, 0);
    const key = newId();
    const refused = await shop.order(buyer, item, { key });
    expect(refused.body).toMatchObject({ code: 'out_of_stock', variantId: item.variantId, available: 0 });
    const adjustment = { delta: 3, reason: 'found a box' };
    await shop.send('POST', `/variants/${item.variantId}/stock-adjustments`, seller, adjustment);
    const again = await shop.order(buyer, item, { key });
    expect(again.text).toBe(refused.text);
    expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('is refused once, also when another node refuses it at the same moment', async () => {
    const item = await shop.product(seller, 0);
    const [earlier, key] = [newId(), newId()];
    const refused = await shop.order(buyer, item, { key: earlier });
    const node = await shop.database.pool.connect();
    await node.query('begin');
    await node.query(
      `insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
       select actor_id, route, $2, fingerprint, status_code, body from idempotency_keys where key = $1`,
      [earlier, key],
    );
    const late = shop.order(buyer, item, { key });
    await shop.lockWaitOf('into idempotency_keys');
    await node.query('commit');
    node.release();
    const { status, text, headers } = await late;
    expect({ status, text }).toEqual({ status: 409, text: refused.text });
    expect(headers.get('idempotent-replayed')).toBe('true');
  });

  test('is answered for a day, and for as long as its order may still change', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    const first = await shop.order(buyer, item, { key });
    const { id } = first.body.order;
    const letADayPass = async () => {
      await shop.rows(`update order_answers set created_at = created_at - interval '25 hours'`);
      await shop.get(IdempotencyStore).purge(shop.database.db);
    };
    await letADayPass();
    expect((await shop.order(buyer, item, { key })).text).toBe(first.text);
    await shop.send('POST', `/orders/${id}/cancel`, buyer, undefined, newId());
    await letADayPass();
    await shop.rows(`update orders set checkout_locked_until = now() where id = $1`, [id]);
    const late = await shop.order(buyer, item, { key });
    expect(late.body).toMatchObject({ code: 'conflict', orderId: id, orderStatus: 'canceled' });
  });

  test('with another body it is refused, and belongs to its user alone', async () => {
    const item = await shop.product(seller, 5);
    const key = newId();
    const first = await shop.placed(buyer, item, { key });
    const reused = await shop.order(buyer, item, { key, quantity: 2 });
    expect(reused.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    const others = await shop.placed(await shop.buyer(), item, { key });
    expect(others.order.id).not.toBe(first.order.id);
  });
});

describe('what cannot be bought', () => {
  test('nothing is held when the price is not the one that was shown', async () => {
    const item = await shop.product(seller, 5);
    const price = { amountMinor: 59_900, currency: 'inr' };
    await shop.send('PATCH', `/products/${item.productId}`, seller, { price });
    const answer = await shop.order(buyer, item);
    expect(answer.body).toMatchObject({
      status: 409,
      code: 'price_changed',
      variantId: item.variantId,
      currentUnitPriceMinor: 59_900,
    });
    expect(await shop.stockOf(item)).toEqual({ onHand: 5, reserved: 0 });
    expect((await shop.order(buyer, item, { priceMinor: 59_900 })).status).toBe(201);
  });

  test('sellers cannot buy from themselves', async () => {
    const item = await shop.product(seller, 5);
    expect((await shop.order(seller, item)).body).toMatchObject({ status: 403, code: 'own_product' });
  });

  test('a deleted product is not there, although it is in somebody’s cart', async () => {
    const item = await shop.product(seller, 5);
    await shop.send('DELETE', `/products/${item.productId}`, seller);
    expect((await shop.order(buyer, item)).body).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('one order has one seller', async () => {
    const other = await shop.seller();
    const items = [await shop.product(seller, 5), await shop.product(other, 5)].map((item) => ({
      variantId: item.variantId,
      quantity: 1,
      expectedUnitPriceMinor: item.priceMinor,
    }));
    const answer = await shop.send('POST', '/orders', buyer, { items }, newId());
    expect(answer.body).toMatchObject({ status: 422, code: 'validation_failed' });
    expect(answer.body.errors?.[0]).toMatchObject({ pointer: '#/items', code: 'one_seller' });
  });

  test.each([
    ['live', 201],
    ['interrupted', 201],
    ['ready', 409],
    ['ended', 409],
  ])('in a show that is %s the answer is %i', async (status, expected) => {
    const host = await shop.seller();
    const item = await shop.product(host, 5);
    const streamId = await shop.stream(host, status);
    const answer = await shop.order(buyer, item, { streamId });
    expect(answer.status, answer.text).toBe(expected);
    if (expected === 409) expect(answer.body.code).toBe('stream_not_live');
    else expect(answer.body.order.streamId).toBe(streamId);
  });

  test('a show sells its own shop’s products only', async () => {
    const host = await shop.seller();
    const streamId = await shop.stream(host, 'live');
    const answer = await shop.order(buyer, await shop.product(seller, 5), { streamId });
    expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('nobody can hold more than ten unpaid orders, not even by ordering all at once', async () => {
    const item = await shop.product(seller, 100);
    const hoarder = await shop.buyer();
    const answers = await Promise.all(Array.from({ length: 14 }, () => shop.order(hoarder, item)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10);
    expect(answers.filter((answer) => answer.body.code === 'limit_reached')).toHaveLength(4);
    expect(await shop.stockOf(item)).toEqual({ onHand: 100, reserved: 10 });
  });

  test('an order above the largest amount that can be charged is refused', async () => {
    const item = await shop.product(seller, 100, 60_000_000);
    const answer = await shop.order(buyer, item, { quantity: 2 });
    expect(answer.body).toMatchObject({ status: 409, code: 'limit_reached', maxTotalMinor: 99_999_999 });
  });
});

describe('bad input', () => {
  const line = { variantId: newId(), quantity: 1, expectedUnitPriceMinor: 100 };

  test.each<[string, unknown]>([
    ['no items', { items: [] }],
    ['quantity 0', { items: [{ ...line, quantity: 0 }] }],
    ['quantity -1', { items: [{ ...line, quantity: -1 }] }],
    ['quantity 1.5', { items: [{ ...line, quantity: 1.5 }] }],
    ['quantity 1e9', { items: [{ ...line, quantity: 1e9 }] }],
    ['quantity as text', { items: [{ ...line, quantity: '1' }] }],
    ['the same variant twice', { items: [line, line] }],
    ['an amount of the buyer’s own', { items: [line], total: 1 }],
    ['a variant that is no id', { items: [{ ...line, variantId: 'x' }] }],
    ['a text', 'order please'],
    ['a list', []],
  ])('%s is refused as 422', async (_, body) => {
    const answer = await shop.send('POST', '/orders', buyer, body, newId());
    expect(answer.body).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  test('an unknown variant is 404, a missing key 400, a short key 422, a guest 401', async () => {
    const body = { items: [line] };
    expect((await shop.send('POST', '/orders', buyer, body, newId())).body.code).toBe('not_found');
    expect((await shop.send('POST', '/orders', buyer, body)).body.code).toBe('idempotency_key_missing');
    expect((await shop.send('POST', '/orders', buyer, body, 'short')).body.status).toBe(422);
    expect((await shop.send('POST', '/orders', null, body, newId())).body.status).toBe(401);
  });
});
