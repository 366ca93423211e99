import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { type Load, postLoad } from './post-load.ts';
import { postLoadInNode } from './post-load-in-node.ts';

const tokens = ['one', 'two'];
const bodies = ['{"a":1}', '{"bc":23}', '{}'];

const received: string[] = [];
let answer: string[] = [];

/** Sends an answer in as many pieces as it has, a turn of the event loop apart. */
const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let request = '';
  socket.on('data', async (chunk) => {
    request += chunk;
    if (!request.endsWith('}')) return;
    received.push(request);
    request = '';
    for (const piece of answer) {
      socket.write(piece);
      await new Promise(setImmediate);
    }
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());

const load = (path: string): Load => ({
  port: (server.address() as AddressInfo).port,
  path,
  clients: 3,
  durationMs: 200,
  expectedStatus: 201,
  tokens,
  bodies,
});

describe.each([
  ['built where it can be', postLoad],
  ['in Node', postLoadInNode],
])('a load %s', (_name, run) => {
  test('counts answers in pieces, to requests that differ in token, body and key alone', async () => {
    answer = ['HTTP/1.1 201 Cre', 'ated\r\nx-a: b\r\nCoNtent-Length: 7\r', '\n\r\n{"a"', ':1}'];
    received.length = 0;
    const { count } = await run(load('/orders'));
    expect(count).toBe(received.length);
    expect(count).toBeGreaterThan(0);
    const keys = received.map((request) => /idempotency-key: ([0-9a-f-]{36})\r\n/.exec(request)?.[1] ?? '');
    expect(new Set(keys).size).toBe(count);
    const inTurn = Array.from({ length: count }, (_, turn) => {
      const [token, body = ''] = [tokens[turn % tokens.length], bodies[turn % bodies.length]];
      return `POST /orders HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\nidempotency-key: KEY\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    });
    const withoutKeys = received.map((request, at) => request.replace(keys[at] ?? '', 'KEY'));
    expect(withoutKeys.sort()).toEqual(inTurn.sort());
  });

  test('fails at an answer of another status', async () => {
    answer = ['HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy'];
    await expect(run(load('/refused'))).rejects.toThrow('/refused');
  });
});
