import { routes } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { type Api, ApiError, createApi, MemorySessionStorage, newId, SessionStore } from '../src/index.ts';
import { pathParams } from '../src/path-params.ts';
import { json, problem, type ScriptedServer } from './scripted-server.ts';
import { aMe, anOrder, aSession, streamId } from './things.ts';
import { until, VirtualClock } from './virtual-clock.ts';
import { aServer } from './watch.ts';

interface Called {
  server: ScriptedServer;
  clock: VirtualClock;
  api: Api;
  baseUrl: string;
}

async function anApi(): Promise<Called> {
  const { server, baseUrl } = await aServer();
  const clock = new VirtualClock();
  const api = createApi({ baseUrl, clock, random: () => 0.5, validateAnswers: true });
  return { server, clock, api, baseUrl };
}

/** The error of a call that must fail, while the clock goes on. */
async function failureOf(call: Promise<unknown>, clock: VirtualClock): Promise<ApiError> {
  let error: unknown;
  call.catch((thrown) => {
    error = thrown;
  });
  await clock.advanceUntil(() => error !== undefined);
  if (!(error instanceof ApiError)) throw error;
  return error;
}

const placed = {
  order: { ...anOrder(), status: 'pending' },
  reservation: { expiresAt: '2026-03-01T10:10:00.000Z' },
  payment: {
    provider: 'local',
    paymentIntentId: 'pi_1',
    clientSecret: 'pi_1_secret',
    publishableKey: 'pk_1',
  },
};
const body = { items: [{ variantId: newId(), quantity: 1, expectedUnitPriceMinor: 129_900 }] };

test('the parameters of every route are those of its path', () => {
  for (const [name, route] of Object.entries(routes)) {
    const inPath = [...route.path.matchAll(/:([a-zA-Z]+)/g)].map((match) => match[1]);
    expect((pathParams as Record<string, readonly string[]>)[name] ?? [], name).toEqual(inPath);
  }
});

test('a call fills path and query, sends JSON and answers what the contract says', async () => {
  const { server, api } = await anApi();
  server.http = (_, response) => json(response, { items: [], nextCursor: null });
  await expect(api.call('listProducts', { query: { shop: 'a&b', limit: 5 } })).resolves.toEqual({
    items: [],
    nextCursor: null,
  });
  server.http = (_, response) => void response.writeHead(204).end();
  await expect(api.call('follow', { params: { handle: '../me' } })).resolves.toBeUndefined();
  await api.call('registerDevice', { body: { platform: 'web', token: 'token-token' } });
  expect(server.httpCalls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /products?shop=a%26b&limit=5',
    'PUT /shops/..%2Fme/follow',
    'POST /me/devices',
  ]);
  expect(server.httpCalls[2]).toMatchObject({ body: '{"platform":"web","token":"token-token"}' });
  expect(server.httpCalls[2]?.headers['content-type']).toBe('application/json');
});

test('a call without the parameter of its path does not compile, and throws before anything is sent', async () => {
  const { server, api } = await anApi();
  // @ts-expect-error the path is /streams/:id
  await expect(api.call('getStream', {})).rejects.toThrow('/streams/:id needs the parameter id');
  expect(server.httpCalls).toEqual([]);
});

test('an answer that does not fit the contract is an error where answers are checked', async () => {
  const { server, api, baseUrl } = await anApi();
  server.http = (_, response) => json(response, { now: 'noon' });
  await expect(api.call('time')).rejects.toThrow(/datetime/);
  await expect(createApi({ baseUrl }).call('time')).resolves.toEqual({ now: 'noon' });
});

test('a refusal carries its code, its facts and the time to wait', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => problem(response, 'out_of_stock', { available: 1, retryAfterMs: 500 });
  const error = await failureOf(api.call('placeOrder', { body }), clock);
  expect(error).toMatchObject({ code: 'out_of_stock', status: 409, retryAfterMs: 500, message: 'Sold out.' });
  expect(error.problem?.available).toBe(1);
});

test("a proxy's page instead of an answer becomes a code of ours", async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => void response.writeHead(502).end('<html>');
  const error = await failureOf(api.call('endStream', { params: { id: streamId } }), clock);
  expect(error).toMatchObject({ code: 'unavailable', status: 502, problem: null });
});

test('a read is tried again while the server is unavailable', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => {
    if (server.httpCalls.length < 3) problem(response, 'unavailable');
    else json(response, { now: '2026-03-01T10:00:00.000Z' });
  };
  const answer = api.call('time');
  await clock.advanceUntil(() => server.httpCalls.length === 3);
  await expect(answer).resolves.toEqual({ now: '2026-03-01T10:00:00.000Z' });
});

test('a read is tried three times and no more', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => problem(response, 'unavailable');
  expect(await failureOf(api.call('time'), clock)).toMatchObject({ code: 'unavailable', status: 503 });
  await clock.advanceSlowly(60_000);
  expect(server.httpCalls).toHaveLength(3);
});

