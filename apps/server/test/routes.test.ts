import { type Route, routes } from '@vybekart/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
let buyerToken: string;
beforeAll(async () => {
  server = await startServer();
  const buyer = await server.register();
  buyerToken = (await buyer.client.session.accessToken()) ?? '';
});
afterAll(() => server.close());

const someId = '01900000-0000-7000-8000-000000000000';
const all = Object.entries(routes).map(([name, definition]) => ({ name, route: definition as Route }));
const call = (route: Route, headers: Record<string, string> = {}) =>
  fetch(server.url + route.path.replace(':handle', 'no-such-shop').replace(':id', someId), {
    method: route.method,
    headers: { ...(route.body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(route.body ? { body: '{}' } : {}),
  });

test.each(all.filter(({ route }) => route.access !== 'public'))(
  'a guest may not $name',
  async ({ route }) => {
    const answer = await call(route);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  },
);

test.each(all.filter(({ route }) => route.access === 'seller'))(
  'a buyer may not $name',
  async ({ route }) => {
    const answer = await call(route, {
      authorization: `Bearer ${buyerToken}`,
      'idempotency-key': 'some-long-key',
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'not_a_seller' });
  },
);

test.each(all.filter(({ route }) => route.access === 'public'))(
  '$name exists for everybody',
  async ({ route }) => {
    const answer = await call(route);
    expect([200, 204, 404, 422]).toContain(answer.status);
    if (answer.status === 404) expect(await answer.json()).toMatchObject({ code: 'not_found' });
  },
);

test.each([300, 2000])('an id of %i characters names nothing', async (length) => {
  const answer = await fetch(`${server.url}/products/${'x'.repeat(length)}`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'not_found', status: 404 });
});

test('the OpenAPI document names every route of the contract', async () => {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const named = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(document.openapi).toBe('3.1.0');
  expect(named.sort()).toEqual(Object.keys(routes).sort());
});

test('health and metrics answer a monitor', async () => {
  expect(await (await fetch(`${server.url}/health/live`)).json()).toEqual({ status: 'up' });
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process_cpu_seconds_total');
});
