import type { Stream, StreamWithIngest } from '@vybekart/contract';
import { PublishRefusedError } from '@vybekart/media';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { type Encoder, startEncoder } from './encoder.ts';
import { soonMs } from './soon.ts';

let server: TestServer;
let seller: Person;
let encoders: Encoder[];

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  encoders = [];
});
afterEach(async () => {
  for (const encoder of encoders.splice(0)) encoder.stop();
  const { items } = await seller.api.call('myStreams', { query: { limit: 100 } });
  for (const { id } of items) await end(id);
});
afterAll(() => server.close());

const announce = (): Promise<StreamWithIngest> =>
  seller.api.call('createStream', { body: { title: 'Sneakers' } });
const end = (id: string) => seller.api.call('endStream', { params: { id } });
const get = (id: string): Promise<Stream> => server.guest().api.call('getStream', { params: { id } });
const active = async () => (await server.guest().api.call('activeStreams', {})).items.map(({ id }) => id);

async function publish(streamKey: string): Promise<Encoder> {
  const encoder = await startEncoder(server.running.rtmpPort, streamKey);
  encoders.push(encoder);
  return encoder;
}
async function goLive(): Promise<{ stream: StreamWithIngest; encoder: Encoder }> {
  const stream = await announce();
  const encoder = await publish(stream.streamKey);
  await eventually('the show is live', async () => (await get(stream.id)).status === 'live');
  return { stream, encoder };
}

/** Room events tell how often the rest of the system heard of a change. */
async function told(streamId: string): Promise<string[]> {
  const { missed } = await server.guest().api.call('getRoomEvents', { params: { id: streamId }, query: {} });
  return missed.map((event) => (event.event === 'stream_state' ? event.status : event.event));
}

describe('going live', () => {
  test('happens when video flows: listed, watchable, with its start', async () => {
    const { stream } = await goLive();
    await eventually('listed', async () => (await active()).includes(stream.id));
    const live = await get(stream.id);
    expect(live).toMatchObject({ isLive: true, endedAt: null });
    expect(Math.abs(Date.parse(String(live.startedAt)) - Date.now())).toBeLessThan(10_000);
    const playlist = await fetch(stream.hlsPlaybackUrl);
    expect(playlist.status).toBe(200);
    expect(await playlist.text()).toContain('#EXTM3U');
  });

  test('is on the list soon after the change of state, and off it when ended', async () => {
    const { stream } = await goLive();
    await eventually('listed', async () => (await active()).includes(stream.id), soonMs);
    await end(stream.id);
    await eventually('off the list', async () => !(await active()).includes(stream.id), soonMs);
    expect((await fetch(stream.hlsPlaybackUrl)).status).not.toBe(500);
  });

  test('is refused with a wrong key, and the server lives', async () => {
    const stream = await announce();
    for (const key of ['wrong', 'x'.repeat(43), stream.id, stream.hlsPlaybackUrl.split('/').at(-2) ?? '']) {
      await expect(publish(key)).rejects.toThrow(PublishRefusedError);
    }
    expect(await get(stream.id)).toMatchObject({ status: 'ready' });
  });

  test('is refused to a second encoder with the same key while the first one sends', async () => {
    const { stream } = await goLive();
    await expect(publish(stream.streamKey)).rejects.toThrow(PublishRefusedError);
    expect(await get(stream.id)).toMatchObject({ status: 'live' });
  });

  test('makes a scheduled show ready and then live, unless its shop is on air already', async () => {
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const planned = await seller.api.call('createStream', { body: { title: 'Tomorrow', scheduledFor } });
    const { stream } = await goLive();
    await expect(publish(planned.streamKey)).rejects.toThrow(/another show/);
    expect(await get(planned.id)).toMatchObject({ status: 'scheduled' });
    await end(stream.id);
    await publish(planned.streamKey);
    await eventually('the planned show is live', async () => (await get(planned.id)).status === 'live');
  });
});

