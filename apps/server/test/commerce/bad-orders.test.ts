import type { Problem } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
let buyer: Person;
let item: Stocked;
beforeAll(async () => {
  shop = await startShop();
  seller = await shop.seller();
  buyer = await shop.buyer();
  item = await shop.product(seller, 1000);
});
afterAll(() => shop[Symbol.asyncDispose]());

const line = (changes: object = {}) => ({
  variantId: item.variantId,
  quantity: 1,
  expectedUnitPriceMinor: item.priceMinor,
  ...changes,
});
const order = (body: unknown, key?: string, by: Person = buyer) =>
  shop.send<Problem & { reason?: string }>('POST', '/orders', by, body, key);
/** Asserts that the refusal made no order and holds nothing. */
async function refused(act: () => ReturnType<typeof order>, expected: object): Promise<void> {
  const before = await shop.rows('select id from orders');
  const held = await shop.rows('select id, reserved from variants where reserved > 0 order by id');
  const answer = await act();
  expect(answer.body).toMatchObject(expected);
  expect(await shop.rows('select id from orders')).toEqual(before);
  expect(await shop.rows('select id, reserved from variants where reserved > 0 order by id')).toEqual(held);
}

describe('a payment that the provider refuses outright', () => {
  const tooSmall = () => shop.product(seller, 3, 1);
  const outcome = async (buyerId: string) =>
    shop.rows<{ status: string }>('select status from orders where buyer_id = $1', [buyerId]);

  test('is a clear refusal, and its units are for sale again at once', async () => {
    const cheap = await tooSmall();
    const person = await shop.buyer();
    const answer = await shop.order(person, cheap, { quantity: 3 });
    expect(answer.body).toMatchObject({
      status: 409,
      code: 'payment_refused',
      reason: 'amount_too_small',
    });
    expect(await shop.stockOf(cheap)).toEqual({ onHand: 3, reserved: 0 });
    expect(await outcome(person.userId)).toEqual([{ status: 'canceled' }]);
    expect(shop.log.failures).toEqual([]);
    expect(shop.log.errors.at(-1)).toMatchObject({
      message: 'the payment provider refused an order',
      facts: { reason: 'amount_too_small' },
    });
    await expectInvariants(shop);
  });

  test('stays refused under its key, and does not count as an unpaid order', async () => {
    const cheap = await tooSmall();
    const person = await shop.buyer();
    const key = newId();
    const first = await shop.order(person, cheap, { key });
    const again = await shop.order(person, cheap, { key });
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    for (let count = 0; count < 12; count += 1) {
      expect((await shop.order(person, cheap)).body.code).toBe('payment_refused');
    }
    expect((await shop.order(person, item)).status).toBe(201);
  });

  test('is accepted once the order is large enough', async () => {
    const cheap = await shop.product(seller, 90, 1);
    expect((await shop.order(await shop.buyer(), cheap, { quantity: 60 })).status).toBe(201);
  });
});

