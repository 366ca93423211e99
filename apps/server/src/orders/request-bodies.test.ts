import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RequestBodies } from './request-bodies.ts';

const order = Buffer.from('{"items":["एक साड़ी"]}');
const head = `POST / HTTP/1.1\r\nhost: shop\r\ncontent-length: ${order.length}\r\n\r\n`;

/** A connection to a server that reads what it is asked, and the bodies that it reads. */
async function connected() {
  const bodies = new RequestBodies();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    caller.destroy();
    server.close();
  });
  /** Sends it; answers when the request's head has arrived, of which the server reads the body. */
  const ask = async (sent: string | Buffer) => {
    const arrived = once(server, 'request');
    caller.write(sent);
    const [request, response] = (await arrived) as [IncomingMessage, { end(): void }];
    const body = bodies.read(request).then(String);
    body.then(
      () => response.end(),
      () => {},
    );
    return { request, body };
  };
  return { caller, ask };
}

describe('the body of a request', () => {
  test('that is there at once is read, and then that of the next one on its connection', async () => {
    const { caller, ask } = await connected();
    for (const _ of [1, 2]) {
      const { body } = await ask(Buffer.concat([Buffer.from(head), order]));
      expect(await body).toBe(String(order));
      await once(caller, 'data');
    }
  });

  test('that comes in pieces is put together', async () => {
    const { caller, ask } = await connected();
    const { body } = await ask(Buffer.concat([Buffer.from(head), order.subarray(0, 12)]));
    caller.write(order.subarray(12));
    expect(await body).toBe(String(order));
  });

  test('whose caller goes away in the middle is an error', async () => {
    const { caller, ask } = await connected();
    const { body } = await ask(`${head}{"items`);
    caller.destroy();
    await expect(body).rejects.toMatchObject({ code: 'malformed_json' });
  });

  test('whose caller is gone before anybody reads is an error', async () => {
    const { ask } = await connected();
    const { request, body } = await ask(head);
    request.destroy();
    await expect(body).rejects.toMatchObject({ code: 'malformed_json' });
  });
});
