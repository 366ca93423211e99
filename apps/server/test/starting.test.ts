import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ConfigError } from '../src/config.ts';
import { createTestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { startServer } from './support/start-server.ts';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('whoever comes while the server starts is asked to wait, and harms nothing', async () => {
  const port = await freePort();
  const seen = new Set<number>();
  let isStarting = true;
  const knocking = (async () => {
    while (isStarting) {
      await fetch(`http://127.0.0.1:${port}/streams/active`).then(
        (answer) => seen.add(answer.status),
        () => {},
      );
    }
  })();
  await using server = await startServer({ PORT: String(port) });
  await eventually('the first real answer', () => seen.has(200));
  isStarting = false;
  await knocking;
  expect([...seen].sort()).toEqual([200, 503]);
  expect(server.running.port).toBe(port);
});

test.each(['PORT', 'RTMP_PORT'])('a taken %s is told as a wrong setting', async (name) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const start = startServer({ [name]: String(port) });
    await expect(start).rejects.toBeInstanceOf(ConfigError);
    await expect(start).rejects.toThrow(`${name}: ${port} is in use by another program.`);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('a database that answers before its disk has what it was told is refused as a wrong setting', async () => {
  await using testDatabase = await createTestDatabase();
  const lax = new URL(testDatabase.url);
  lax.searchParams.set('options', '-c synchronous_commit=off');
  const start = startServer({ DATABASE_URL: lax.href });
  await expect(start).rejects.toBeInstanceOf(ConfigError);
  await expect(start).rejects.toThrow('DATABASE_URL: synchronous_commit must not be off there');
});
