import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let tabs: Tab[] = [];

beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1', SOCKETS_PER_ADDRESS: '3' });
});
afterEach(() => {
  for (const tab of tabs) tab.close();
  tabs = [];
});
afterAll(() => server.close());

const from = async (address: string): Promise<Tab> => {
  const tab = await Tab.open(server.url, {}, { extraHeaders: { 'x-forwarded-for': address } });
  tabs.push(tab);
  return tab;
};

test('an address that has its number of sockets gets no more, and others are not kept out', async () => {
  for (let index = 0; index < 3; index += 1) await from('203.0.113.5');
  await expect(from('203.0.113.5')).rejects.toThrow();
  await from('203.0.113.6');
  tabs[0]?.close();
  const again = await eventually('room for another one', () => from('203.0.113.5').catch(() => null));
  expect(again.socket.connected).toBe(true);
});

test('all addresses of one IPv6 customer share the number', async () => {
  for (const end of ['1', '2', '3']) await from(`2001:db8:0:7::${end}`);
  await expect(from('2001:db8:0:7::4')).rejects.toThrow();
  await from('2001:db8:0:8::1');
});

test('a visitor cannot make up an address', async () => {
  for (let index = 0; index < 3; index += 1) await from('203.0.113.9');
  await expect(from('1.2.3.4, 203.0.113.9')).rejects.toThrow();
});
