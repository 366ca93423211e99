import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

// One server for all that tries to wear it out; every test must leave it as quick as it was.
const longestAckMs = 250;
let server: TestServer;
let seller: Person;
let streamId: string;
let watcher: Tab;
let raw: Socket[];

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  streamId = (await seller.api.call('createStream', { body: { title: 'Sneakers' } })).id;
});
beforeEach(async () => {
  raw = [];
  watcher = await Tab.open(server.url);
  await watcher.do('join_room', { streamId });
});
afterEach(() => {
  watcher.close();
  for (const socket of raw) socket.destroy();
});
afterAll(() => server.close());

/** A bare connection that writes what it is told and, unless it listens, reads nothing. */
function connectRaw(first: string): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(first);
  raw.push(socket);
  return socket;
}
const upgrade = () =>
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;

/** A text as clients frame it; the mask of zeros leaves it readable. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const size =
    payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
}

/**
 * How long the acknowledgements of somebody well-behaved take while `nuisance` goes on: the slowest of a hundred. What
 * counts is the time for which this thread worked, because other programs of the machine may hold it up as well.
 */
async function slowestAckDuring(nuisance: Promise<unknown>): Promise<number> {
  const took: number[] = [];
  let isOver = false;
  nuisance.then(() => {
    isOver = true;
  });
  while (!isOver || took.length < 100) {
    const [askedAtMs, before] = [performance.now(), process.threadCpuUsage()];
    expect(await watcher.codeOf('heartbeat', { streamId })).toBe('ok');
    const { user, system } = process.threadCpuUsage(before);
    took.push(Math.min(performance.now() - askedAtMs, (user + system) / 1000));
    await delay(60);
  }
  await nuisance;
  return took.toSorted((one, other) => one - other)[Math.floor(took.length * 0.99)] ?? 0;
}

test('two thousand connections that say nothing, or half a greeting, are cut, and delay nobody', async () => {
  const closed = new Set<Socket>();
  const keepQuiet = async () => {
    for (let count = 0; count < 2000; count += 1) {
      const socket = connectRaw(count % 2 ? upgrade() : 'GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: 127.0');
      socket.resume();
      socket.once('close', () => closed.add(socket));
      if (count % 20 === 0) await delay(5);
    }
    await eventually('all of them were cut', () => closed.size === 2000);
  };
  expect(await slowestAckDuring(keepQuiet())).toBeLessThanOrEqual(longestAckMs);
});

test('fifty sockets that ask for much and never read are cut, and delay nobody', async () => {
  const shop = await Tab.of(server.url, seller);
  await shop.do('join_room', { streamId });
  for (let count = 0; count < 12; count += 1) {
    const message = { streamId, clientMsgId: randomUUID(), text: 'क'.repeat(280) };
    await shop.do('send_message', message);
  }
  const counts = () => watcher.payloads('viewer_count').map(({ count }) => Number(count));
  const neverRead = async () => {
    for (let count = 0; count < 50; count += 1) connectRaw(upgrade()).pause();
    await delay(500);
    for (const socket of raw) socket.write(frame('40/streams,{}'));
    await delay(500);
    for (let turn = 0; turn < 60; turn += 1) {
      const ask = Array.from({ length: 3 }, () =>
        frame(`42/streams,1["join_room",{"streamId":"${streamId}"}]`),
      );
      for (const socket of raw) if (socket.writable) socket.write(Buffer.concat(ask));
      await delay(100);
    }
    await eventually(
      'all of them are gone',
      () => Math.max(...counts()) >= 50 && counts().at(-1) === 2,
      90_000,
    );
  };
  expect(await slowestAckDuring(neverRead())).toBeLessThanOrEqual(longestAckMs);
  shop.close();
});

test('a handler that throws is answered with a code and no detail, and the same socket goes on', async () => {
  const tab = await Tab.of(server.url, seller);
  await tab.do('join_room', { streamId });
  const deletion = { streamId, messageId: randomUUID() };
  await server.database.query('alter table messages rename to messages_elsewhere');
  try {
    expect(await tab.ask('delete_message', deletion)).toEqual({
      ok: false,
      error: {
        code: 'internal',
        message: expect.not.stringContaining('messages'),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    tab.socket.emit('delete_message', deletion);
    await eventually(
      'it was told without an acknowledgement, too',
      () => tab.payloads('error_event').length === 1,
    );
    expect(JSON.stringify(tab.received)).not.toMatch(/relation|select|stack/i);
  } finally {
    await server.database.query('alter table messages_elsewhere rename to messages');
  }
  expect(await tab.codeOf('delete_message', deletion)).toBe('not_found');
  expect(await watcher.codeOf('heartbeat', { streamId })).toBe('ok');
  tab.close();
});

test('a message of more than a megabyte closes its connection with 1009, and nobody else notices', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const code = new Promise<number>((resolve) =>
    socket.addEventListener('close', (event) => resolve(event.code)),
  );
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.send(`42/streams,["join_room",${'['.repeat(1_100_000)}]`);
  expect(await code).toBe(1009);
  expect(await watcher.codeOf('heartbeat', { streamId })).toBe('ok');
});

test('a token whose sign-in was ended opens no socket', async () => {
  const leaver = await server.register('Leaver');
  const token = leaver.client.session.currentToken()?.token;
  (await Tab.open(server.url, { token })).close();
  await leaver.client.session.logout();
  await expect(Tab.open(server.url, { token })).rejects.toMatchObject({ data: { code: 'unauthorized' } });
});