test('a server that cannot be reached is an error of its own', async () => {
  const clock = new VirtualClock();
  const api = createApi({ baseUrl: 'http://127.0.0.1:1', clock });
  expect(await failureOf(api.call('time'), clock)).toMatchObject({ code: 'network', status: null });
});

test('an order whose answer was lost is asked again under the same key', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => {
    if (server.httpCalls.length === 1) response.destroy();
    else if (server.httpCalls.length === 2) problem(response, 'idempotency_in_progress');
    else json(response, placed, 201);
  };
  const answer = api.call('placeOrder', { body, idempotencyKey: 'the-same-key' });
  await clock.advanceUntil(() => server.httpCalls.length === 3);
  await expect(answer).resolves.toMatchObject({ order: { id: placed.order.id } });
  const keys = server.httpCalls.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual(['the-same-key', 'the-same-key', 'the-same-key']);
});

test('a route that wants a key gets one, the same for all tries of a call and another for the next', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => {
    if (server.httpCalls.length === 1) problem(response, 'unavailable');
    else json(response, placed, 201);
  };
  const first = api.call('placeOrder', { body });
  await clock.advanceUntil(() => server.httpCalls.length === 2);
  await first;
  await api.call('placeOrder', { body });
  const [one, two, three] = server.httpCalls.map(({ headers }) => headers['idempotency-key']);
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(two).toBe(one);
  expect(three).not.toBe(one);
});

test('a write without a key is never repeated', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) => problem(response, 'unavailable');
  await failureOf(api.call('createShop', { body: { name: 'Sahil', handle: 'sahil' } }), clock);
  await clock.advanceSlowly(60_000);
  expect(server.httpCalls).toHaveLength(1);
});

test('a server that does not answer within 15 s is given up', async () => {
  const { server, api, clock } = await anApi();
  server.http = () => undefined;
  const call = api.call('time');
  call.catch(() => undefined);
  await until(() => server.httpCalls.length === 1);
  clock.advance(15_000);
  await expect(call).rejects.toMatchObject({ code: 'timeout' });
});

test('a screen that is left aborts its request', async () => {
  const { server, api } = await anApi();
  server.http = () => undefined;
  const leaving = new AbortController();
  const call = api.call('time', { signal: leaving.signal });
  call.catch(() => undefined);
  await until(() => server.httpCalls.length === 1);
  leaving.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('an answer that is a file comes as its text, and what refuses it as an error of the table', async () => {
  const { server, api, clock } = await anApi();
  server.http = (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end('\ufefforder_id\r\n12');
  const file = await api.call('exportSellerOrders', { query: { status: 'paid' } });
  expect(file).toBe('order_id\r\n12');
  expect(server.httpCalls[0]).toMatchObject({ path: '/seller/orders.csv?status=paid' });
  expect(server.httpCalls[0]?.headers.accept).toBe('text/csv');
  server.http = (_, response) => problem(response, 'rate_limited', { retryAfterMs: 1000 });
  const refused = await failureOf(api.call('exportSellerOrders'), clock);
  expect(refused).toMatchObject({ code: 'rate_limited', retryAfterMs: 1000 });
});

test('a picture travels as multipart under the name of the contract', async () => {
  const { server, api } = await anApi();
  const uploaded = { id: newId(), url: '/uploads/1.webp', width: 10, height: 20 };
  server.http = (_, response) => json(response, uploaded, 201);
  const image = new Blob([new Uint8Array([0xff, 0xd8, 0xff])], { type: 'image/jpeg' });
  await expect(api.uploadImage(image)).resolves.toEqual(uploaded);
  expect(server.httpCalls[0]).toMatchObject({ method: 'POST', path: '/uploads' });
  expect(server.httpCalls[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(server.httpCalls[0]?.body).toMatch(/name="file"/);
});

test('a public page opens even when the sign-in cannot be renewed at the moment', async () => {
  const { server, baseUrl, clock } = await anApi();
  const storage = new MemorySessionStorage();
  await storage.save(aSession(clock.now() - 1000, { user: aMe() }));
  const session = new SessionStore({ baseUrl, storage, clock, random: () => 0.5 });
  const api = createApi({ baseUrl, session, clock, random: () => 0.5 });
  server.http = ({ path }, response) => {
    if (path === '/auth/refresh') problem(response, 'unavailable');
    else json(response, { now: '2026-03-01T10:00:00.000Z' });
  };
  let now = '';
  void api.call('time').then((answer) => {
    now = answer.now;
  });
  await clock.advanceUntil(() => now !== '');
  expect(server.httpCalls.at(-1)?.headers.authorization).toBeUndefined();
  expect(session.getSnapshot().status).toBe('signed_in');
});

test('ids are UUIDv7 of the moment, and distinct', () => {
  const nowMs = Date.parse('2026-03-01T10:00:00.000Z');
  const id = newId(nowMs);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(nowMs);
  expect(new Set(Array.from({ length: 1000 }, () => newId(nowMs))).size).toBe(1000);
});
