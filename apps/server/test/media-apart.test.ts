import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { publishShow } from './support/publish.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';
import { mediaPlaylistUrl, readMediaPlaylist } from './support/watch.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ MEDIA_RUNS_IN: 'process', MEDIA_PORT: '0' });
});
afterAll(() => server?.close());

const address = {
  name: 'Asha Rao',
  phone: '9876543210',
  line1: '12 MG Road',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

const mediaPid = () =>
  Number(execFileSync('pgrep', ['-P', String(process.pid), '-f', 'media-worker'], { encoding: 'utf8' }));

async function aShow(seller: Person) {
  const body = { title: 'Scarf', price: { amountMinor: 9_900, currency: 'inr' as const }, stock: 100 };
  const product = await seller.api.call('createProduct', { body });
  const stream = await seller.api.call('createStream', {
    body: { title: 'Evening drop', productIds: [product.id] },
  });
  return { stream, variantId: product.variants[0]?.id ?? '' };
}

const median = (values: number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const untilStatus = (id: string, status: string) =>
  eventually(`the show to be ${status}`, async () => {
    return (await server.guest().api.call('getStream', { params: { id } })).status === status;
  });

test('viewers are sent to the port of the video, which the page of the app may load from', async () => {
  const seller = await server.registerSeller();
  const { stream } = await aShow(seller);
  await using show = await publishShow(stream, { loop: true });
  await untilStatus(stream.id, 'live');
  const video = new URL(stream.hlsPlaybackUrl);
  expect(video.port).not.toBe(new URL(server.url).port);
  expect(server.running.report.join('\n')).toContain(`in a process of its own`);
  const playlist = await readMediaPlaylist(await mediaPlaylistUrl(stream.hlsPlaybackUrl));
  expect(playlist.segments.length).toBeGreaterThan(0);
  const page = await fetch(`${server.url}/`);
  if (page.status === 200) expect(page.headers.get('content-security-policy')).toContain(video.origin);
  expect((await fetch(`${server.url}${video.pathname}`)).status).toBe(404);
  await seller.api.call('endStream', { params: { id: stream.id } });
  await show.publisher.closed;
  const replay = await eventually('the replay', () =>
    server
      .guest()
      .api.call('getReplay', { params: { id: stream.id } })
      .catch(() => null),
  );
  expect(new URL(replay.url).origin).toBe(video.origin);
  expect((await readMediaPlaylist(await mediaPlaylistUrl(replay.url))).isEnded).toBe(true);
});

test('while the media server is stuck, orders and chat go on as fast as ever', async () => {
  const seller = await server.registerSeller();
  const buyer = await server.register('Asha');
  const { stream, variantId } = await aShow(seller);
  await using show = await publishShow(stream, { loop: true });
  await untilStatus(stream.id, 'live');
  const room = buyer.client.room(stream.id);
  room.start();
  await eventually('the room', () => room.getSnapshot().status === 'live');

  const timed = async (work: () => Promise<unknown>) => {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
  };
  const order = () =>
    buyer.api.call('placeOrder', {
      idempotencyKey: randomUUID(),
      body: {
        streamId: stream.id,
        items: [{ variantId, quantity: 1, expectedUnitPriceMinor: 9_900 }],
        shippingAddress: address,
      },
    });
  const say = async () => expect(await room.sendMessage('How long is it?')).toMatchObject({ ok: true });
  await timed(order);
  const pid = mediaPid();
  process.kill(pid, 'SIGSTOP');
  try {
    const orders: number[] = [];
    for (let turn = 0; turn < 8; turn++) orders.push(await timed(order));
    const messages: number[] = [];
    for (let turn = 0; turn < 3; turn++) messages.push(await timed(say));
    for (const took of [orders, messages]) expect(median(took)).toBeLessThan(1_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  room.close();
  expect(show.publisher).toBeDefined();
});

test('a media server that is killed is started again, and the encoder goes on with the same show', async () => {
  const seller = await server.registerSeller();
  const { stream } = await aShow(seller);
  const first = await publishShow(stream, { loop: true });
  await untilStatus(stream.id, 'live');
  const killed = mediaPid();
  process.kill(killed, 'SIGKILL');
  await untilStatus(stream.id, 'interrupted');
  await first.publisher.closed;
  const second = await eventually('the encoder to be taken again', () =>
    publishShow(stream, { loop: true }).catch(() => null),
  );
  await untilStatus(stream.id, 'live');
  expect(mediaPid()).not.toBe(killed);
  const playlist = await readMediaPlaylist(await mediaPlaylistUrl(stream.hlsPlaybackUrl));
  expect(playlist.segments.length).toBeGreaterThan(0);
  await second[Symbol.asyncDispose]();
});
