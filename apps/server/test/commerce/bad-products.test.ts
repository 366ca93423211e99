import type { Problem, Product } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, startShop } from './start-shop.ts';

let shop: Shop;
let seller: SellerPerson;
beforeAll(async () => {
  shop = await startShop();
  seller = await shop.seller();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** Sends bytes as they are, because JSON.stringify would mend some of what is to be tried. */
async function send(
  method: string,
  where: string,
  body: string,
  contentType: string | null = 'application/json',
  by: Person = seller,
) {
  const response = await fetch(`${shop.url}${where}`, {
    method,
    headers: {
      authorization: `Bearer ${by.token}`,
      ...(contentType === null ? {} : { 'content-type': contentType }),
    },
    body: Buffer.from(body),
  });
  return { status: response.status, body: (await response.json()) as Product & Problem };
}
const post = (body: string, contentType?: string | null, by?: Person) =>
  send('POST', '/products', body, contentType, by);
const productWith = (price: string, more = '') => `{"title":"Silk saree","price":${price},"stock":1${more}}`;
const counted = async () => (await shop.rows('select id from products')).length;

describe('a price is refused, of a new product and of one that there is, when it is', () => {
  test.each([
    ['nothing', '{"amountMinor":0,"currency":"inr"}'],
    ['less than nothing', '{"amountMinor":-1,"currency":"inr"}'],
    ['half a paisa', '{"amountMinor":1.5,"currency":"inr"}'],
    ['a text', '{"amountMinor":"100","currency":"inr"}'],
    ['larger than any number (1e400)', '{"amountMinor":1e400,"currency":"inr"}'],
    ['a number that JavaScript rounds (2^53 + 1)', '{"amountMinor":9007199254740993,"currency":"inr"}'],
    ['larger than can be charged', '{"amountMinor":100000000,"currency":"inr"}'],
    ['in an unknown currency', '{"amountMinor":100,"currency":"xxx"}'],
    ['in a currency in capitals', '{"amountMinor":100,"currency":"INR"}'],
    ['in a third decimal that cards do not know', '{"amountMinor":1234,"currency":"kwd"}'],
    ['without a currency', '{"amountMinor":100}'],
    ['a plain number', '100'],
    ['null', 'null'],
    ['of a field that nobody knows', '{"amountMinor":100,"currency":"inr","exponent":0}'],
  ])('%s', async (_, price) => {
    const { productId, priceMinor } = await shop.product(seller, 1);
    const before = await counted();
    const answers = [
      await post(productWith(price)),
      await send('PATCH', `/products/${productId}`, `{"price":${price}}`),
    ];
    for (const { body } of answers) {
      expect(body).toMatchObject({ status: 422, code: 'validation_failed' });
      expect(body.errors?.[0]?.pointer).toMatch(/^#\/price/);
    }
    expect(await counted()).toBe(before);
    expect(
      await shop.rows('select price_minor as "priceMinor" from products where id = $1', [productId]),
    ).toEqual([{ priceMinor }]);
  });
});

test.each([
  ['yen have no decimals', '{"amountMinor":100,"currency":"jpy"}', 100],
  ['dinars have three, of which cards know two', '{"amountMinor":1230,"currency":"kwd"}', 1230],
])('%s, and are kept as they came', async (_, price, amountMinor) => {
  expect((await post(productWith(price))).body.price.amountMinor).toBe(amountMinor);
});

describe('a product is refused', () => {
  test.each([
    ['with stock -1', '{"title":"x","price":{"amountMinor":1,"currency":"inr"},"stock":-1}'],
    ['with half a unit', '{"title":"x","price":{"amountMinor":1,"currency":"inr"},"stock":0.5}'],
    [
      'with a million and one units',
      '{"title":"x","price":{"amountMinor":1,"currency":"inr"},"stock":1000001}',
    ],
    ['with an empty title', '{"title":"","price":{"amountMinor":1,"currency":"inr"},"stock":1}'],
    ['with a title of spaces', '{"title":"  ","price":{"amountMinor":1,"currency":"inr"},"stock":1}'],
    [
      'with a title of 121 characters',
      `{"title":"${'x'.repeat(121)}","price":{"amountMinor":1,"currency":"inr"},"stock":1}`,
    ],
    [
      'with a title that reads as something else',
      '{"title":"a\\u202eb","price":{"amountMinor":1,"currency":"inr"},"stock":1}',
    ],
    ['with half a character', '{"title":"a\\ud800","price":{"amountMinor":1,"currency":"inr"},"stock":1}'],
    ['with a NUL', '{"title":"a\\u0000","price":{"amountMinor":1,"currency":"inr"},"stock":1}'],
    ['with a shop of another', productWith('{"amountMinor":1,"currency":"inr"}', ',"shopId":"x"')],
    ['as null', 'null'],
    ['as a list', '[]'],
    ['as a text', '"saree"'],
  ])('%s', async (_, body) => {
    const before = await counted();
    expect((await post(body)).body).toMatchObject({ status: 422, code: 'validation_failed' });
    expect(await counted()).toBe(before);
  });

  test.each([
    ['that breaks off', '{"title":'],
    ['that reaches for the prototype', productWith('{"amountMinor":1,"currency":"inr"}', ',"__proto__":{}')],
    [
      'that reaches for the constructor',
      productWith('{"amountMinor":1,"currency":"inr"}', ',"constructor":{"prototype":{}}'),
    ],
  ])('as JSON %s', async (_, body) => {
    expect((await post(body)).body).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test.each(['application/xml', 'application/json\ta'])('as %j', async (contentType) => {
    const answer = await post(productWith('{"amountMinor":1,"currency":"inr"}'), contentType);
    expect(answer.body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('above a mebibyte', async () => {
    const answer = await post(`{"title":"${'x'.repeat(1024 * 1024)}"}`);
    expect(answer.body).toMatchObject({ status: 413, code: 'payload_too_large' });
  });
});

test('a title that is a script is kept as the text that it is', async () => {
  const answer = await post(
    '{"title":"<script>alert(1)</script>","price":{"amountMinor":1,"currency":"inr"},"stock":1}',
  );
  expect(answer.body.title).toBe('<script>alert(1)</script>');
});

describe('a change is refused', () => {
  const change = async (headers: Record<string, string>, body: object) => {
    const item = await shop.product(seller, 1);
    const send = async (more: Record<string, string>, changes: object) => {
      const response = await fetch(`${shop.url}/products/${item.productId}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${seller.token}`,
          'content-type': 'application/json',
          ...more,
        },
        body: JSON.stringify(changes),
      });
      return { status: response.status, body: (await response.json()) as Product & Problem };
    };
    await send({}, { title: 'The second version' });
    return send(headers, body);
  };

  test.each(['"1"', '"3"', '2', 'W/"2"', '"x"', '""'])('when If-Match says %s of version 2', async (tag) => {
    const answer = await change({ 'if-match': tag }, { title: 'Too late' });
    expect(answer.body).toMatchObject({ status: 412, code: 'precondition_failed', version: 2 });
  });

  test.each(['"2"', '*'])('not when If-Match says %s of version 2', async (tag) => {
    const answer = await change({ 'if-match': tag }, { title: 'In time' });
    expect(answer.body).toMatchObject({ title: 'In time', version: 3 });
  });

  test('when the body names a stale version', async () => {
    const answer = await change({}, { version: 1, title: 'Too late' });
    expect(answer.body).toMatchObject({ status: 409, code: 'conflict', version: 2 });
  });

  test('when the currency is another one', async () => {
    const answer = await change({}, { price: { amountMinor: 100, currency: 'usd' } });
    expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '#/price/currency' }] });
  });

  test('when the stock would fall below what buyers hold', async () => {
    const item = await shop.product(seller, 3);
    await shop.placed(await shop.buyer(), item, { quantity: 2 });
    const where = `/variants/${item.variantId}/stock-adjustments`;
    const answer = await shop.send('POST', where, seller, { delta: -2, reason: 'count' });
    expect(answer.body).toMatchObject({ status: 409, code: 'stock_reserved', reserved: 2, onHand: 3 });
    expect(await shop.stockOf(item)).toEqual({ onHand: 3, reserved: 2 });
    await expectInvariants(shop);
  });

  test.each(['no-id', '%00', '..%2f..%2fme', 'x'.repeat(90), '01900000-0000-7000-8000-00000000000'])(
    'as 404 for the id %s',
    async (id) => {
      const answer = await shop.send('PATCH', `/products/${id}`, seller, { title: 'x' });
      expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
    },
  );
});