describe('an order is refused', () => {
  test('without an Idempotency-Key', () =>
    refused(() => order({ items: [line()] }), { status: 400, code: 'idempotency_key_missing' }));

  test.each([
    ['too short', 'seven77'],
    ['too long', 'x'.repeat(256)],
    ['with a space', 'two words'],
  ])('with a key that is %s', (_, key) =>
    refused(() => order({ items: [line()] }, key), { status: 422, code: 'validation_failed' }),
  );

  test('with a key that was used for another order', async () => {
    const person = await shop.buyer();
    const key = newId();
    await order({ items: [line()] }, key, person);
    await refused(() => order({ items: [line({ quantity: 2 })] }, key, person), {
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  test('while the first request with its key is at work', async () => {
    const person = await shop.buyer();
    const key = newId();
    const payments = shop.app.get<PaymentProvider>(PaymentProvider);
    const create = payments.create.bind(payments);
    const opening = Promise.withResolvers<void>();
    vi.spyOn(payments, 'create').mockImplementationOnce(async (request) => {
      await opening.promise;
      return create(request);
    });
    const first = order({ items: [line()] }, key, person);
    await waitFor(async () => {
      const rows = await shop.rows('select id from orders where buyer_id = $1', [person.userId]);
      return rows.length === 1;
    });
    const second = await order({ items: [line()] }, key, person);
    expect(second.body).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
    expect(second.headers.get('retry-after')).toBe('1');
    opening.resolve();
    expect((await first).status).toBe(201);
  });

  test.each<[string, object]>([
    ['quantity 0', { quantity: 0 }],
    ['quantity -1', { quantity: -1 }],
    ['quantity 1.5', { quantity: 1.5 }],
    ['quantity 1e9', { quantity: 1e9 }],
    ['quantity as text', { quantity: '1' }],
    ['a price of 0', { expectedUnitPriceMinor: 0 }],
    ['a price as text', { expectedUnitPriceMinor: '100' }],
    ['no price', { expectedUnitPriceMinor: undefined }],
    ['a discount of one’s own', { discountMinor: 1 }],
    ['a variant that is no id', { variantId: 'x' }],
    ['a variant that is an object', { variantId: { $ne: null } }],
  ])('for a line with %s', (_, changes) =>
    refused(() => order({ items: [line(changes)] }, newId()), { status: 422, code: 'validation_failed' }),
  );

  test('for no lines, too many, or the same variant twice', async () => {
    const many = Array.from({ length: 21 }, () => line({ variantId: newId() }));
    for (const items of [[], many, [line(), line()], 'saree', null]) {
      await refused(() => order({ items }, newId()), { status: 422, code: 'validation_failed' });
    }
  });

  test('for a variant that does not exist', () =>
    refused(() => order({ items: [line({ variantId: newId() })] }, newId()), {
      status: 404,
      code: 'not_found',
    }));

  test('for a product that was deleted', async () => {
    const gone = await shop.product(seller, 5);
    await shop.send('DELETE', `/products/${gone.productId}`, seller);
    await refused(() => shop.order(buyer, gone), { status: 404, code: 'not_found' });
  });

  test('for one’s own product', () =>
    refused(() => order({ items: [line()] }, newId(), seller), { status: 403, code: 'own_product' }));

  test('in a show that sells somebody else’s products', async () => {
    const streamId = await shop.stream(await shop.seller(), 'live');
    await refused(() => order({ streamId, items: [line()] }, newId()), { status: 404, code: 'not_found' });
  });

  test('in a private show to which the buyer was not invited, before it says anything of its prices', async () => {
    const stranger = await shop.buyer();
    const streamId = await shop.stream(seller, 'live');
    await shop.rows(`update streams set visibility = 'private', invitation_code = 'code' where id = $1`, [
      streamId,
    ]);
    const options = { streamId, priceMinor: item.priceMinor + 1 };
    for (const asked of [options, { streamId }]) {
      await refused(() => shop.order(stranger, item, asked), { status: 403, code: 'stream_private' });
    }
    await shop.rows('insert into stream_guests (stream_id, user_id) values ($1, $2)', [
      streamId,
      stranger.userId,
    ]);
    expect((await shop.order(stranger, item, options)).body).toMatchObject({ code: 'price_changed' });
    expect((await shop.order(stranger, item, { streamId })).status).toBe(201);
  });

  test('in a show that has ended', async () => {
    const host = await shop.seller();
    const streamId = await shop.stream(host, 'ended');
    const shown = await shop.product(host, 5);
    await refused(() => shop.order(buyer, shown, { streamId }), {
      status: 409,
      code: 'stream_not_live',
      streamStatus: 'ended',
    });
  });

  test('at a price that is not the present one', () =>
    refused(() => order({ items: [line({ expectedUnitPriceMinor: 1 })] }, newId()), {
      status: 409,
      code: 'price_changed',
      variantId: item.variantId,
      currentUnitPriceMinor: item.priceMinor,
    }));

  test('when it is sold out, with how many there are', async () => {
    const rare = await shop.product(seller, 2);
    await refused(() => shop.order(buyer, rare, { quantity: 3 }), {
      status: 409,
      code: 'out_of_stock',
      variantId: rare.variantId,
      available: 2,
    });
  });

  test('beyond the limit of unpaid orders', async () => {
    const hoarder = await shop.buyer();
    for (let count = 0; count < 10; count += 1) await shop.placed(hoarder, item);
    await refused(() => shop.order(hoarder, item), { status: 409, code: 'limit_reached' });
  });

  test('with products of two shops', async () => {
    const other = await shop.product(await shop.seller(), 5);
    const items = [line(), line({ variantId: other.variantId, expectedUnitPriceMinor: other.priceMinor })];
    await refused(() => order({ items }, newId()), { status: 422, errors: [{ pointer: '#/items' }] });
  });

  test('with two currencies', async () => {
    const made = await shop.send<{ variants: [{ id: string }] }>('POST', '/products', seller, {
      title: 'Sold abroad',
      price: { amountMinor: 5_000, currency: 'usd' },
      stock: 5,
    });
    const abroad = line({ variantId: made.body.variants[0].id, expectedUnitPriceMinor: 5_000 });
    await refused(() => order({ items: [line(), abroad] }, newId()), {
      status: 422,
      errors: [{ pointer: '#/items' }],
    });
  });

  test.each<[string, object]>([
    ['without a street', { line1: undefined }],
    ['with a PIN code of five digits', { postalCode: '56000' }],
    ['with a PIN code that begins with 0', { postalCode: '060001' }],
    ['with a telephone number of letters', { phone: 'call me' }],
    ['in another country', { country: 'US' }],
    ['with a field that nobody knows', { isAdmin: true }],
    ['with a name that reads as something else', { name: 'a\u202eb' }],
  ])('to an address %s', (_, changes) => {
    const address = {
      name: 'Asha Rao',
      phone: '+919876543210',
      line1: '12 MG Road',
      city: 'Bengaluru',
      state: 'Karnataka',
      postalCode: '560001',
    };
    const shippingAddress = { ...address, ...changes };
    return refused(() => order({ items: [line()], shippingAddress }, newId()), {
      status: 422,
      code: 'validation_failed',
    });
  });
});
