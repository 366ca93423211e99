import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BrowserPublisher } from '../../../../packages/media/test/support/browser-publisher.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { startEncoder } from './encoder.ts';

let server: TestServer;
let seller: Person;
beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
});
afterAll(() => server.close());

const announce = (person = seller) => person.api.call('createStream', { body: { title: 'From my phone' } });
const ticketFor = (id: string, person = seller) => person.api.call('createIngestTicket', { params: { id } });
const statusOf = async (id: string) =>
  (await server.guest().api.call('getStream', { params: { id } })).status;
const publish = async (id: string) => BrowserPublisher.connect(server.url, (await ticketFor(id)).ticket);

test('a seller goes live from a browser with a ticket, beside an encoder that is undisturbed', async () => {
  const other = await server.registerSeller('Mira');
  const theirs = await announce(other);
  using _encoder = await startEncoder(server.running.rtmpPort, theirs.streamKey);
  await eventually('the encoder is live', async () => (await statusOf(theirs.id)) === 'live');

  const stream = await announce();
  const { ticket, url, expiresAt } = await ticketFor(stream.id);
  expect(url).toBe(`${server.url.replace('http', 'ws')}/ingest`);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
  const publisher = await BrowserPublisher.connect(server.url, ticket);
  publisher.configure().sendSeconds(3);
  await eventually('live', async () => (await statusOf(stream.id)) === 'live');
  expect(await (await fetch(stream.hlsPlaybackUrl)).text()).toContain('CODECS="avc1.4d401f,opus"');

  await expect(BrowserPublisher.connect(server.url, ticket)).rejects.toThrow('4401 unauthorized');
  await expect(publish(stream.id)).rejects.toThrow('4409 already_publishing');
  for (const wrong of ['x'.repeat(43), stream.id]) {
    await expect(BrowserPublisher.connect(server.url, wrong)).rejects.toThrow('4401 unauthorized');
  }
  await expect(ticketFor(stream.id, other)).rejects.toMatchObject({ code: 'not_found' });

  await publisher.close();
  await eventually('interrupted', async () => (await statusOf(stream.id)) === 'interrupted');
  const again = await publish(stream.id);
  again.configure().sendSeconds(2);
  await eventually('live again', async () => (await statusOf(stream.id)) === 'live');
  await seller.api.call('endStream', { params: { id: stream.id } });
  expect(await again.closed).toContain('4410 disconnected');
  await expect(ticketFor(stream.id)).rejects.toMatchObject({ code: 'stream_ended' });
  expect(await statusOf(theirs.id)).toBe('live');
});

test('the stream key opens the WebSocket too, and a ticket that waited for an ended show opens nothing', async () => {
  const stream = await announce();
  const unused = await ticketFor(stream.id);
  const publisher = await BrowserPublisher.connect(server.url, stream.streamKey);
  publisher.configure().sendSeconds(2);
  await eventually('live', async () => (await statusOf(stream.id)) === 'live');
  await seller.api.call('endStream', { params: { id: stream.id } });
  await publisher.closed;
  await expect(BrowserPublisher.connect(server.url, unused.ticket)).rejects.toThrow('4401 unauthorized');
});

test('pages of other origins may not publish, whatever they know', async () => {
  expect(await statusOfUpgrade('https://evil.example')).toBe(403);
  expect(await statusOfUpgrade(server.url)).toBe(101);
});

/** The status that an upgrade from a page of this origin is answered with. */
async function statusOfUpgrade(origin: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}/ingest`, {
      headers: {
        origin,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    asked.once('upgrade', (answer, socket) => {
      socket.destroy();
      resolve(answer.statusCode ?? 0);
    });
    asked.once('response', (answer) => resolve(answer.statusCode ?? 0));
    asked.once('error', reject);
    asked.end();
  });
}
