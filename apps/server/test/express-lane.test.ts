import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ExpressLane } from '../src/orders/express-lane.ts';
import { newId } from '../src/platform/ids.ts';
import { startServer, type TestServer } from './support/start-server.ts';

const allowedOrigin = 'https://shop.example.test';
const priceMinor = 49_900;
const take = vi.spyOn(ExpressLane.prototype, 'take');
let server: TestServer;
let token: string;
let variantId: string;
let goneId: string;
beforeAll(async () => {
  server = await startServer({ ALLOWED_ORIGINS: allowedOrigin });
  const seller = await server.registerSeller();
  const price = { amountMinor: priceMinor, currency: 'inr' } as const;
  const stocked = async (stock: number) =>
    (await seller.api.call('createProduct', { body: { title: 'Silk saree', price, stock } })).variants[0]?.id;
  [variantId, goneId] = [(await stocked(1000)) ?? '', (await stocked(0)) ?? ''];
  token = (await (await server.register()).client.session.accessToken()) ?? '';
});
afterAll(() => server.close());

/** Whether the lane took the orders so far; other requests come at any time. */
const tookOrders = () =>
  take.mock.calls.flatMap(([{ url }], call) => (url === '/orders' ? [take.mock.results[call]?.value] : []));

interface Posted {
  headers?: Record<string, string>;
  /** Sent as it is when it is text. */
  body?: object | string;
}
const line = (changes: object = {}) => ({
  variantId,
  quantity: 1,
  expectedUnitPriceMinor: priceMinor,
  ...changes,
});

async function post(contentType: string, { headers, body = { items: [line()] } }: Posted) {
  const response = await fetch(`${server.url}/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': newId(),
      'content-type': contentType,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}
/** As our clients send it. */
const byLane = (posted: Posted) => post('application/json', posted);
/** The same for every reader of HTTP, but not what our clients send. */
const byRoute = (posted: Posted) => post('application/json;charset="UTF-8"', posted);

/** Without what differs from request to request. */
function essence({ status, headers, text }: Awaited<ReturnType<typeof post>>) {
  const { date, connection, 'keep-alive': keepAlive, 'content-length': bytes, ...rest } = headers;
  return {
    status,
    headers: rest,
    text: text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
      .replaceAll(/pi_\w+/g, 'payment')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'),
  };
}

describe('an order is answered alike with and without the framework', () => {
  test.each<[string, number, () => Posted]>([
    ['that is placed', 201, () => ({})],
    ['from a page of an allowed origin', 201, () => ({ headers: { origin: allowedOrigin } })],
    ['under a quoted key', 201, () => ({ headers: { 'idempotency-key': `"${newId()}"` } })],
    ['of what is gone', 409, () => ({ body: { items: [line({ variantId: goneId })] } })],
    ['at another price', 409, () => ({ body: { items: [line({ expectedUnitPriceMinor: 1 })] } })],
    ['of nothing that exists', 404, () => ({ body: { items: [line({ variantId: newId() })] } })],
    ['with fields that nobody knows', 422, () => ({ body: { items: [line({ free: true })], coupon: 'x' } })],
    ['that reaches for the prototype', 400, () => ({ body: '{"items":[],"__proto__":{"x":1}}' })],
    ['that reaches for the constructor', 400, () => ({ body: '{"constructor":{"prototype":{}}}' })],
    ['that is half a document', 400, () => ({ body: '{"items":[' })],
    ['with a token of nobody', 401, () => ({ headers: { authorization: 'Bearer e30.e30.e30' } })],
  ])('%s', async (_what, status, make) => {
    const [direct, routed] = [await byLane(make()), await byRoute(make())];
    expect(tookOrders().slice(-2)).toEqual([true, false]);
    expect(essence(direct)).toEqual(essence(routed));
    expect(direct.status).toBe(status);
  });

  test('and is the same order when its key comes again by the other way', async () => {
    const again = { headers: { 'idempotency-key': newId() } };
    const [direct, routed] = [await byLane(again), await byRoute(again)];
    expect(routed.text).toBe(direct.text);
    expect(routed.headers['idempotent-replayed']).toBe('true');
    expect((await byLane(again)).headers['idempotent-replayed']).toBe('true');
  });
});

describe('what does not look like a request of our clients is left to the framework', () => {
  test.each<[string, number, string, Posted]>([
    ['without a token', 401, 'application/json', { headers: { authorization: '' } }],
    [
      'with a key of seven characters',
      422,
      'application/json',
      { headers: { 'idempotency-key': 'seven77' } },
    ],
    ['of another type', 415, 'text/plain', {}],
    [
      'from a page that may not call us',
      403,
      'application/json',
      { headers: { origin: 'https://evil.example' } },
    ],
    ['of two megabytes', 413, 'application/json', { body: { items: [], note: 'x'.repeat(2 << 20) } }],
  ])('an order %s', async (_what, status, contentType, posted) => {
    const answer = await post(contentType, posted);
    expect(tookOrders().at(-1)).toBe(false);
    expect(answer.status).toBe(status);
  });
});
