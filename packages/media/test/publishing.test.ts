import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { MediaServer, PublishRefusedError, RtmpPublisher } from '../src/index.ts';
import { FakeClock } from './support/fake-clock.ts';
import { readShow, startMedia, until } from './support/media-rig.ts';

describe('who may publish', () => {
  test('a wrong key is refused with its reason, and the connection closes', async () => {
    const rig = await startMedia();
    const refused = rig.connect('wrong-key');
    await expect(refused).rejects.toThrow(PublishRefusedError);
    await expect(refused).rejects.toMatchObject({
      code: 'NetStream.Publish.Unauthorized',
      message: expect.stringContaining('unknown stream key'),
    });
    expect(rig.events).toEqual([]);
    await until('closed', () =>
      rig.lines.some((line) => line.endsWith('closed: publish refused: unknown stream key')),
    );
  });

  test('a second publisher of a live key is refused and the first goes on', async () => {
    const rig = await startMedia();
    const first = await rig.publishShow();
    await rig.happened('live');
    await expect(rig.connect('k')).rejects.toMatchObject({ code: 'NetStream.Publish.BadName' });
    expect(first.write({ kind: 'audio', timestampMs: 5_100, body: Buffer.from('af012100', 'hex') })).toBe(
      true,
    );
    expect(rig.media.status('play-k')).toMatchObject({ state: 'live', isPublishing: true });
  });

  test('a publisher that fell silent gives way to its own new connection', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const first = await rig.publishShow();
    await rig.happened('live');
    clock.advance(3_500);
    await rig.publishShow();
    await expect(first.closed).resolves.toContain('came back on a new connection');
    await rig.happened('resumed');
    expect(rig.events.map((event) => event.type)).toEqual([
      'publishing',
      'live',
      'interrupted',
      'publishing',
      'resumed',
    ]);
  });

  test('the key may come as a query of the name', async () => {
    const rig = await startMedia();
    await rig.publishShow('any?key=k', 'play-k');
    await rig.happened('live');
    expect(rig.events[0]?.playbackId).toBe('play-k');
  });

  test.each(['../k', 'k k', 'k'.repeat(65), 'any?key=', ''])(
    'the name "%s" is refused',
    async (streamKey) => {
      const rig = await startMedia();
      await expect(rig.connect(streamKey)).rejects.toMatchObject({ code: 'NetStream.Publish.BadName' });
    },
  );

  test.each(['live/../../tmp', 'a b', ''])('the application "%s" is refused', async (app) => {
    const rig = await startMedia();
    const refused = RtmpPublisher.connect({ host: '127.0.0.1', port: rig.rtmpPort, app, streamKey: 'k' });
    await expect(refused).rejects.toMatchObject({ code: 'NetConnection.Connect.InvalidApp' });
  });

  test('a host that cannot decide refuses', async () => {
    const rig = await startMedia({
      authorize: () => Promise.reject(new Error('database is down')),
    });
    await expect(rig.connect('k')).rejects.toMatchObject({ code: 'NetStream.Publish.Unauthorized' });
    expect(rig.lines).toContain('[media] authorize failed: database is down');
  });

  test('a stream key appears in no log line and no event', async () => {
    const rig = await startMedia({ authorize: async () => ({ playbackId: 'play' }) });
    const publisher = await rig.publishShow('topsecretkey', 'play');
    await rig.happened('live');
    await expect(rig.connect('topsecretkey')).rejects.toThrow(PublishRefusedError);
    publisher.close();
    await rig.happened('interrupted');
    expect(rig.lines.length).toBeGreaterThan(2);
    expect(JSON.stringify([rig.lines, rig.events])).not.toContain('topsecretkey');
  });
});

describe('how a publish ends', () => {
  test('a publisher without key frames is cut and told so', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const publisher = await rig.publishShow();
    await rig.happened('live');
    const framesIn = () => rig.media.status('play-k')?.framesIn ?? 0;
    clock.advance(8_000);
    publisher.write({ kind: 'audio', timestampMs: 5_100, body: Buffer.from('af012100', 'hex') });
    await until('the sound is in', () => framesIn() === 343);
    clock.advance(4_000);
    await expect(publisher.closed).resolves.toContain('publisher sent no key frame for 12 s');
    expect(rig.events.at(-1)).toMatchObject({
      type: 'interrupted',
      reason: 'publisher sent no key frame for 12 s',
    });
  });

  test('a publisher that sends nothing at all is cut', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    await rig.publishShow();
    clock.advance(10_000);
    expect(rig.events.at(-1)).toMatchObject({
      type: 'interrupted',
      reason: 'publisher sent nothing for 10 s',
    });
  });

  test('a codec that viewers cannot play is refused by name', async () => {
    const rig = await startMedia();
    const publisher = await rig.connect('k');
    publisher.write({ kind: 'video', timestampMs: 0, body: Buffer.from('9068766331', 'hex') });
    await expect(publisher.closed).resolves.toContain('video codec hvc1: only H.264 is accepted');
  });

  test('a publisher above the bit rate limit is cut', async () => {
    const rig = await startMedia({ limits: { bitsPerSecond: 100_000 } });
    const publisher = await rig.connect('k');
    await publisher.publishFlv(await readShow(), { speed: Number.POSITIVE_INFINITY });
    await expect(publisher.closed).resolves.toContain('more than 100 kb/s');
  });

  test('the host can cut a publisher, who hears why', async () => {
    const rig = await startMedia();
    const publisher = await rig.publishShow();
    await rig.happened('live');
    rig.media.disconnect('play-k', 'stream key was rotated');
    await expect(publisher.closed).resolves.toContain('stream key was rotated');
    expect(rig.events.at(-1)).toMatchObject({ type: 'interrupted', reason: 'stream key was rotated' });
  });
});

test('a port that is taken is reported as such', async () => {
  const rig = await startMedia();
  const other = new MediaServer({ authorize: async () => ({ refused: 'closed' }), on: () => {} });
  await expect(other.listenRtmp(rig.rtmpPort, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

describe('a publisher that cannot publish', () => {
  test('says that nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const options = { host: '127.0.0.1', port, app: 'live', streamKey: 'k' };
    await expect(RtmpPublisher.connect(options)).rejects.toThrow('ECONNREFUSED');
  });

  test('gives up on a server that never answers', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const clock = new FakeClock();
    const connecting = RtmpPublisher.connect({ host: '127.0.0.1', port, app: 'live', streamKey: 'k', clock });
    clock.advance(10_000);
    await expect(connecting).rejects.toThrow('no answer within 10 s');
    await new Promise((resolve) => server.close(resolve));
  });
});
