import { clientEvents, errorTable, type Route, routes, serverEvents } from '@vybekart/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
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
  const document = await documentAt('/openapi.json');
  const named = Object.values(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((methods) => Object.values(methods).map((operation) => operation.operationId));
  expect(document.openapi).toBe('3.1.0');
  expect(named.sort()).toEqual(Object.keys(routes).sort());
});

test('the AsyncAPI document names every event, and what each of a client is acknowledged with', async () => {
  const document = await documentAt('/asyncapi.json');
  const operations = Object.entries(
    document.operations as Record<string, { action: string; reply?: object }>,
  );
  const names = (action: string) =>
    operations.filter(([, each]) => each.action === action).map(([name]) => name.split('.')[1]);
  expect(document.asyncapi).toBe('3.0.0');
  expect(names('receive').sort()).toEqual(Object.keys(clientEvents).sort());
  expect(names('send').sort()).toEqual(Object.keys(serverEvents).sort());
  expect(operations.filter(([, { action, reply }]) => action === 'receive' && !reply)).toEqual([]);
});

test.each(['/openapi.json', '/asyncapi.json'])('every reference in %s leads somewhere', async (path) => {
  const document = await documentAt(path);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, to]) => to ?? '',
  );
  const target = (reference: string) =>
    reference
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
  expect(references.length).toBeGreaterThan(40);
  expect(references.filter((reference) => target(reference) === undefined)).toEqual([]);
});

test('the API can be read by people: every route, event and error on one page without scripts', async () => {
  const answer = await fetch(`${server.url}/docs`);
  const page = await answer.text();
  const names = [
    ...Object.values(routes).map(({ method, path }) => `${method} ${path}<`),
    ...[...Object.keys(clientEvents), ...Object.keys(serverEvents), ...Object.keys(errorTable)],
  ];
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
  expect(page).not.toContain('<script');
});

const documentAt = async (path: string): Promise<Record<string, unknown>> =>
  (await fetch(`${server.url}${path}`)).json() as Promise<Record<string, unknown>>;

test('health and metrics answer a monitor', async () => {
  expect(await (await fetch(`${server.url}/health/live`)).json()).toEqual({ status: 'up' });
  expect(await documentAt('/health/ready')).toEqual({
    status: 'up',
    database: 'up',
    nodes: 'up',
    stockMismatches: 0,
  });
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process_cpu_seconds_total');
});

test('stock that contradicts its ledger is told to a monitor within the minute', async () => {
  const seller = await server.registerSeller();
  const price = { amountMinor: 49_900, currency: 'inr' } as const;
  await seller.api.call('createProduct', { body: { title: 'Silk saree', price, stock: 3 } });
  await server.database.query('update variants set on_hand = 4');
  await eventually(
    'the audit to find it',
    async () => (await documentAt('/health/ready')).stockMismatches === 1,
    60_000,
  );
});
