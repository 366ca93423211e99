import { createHmac } from 'node:crypto';
import type { StreamWithIngest } from '@vybekart/contract';
import { IvsEmulator, MuxEmulator } from '@vybekart/emulators';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ivsSecretHeader } from '../../src/media/ivs-webhooks.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { ivsPlaybackKeys, ivsSecret, muxSigningKeys } from './cloud-rigs.ts';

/** The clouds answer at once; what is asked every few seconds takes as long, and more on a busy machine. */
const patienceMs = 25_000;

interface Cloud {
  emulator: IvsEmulator | MuxEmulator;
  environment: Record<string, string>;
  postEventsTo(url: string): void;
  channelCount(): number;
  player: 'hls' | 'ivs';
}

async function startIvs(): Promise<Cloud> {
  const keys = ivsPlaybackKeys();
  const emulator = await IvsEmulator.start({ playbackPublicKey: keys.publicKey });
  return {
    emulator,
    environment: {
      MEDIA_PROVIDER: 'ivs',
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      IVS_ENDPOINT: emulator.url,
      IVS_WEBHOOK_SECRET: ivsSecret,
      IVS_RECORDING_CONFIGURATION_ARN: emulator.recordingConfigurationArn,
      IVS_RECORDING_BUCKET: emulator.bucket.name,
      IVS_RECORDING_URL: `${emulator.url}/distribution`,
      IVS_RECORDING_ENDPOINT: emulator.url,
      IVS_PLAYBACK_PRIVATE_KEY: keys.privateKey,
    },
    postEventsTo: (url) =>
      emulator.postEventsTo(`${url}/webhooks/ivs`, { name: ivsSecretHeader, value: ivsSecret }),
    channelCount: () => emulator.cloud.channels.size,
    player: 'ivs',
  };
}

async function startMux(): Promise<Cloud> {
  const keys = muxSigningKeys();
  const emulator = await MuxEmulator.start({ signingPublicKey: keys.publicKey });
  return {
    emulator,
    environment: {
      MEDIA_PROVIDER: 'mux',
      MUX_TOKEN_ID: emulator.credentials.tokenId,
      MUX_TOKEN_SECRET: emulator.credentials.tokenSecret,
      MUX_WEBHOOK_SECRET: emulator.webhookSecret,
      MUX_SIGNING_KEY_ID: 'signing-key',
      MUX_SIGNING_PRIVATE_KEY: Buffer.from(keys.privateKey).toString('base64'),
      MUX_BASE_URL: emulator.url,
      MUX_PLAYBACK_URL: emulator.url,
    },
    postEventsTo: (url) => emulator.postEventsTo(`${url}/webhooks/mux`),
    channelCount: () => emulator.cloud.liveStreams.size,
    player: 'hls',
  };
}

const clouds = { 'Amazon IVS': startIvs, Mux: startMux };

