import { fetchReplayLog } from '@vybekart/client';
import type { RoomSnapshot } from '@vybekart/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { publishShow } from '../support/publish.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test('the room of a past show adds up, at each moment of its video, to what it was live', async () => {
  const seller = await server.registerSeller();
  const buyer = await server.register('Asha');
  const price = { amountMinor: 129_900, currency: 'inr' as const };
  const product = (title: string) =>
    seller.api.call('createProduct', { body: { title, price, variants: [{ title: 'One size', stock: 9 }] } });
  const [saree, kurta] = [await product('Saree'), await product('Kurta')];
  const { id, ...stream } = await seller.api.call('createStream', {
    body: { title: 'Evening drop', productIds: [saree.id, kurta.id] },
  });
  const params = { id };
  await using _show = await publishShow({ id, ...stream }, { loop: true });
  await eventually('the show is live', async () => {
    const { status } = await buyer.api.call('getRoom', { params });
    return status === 'live';
  });

  const snapshots: RoomSnapshot[] = [];
  const say = (text: string) =>
    buyer.api.call('sendMessage', { params, body: { clientMsgId: crypto.randomUUID(), text } });
  const pin = (productId: string) => seller.api.call('pinProduct', { params, body: { productId } });
  const restock = async (delta: number) => {
    const variantId = saree.variants[0]?.id ?? '';
    const { available } = await seller.api.call('adjustStock', {
      params: { id: variantId },
      body: { delta, reason: 'restock' },
    });
    await eventually('the room knows', async () => {
      const { pins } = await buyer.api.call('getRoom', { params });
      return pins.some((one) => one.variants.some((it) => it.id === variantId && it.available === available));
    });
  };
  const steps = [
    () => say('First!'),
    () => pin(saree.id),
    () => say('Which colours?'),
    () => restock(3),
    () => pin(kurta.id),
    () => restock(-5),
    () => seller.api.call('unpinProduct', { params, body: { productId: saree.id } }),
    () => say('Thank you'),
  ];
  for (const step of steps) {
    await step();
    snapshots.push(await buyer.api.call('getRoom', { params }));
  }
  await seller.api.call('endStream', { params });

  const replay = await buyer.api.call('getReplay', { params });
  await eventually('the end in the log', async () => {
    const { missed } = await buyer.api.call('getRoomEvents', { params });
    return missed.some((event) => event.event === 'stream_ended');
  });
  const { missed: log } = await buyer.api.call('getRoomEvents', { params });
  const room = await fetchReplayLog(buyer.api, id);
  const fromMs = Date.parse(replay.startedAt);
  for (const snapshot of snapshots) {
    const event = log.find(({ seq }) => seq === snapshot.seq);
    const momentMs = Date.parse(event?.pdt ?? event?.at ?? '');
    expect(momentMs).toBeGreaterThanOrEqual(fromMs - 1000);
    expect(momentMs).toBeLessThanOrEqual(fromMs + replay.durationMs + 2000);
    const then = room.at(momentMs);
    expect(then.seq).toBe(snapshot.seq);
    expect(then.status).toBe(snapshot.status);
    expect(then.messages).toEqual(snapshot.chat);
    expect(then.pins.map(({ pdt: _pdt, ...one }) => one)).toEqual(
      snapshot.pins.map(({ pdt: _pdt, ...one }) => one),
    );
  }
  expect(room.at(Number.POSITIVE_INFINITY).status).toBe('ended');
});