describe('a lost encoder', () => {
  test('interrupts the show; back within the grace it resumes under the same id, told once each', async () => {
    const { stream, encoder } = await goLive();
    const { startedAt } = await get(stream.id);
    const heard = (count: number) =>
      eventually('the room heard of it', async () => (await told(stream.id)).length === count);
    await heard(1);
    encoder.stop();
    await eventually('interrupted', async () => (await get(stream.id)).status === 'interrupted');
    await heard(2);
    await eventually('still listed', async () => (await active()).includes(stream.id));
    await publish(stream.streamKey);
    await eventually('live again', async () => (await get(stream.id)).status === 'live');
    expect((await get(stream.id)).startedAt).toBe(startedAt);
    await heard(3);
    expect(await told(stream.id)).toEqual(['live', 'interrupted', 'live']);
  });
});

describe('ending a show', () => {
  test('cuts the encoder, refuses its key, and tells the room once', async () => {
    const { stream, encoder } = await goLive();
    await eventually('the room heard of the start', async () => (await told(stream.id)).includes('live'));
    const endedAtMs = performance.now();
    expect(await end(stream.id)).toMatchObject({ status: 'ended', isLive: false });
    await encoder.closed;
    expect(performance.now() - endedAtMs).toBeLessThan(soonMs);
    await expect(publish(stream.streamKey)).rejects.toThrow(PublishRefusedError);
    await eventually('the room heard of it', async () => (await told(stream.id)).includes('stream_ended'));
    expect(await end(stream.id)).toMatchObject({ status: 'ended' });
    expect(await told(stream.id)).toEqual(['live', 'stream_ended']);
  });
});

describe('rotating the key', () => {
  test('cuts who publishes with the old one, and the new one takes the show on', async () => {
    const { stream, encoder } = await goLive();
    const rotatedAtMs = performance.now();
    const rotated = await seller.api.call('rotateStreamKey', { params: { id: stream.id } });
    await encoder.closed;
    expect(performance.now() - rotatedAtMs).toBeLessThan(soonMs);
    expect(rotated.streamKey).not.toBe(stream.streamKey);
    expect(rotated.hlsPlaybackUrl).toBe(stream.hlsPlaybackUrl);
    await expect(publish(stream.streamKey)).rejects.toThrow(PublishRefusedError);
    await publish(rotated.streamKey);
    await eventually('live with the new key', async () => (await get(stream.id)).status === 'live');
  });

  test('is refused when the show is over', async () => {
    const stream = await announce();
    await end(stream.id);
    const refused = seller.api.call('rotateStreamKey', { params: { id: stream.id } });
    await expect(refused).rejects.toMatchObject({ code: 'stream_ended' });
  });
});

describe('the list of what is on air', () => {
  const fetchList = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/streams/active`, { headers });
  const tag = async () => (await fetchList()).headers.get('etag');
  /** The list follows a change of state a moment later. */
  const untilNothingIsListed = () => eventually('an empty list', async () => (await active()).length === 0);

  test('is cacheable for a second and answers 304 to who knows it', async () => {
    await untilNothingIsListed();
    const first = await fetchList();
    const etag = String(first.headers.get('etag'));
    expect(first.headers.get('cache-control')).toBe('public, max-age=1, stale-while-revalidate=5');
    expect(first.headers.get('vary')).toBe('origin, accept-encoding');
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetchList({ 'if-none-match': known });
      expect([known, again.status, await again.text()]).toEqual([known, 304, '']);
    }
    expect((await fetchList({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('changes its tag when a show comes or goes', async () => {
    await untilNothingIsListed();
    const before = await tag();
    const { stream } = await goLive();
    await eventually('another tag', async () => (await tag()) !== before);
    await end(stream.id);
    await eventually('the tag of the empty list', async () => (await tag()) === before);
  });

  test('is the same compressed and plain', async () => {
    const { stream } = await goLive();
    await eventually('listed', async () => (await active()).includes(stream.id));
    const plain = await fetchList({ 'accept-encoding': 'identity' });
    const compressed = await fetchList({ 'accept-encoding': 'gzip' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(await compressed.json()).toEqual(await plain.json());
  });
});