describe.each(Object.entries(clouds))('a show on %s', (name, start) => {
  let cloud: Cloud;
  let server: TestServer;
  let seller: Person;
  beforeAll(async () => {
    cloud = await start();
    server = await startServer(cloud.environment);
    cloud.postEventsTo(server.url);
  });
  beforeEach(async () => {
    cloud.emulator.setEventFaults({});
    seller = await server.registerSeller();
  });
  afterAll(async () => {
    await server?.close();
    await cloud?.emulator.close();
  });

  /** As the platform's own programs do it: through the emulator's control port. */
  async function control<T>(command: string, input: object): Promise<T> {
    const { controlUrl } = cloud.emulator;
    const answer = await fetch(`${controlUrl}/${command}`, { method: 'POST', body: JSON.stringify(input) });
    const { result, error } = (await answer.json()) as { result: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  }
  const connect = (streamKey: string) => control<string>('connectEncoder', { streamKey });
  const isConnected = (encoder: string) => control<boolean>('isConnected', { encoder });
  const announce = (): Promise<StreamWithIngest> =>
    seller.api.call('createStream', { body: { title: 'Sneakers' } });
  const get = (id: string) => server.guest().api.call('getStream', { params: { id } });
  const end = (id: string) => seller.api.call('endStream', { params: { id } });
  /** Resolves when its room has heard of it, too. */
  async function becomes(id: string, status: string): Promise<void> {
    await eventually(`it is ${status}`, async () => (await get(id)).status === status, patienceMs);
    await eventually('its room heard', async () => (await told(id)).at(-1) === status, patienceMs);
  }
  /** Room events tell how often the rest of the platform heard of a change. */
  async function told(id: string): Promise<string[]> {
    const { missed } = await server.guest().api.call('getRoomEvents', { params: { id }, query: {} });
    return missed.flatMap((event) => {
      if (event.event === 'stream_state') return event.status;
      return event.event === 'stream_ended' ? 'ended' : [];
    });
  }

  test('is announced, seen, dated, ended and seen again', async () => {
    const stream = await announce();
    expect(stream).toMatchObject({ status: 'ready', isLive: false, playback: { player: cloud.player } });
    expect(stream.rtmpIngestUrl).toMatch(/^rtmps:\/\//);
    const encoder = await connect(stream.streamKey);
    await becomes(stream.id, 'live');
    const listed = await eventually('it is listed', async () => {
      const { items } = await server.guest().api.call('activeStreams', {});
      return items.find(({ id }) => id === stream.id);
    });
    expect((await fetch(listed.hlsPlaybackUrl)).status).toBe(200);
    const unsigned = new URL(listed.hlsPlaybackUrl);
    unsigned.searchParams.delete('token');
    expect((await fetch(unsigned)).status).toBe(403);

    const price = { amountMinor: 129_900, currency: 'inr' as const };
    const product = await seller.api.call('createProduct', { body: { title: 'Scarf', price, stock: 5 } });
    const { seq } = await seller.api.call('pinProduct', {
      params: { id: stream.id },
      body: { productId: product.id },
    });
    const room = await server.guest().api.call('getRoomEvents', { params: { id: stream.id }, query: {} });
    const pinned = room.missed.find((event) => event.seq === seq);
    expect(Math.abs(Date.parse(String(pinned?.pdt)) - Date.now())).toBeLessThan(10_000);
    if (cloud.emulator instanceof IvsEmulator) {
      const { sessions } = cloud.emulator.cloud;
      const written = await eventually('metadata in the video', () =>
        [...sessions.values()]
          .flatMap(({ metadata }) => metadata)
          .find((text) => text.includes(`"seq":${seq}`)),
      );
      expect(JSON.parse(written)).toEqual({ pdt: pinned?.pdt, seq });
    }

    expect(await end(stream.id)).toMatchObject({ status: 'ended', isLive: false });
    await eventually('the encoder is cut', async () => !(await isConnected(encoder)), patienceMs);
    await expect(connect(stream.streamKey)).rejects.toThrow(/not valid|disabled/);
    await eventually('it can be seen again', async () => (await get(stream.id)).replay !== null, patienceMs);
    const replay = await server.guest().api.call('getReplay', { params: { id: stream.id } });
    expect((await fetch(replay.url)).status).toBe(200);
    expect(replay.durationMs).toBeGreaterThan(0);
    expect(await told(stream.id)).toEqual(['live', 'ended']);
    await seller.api.call('deleteReplay', { params: { id: stream.id } });
    await eventually(
      'its video is deleted',
      async () => (await fetch(replay.url)).status !== 200,
      patienceMs,
    );
  });

  test('goes live and ends by being asked for alone, when no event ever comes', async () => {
    cloud.emulator.setEventFaults({ drop: true });
    const stream = await announce();
    const encoder = await connect(stream.streamKey);
    await becomes(stream.id, 'live');
    await control('stopEncoder', { encoder });
    await becomes(stream.id, name === 'Mux' ? 'live' : 'interrupted');
    await end(stream.id);
    await eventually('told', async () => (await told(stream.id)).includes('ended'), patienceMs);
  });

  test('is what the cloud says, when events are doubled, swapped and late', async () => {
    cloud.emulator.setEventFaults({ duplicates: 2, swapEvery: 2, delayMs: 300 });
    const stream = await announce();
    const encoder = await connect(stream.streamKey);
    await becomes(stream.id, 'live');
    // Nothing follows a loss for a while, so it must not wait for another event to be swapped with.
    cloud.emulator.setEventFaults({ duplicates: 2, delayMs: 300 });
    await control('dropEncoder', { encoder });
    await becomes(stream.id, 'interrupted');
    cloud.emulator.setEventFaults({ duplicates: 2, swapEvery: 2, delayMs: 300 });
    await eventually('its way back', () => connect(stream.streamKey).catch(() => null), patienceMs);
    await becomes(stream.id, 'live');
    await end(stream.id);
    await eventually('told', async () => (await told(stream.id)).includes('ended'), patienceMs);
    expect(await told(stream.id)).toEqual(['live', 'interrupted', 'live', 'ended']);
  });

  test('has the channel of its seller to itself, whatever comes late of an older one', async () => {
    const before = cloud.channelCount();
    const older = await announce();
    const oldEncoder = await connect(older.streamKey);
    await becomes(older.id, 'live');
    const firstEvent = cloud.emulator.eventAttempts.length;
    cloud.emulator.setEventFaults({ delayMs: 1500 });
    await end(older.id);
    const newer = await announce();
    expect(newer.streamKey).not.toBe(older.streamKey);
    await eventually('the old encoder is cut', async () => !(await isConnected(oldEncoder)), patienceMs);
    await expect(connect(older.streamKey)).rejects.toThrow();
    await eventually(
      'events of the older',
      () => cloud.emulator.eventAttempts.length > firstEvent,
      patienceMs,
    );
    expect(await get(newer.id)).toMatchObject({ status: 'ready' });
    cloud.emulator.setEventFaults({});
    const encoder = await connect(newer.streamKey);
    await becomes(newer.id, 'live');
    expect(await isConnected(encoder)).toBe(true);
    expect([await told(older.id), await told(newer.id)]).toEqual([['live', 'ended'], ['live']]);
    await end(newer.id);
    const both = async () => (await get(older.id)).replay !== null && (await get(newer.id)).replay !== null;
    await eventually('both can be seen again', both, patienceMs);
    expect(cloud.channelCount()).toBe(before + 1);
  });

  test('that is planned gets its key when nothing else of its shop is on', async () => {
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const planned = await seller.api.call('createStream', { body: { title: 'Tomorrow', scheduledFor } });
    expect(planned).toMatchObject({ status: 'scheduled', streamKey: '' });
    const rotated = await seller.api.call('rotateStreamKey', { params: { id: planned.id } });
    expect(rotated).toMatchObject({ status: 'ready' });
    await connect(rotated.streamKey);
    await becomes(planned.id, 'live');
    await end(planned.id);
  });
});

describe('who posts to a webhook', () => {
  let mux: Cloud;
  let ivs: Cloud;
  let servers: Record<'mux' | 'ivs', TestServer>;
  beforeAll(async () => {
    [mux, ivs] = [await startMux(), await startIvs()];
    servers = { mux: await startServer(mux.environment), ivs: await startServer(ivs.environment) };
  });
  afterAll(async () => {
    await servers?.mux.close();
    await servers?.ivs.close();
    await mux?.emulator.close();
    await ivs?.emulator.close();
  });

  const post = async (to: 'mux' | 'ivs', path: string, body: string, headers: Record<string, string>) => {
    const response = await fetch(`${servers[to].url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return [response.status, ((await response.json()) as { code?: string }).code ?? 'taken'];
  };
  const event = JSON.stringify({
    type: 'video.live_stream.active',
    created_at: new Date(),
    data: { id: 'x' },
  });
  const signed = (body: string, secret: string, ageS = 0) => {
    const at = Math.floor(Date.now() / 1000) - ageS;
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    return { 'mux-signature': `t=${at},v1=${signature}` };
  };

  test('must be Mux, with a signature of these bytes that is at most 300 s away', async () => {
    const { webhookSecret } = mux.emulator as MuxEmulator;
    expect(await post('mux', '/webhooks/mux', event, signed(event, webhookSecret))).toEqual([200, 'taken']);
    const refused: Record<string, string>[] = [
      {},
      { 'mux-signature': 'v1=00' },
      signed(event, 'another secret'),
      signed(`${event} `, webhookSecret),
      signed(event, webhookSecret, 400),
      signed(event, webhookSecret, -400),
    ];
    for (const headers of refused) {
      expect(await post('mux', '/webhooks/mux', event, headers)).toEqual([400, 'invalid_signature']);
    }
    const garbage = '{"type":7}';
    expect(await post('mux', '/webhooks/mux', garbage, signed(garbage, webhookSecret))).toEqual([
      200,
      'taken',
    ]);
  });

  test('must be EventBridge, with the secret that it shares with this server', async () => {
    const proof = { [ivsSecretHeader]: ivsSecret };
    expect(await post('ivs', '/webhooks/ivs', '{"source":"aws.ivs"}', proof)).toEqual([200, 'taken']);
    for (const secret of ['x', `${ivsSecret}x`, ivsSecret.toUpperCase()]) {
      const refused = await post('ivs', '/webhooks/ivs', '{}', { [ivsSecretHeader]: secret });
      expect(refused).toEqual([400, 'invalid_signature']);
    }
    expect(await post('ivs', '/webhooks/ivs', '{}', {})).toEqual([400, 'invalid_signature']);
  });

  test('finds nobody where another provider, or none, is in use', async () => {
    expect(await post('ivs', '/webhooks/mux', event, {})).toEqual([404, 'not_found']);
    expect(await post('mux', '/webhooks/ivs', '{}', {})).toEqual([404, 'not_found']);
  });

  test('may not hurry IVS: ten sellers who announce at once wait for their channels', async () => {
    const server = servers.ivs;
    const sellers = await Promise.all(Array.from({ length: 10 }, () => server.registerSeller()));
    const streams = await Promise.all(
      sellers.map(({ api }) => api.call('createStream', { body: { title: 'Sneakers' } })),
    );
    expect(new Set(streams.map(({ streamKey }) => streamKey)).size).toBe(10);
    expect(ivs.channelCount()).toBe(10);
  });
});
