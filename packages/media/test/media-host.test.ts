import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type MediaEvent, RemoteMediaHost, type RemoteMediaOptions, RtmpPublisher } from '../src/index.ts';
import { BrowserPublisher } from './support/browser-publisher.ts';
import { readShow, until } from './support/media-rig.ts';
import { selfSigned } from './support/self-signed.ts';
import { Viewer } from './support/viewer.ts';

const troubled = new URL('support/troubled-media.ts', import.meta.url);

async function startElsewhere(options: Partial<RemoteMediaOptions> = {}) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-media-host-'));
  const events: MediaEvent[] = [];
  const lines: string[] = [];
  const host = await RemoteMediaHost.start({
    runsIn: 'worker',
    settings: { recording: { directory, isOn: true }, thumbnails: null },
    owner: {
      authorize: async (streamKey) => {
        if (streamKey === 'broken') throw new Error('the database is down');
        if (streamKey === 'wrong') return { refused: 'unknown stream key' };
        return { playbackId: `play-${streamKey}` };
      },
      on: (event) => events.push(event),
      log: (line) => lines.push(line),
      alert: (line) => lines.push(line),
    },
    ...options,
  });
  const rtmpPort = await host.listenRtmp(0, '127.0.0.1');
  const httpPort = await host.listenHttp(0, '127.0.0.1');
  onTestFinished(async () => {
    await host.close();
    await rm(directory, { recursive: true, force: true });
  });
  const connect = (streamKey: string) =>
    RtmpPublisher.connect({ host: '127.0.0.1', port: rtmpPort, app: 'live', streamKey });
  const publish = async () => {
    const publisher = await connect('k');
    void publisher.publishFlv(await readShow(), { loop: true, speed: 4 });
    return publisher;
  };
  const count = (type: string) => events.filter((event) => event.type === type).length;
  const happened = (type: string, times = 1) => until(`${type} x ${times}`, () => count(type) >= times);
  const entry = `http://127.0.0.1:${httpPort}/hls/play-k/index.m3u8`;
  return { host, events, lines, rtmpPort, connect, publish, happened, entry };
}

describe.each(['worker', 'process'] as const)('a media server in a %s of its own', (runsIn) => {
  test('takes, serves, ends and records a show like one in this thread', async () => {
    const { host, events, connect, publish, happened, entry } = await startElsewhere({ runsIn });
    await expect(connect('wrong')).rejects.toThrow('unknown stream key');
    await expect(connect('broken')).rejects.toThrow('the stream key could not be checked');
    expect(await host.status('play-k')).toBeNull();
    const publisher = await publish();
    await happened('live');
    expect(host.glance('play-k')).toEqual({ state: 'live', thumbnail: null });
    expect(await host.status('play-k')).toMatchObject({ state: 'live', width: 320, isPublishing: true });
    const viewer = await new Viewer(entry).open();
    expect(viewer.variant.RESOLUTION).toBe('320x180');
    expect(await host.recording('play-k')).toBeNull();

    await host.disconnect('play-k', 'stream key was rotated');
    await expect(publisher.closed).resolves.toContain('stream key was rotated');
    await host.end('play-k');
    await happened('ended');
    expect(events[0]?.at).toBeInstanceOf(Date);
    await until('the recording is whole', async () => (await host.recording('play-k')) !== null);
    const recording = await host.recording('play-k');
    expect(recording?.startedAt).toBeInstanceOf(Date);
    expect(recording?.stretches).toHaveLength(1);
    await host.removeRecording('play-k');
    expect(await host.recording('play-k')).toBeNull();
    await until('no more is said of it', () => (host.glance('play-k')?.state ?? 'ended') === 'ended');
  });

  test('takes a browser that publishes at the port of its owner', async () => {
    const { host, lines, happened } = await startElsewhere({ runsIn });
    const owner = createServer().on('upgrade', (request, socket, head) =>
      host.handleUpgrade(request, socket, head, '203.0.113.7'),
    );
    await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void owner.close());
    const publisher = await BrowserPublisher.connect(
      `http://127.0.0.1:${(owner.address() as AddressInfo).port}`,
      'k',
    );
    publisher.configure().sendSeconds(3);
    await happened('live');
    expect((await host.status('play-k'))?.codecs).toEqual(['avc1.4d401f', 'opus']);
    await host.end('play-k');
    await publisher.closed;
    expect(lines.join('\n')).toContain('203.0.113.7');
  });

  test('tells a port that is taken and a certificate that is wrong as the system does', async () => {
    const { host, rtmpPort } = await startElsewhere({ runsIn });
    await expect(host.listenRtmp(rtmpPort, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const mixed = { ...selfSigned(), key: selfSigned().key };
    await expect(host.listenRtmps(0, '127.0.0.1', mixed)).rejects.toThrow(/key values mismatch/i);
    expect(await host.listenRtmps(0, '127.0.0.1', selfSigned())).toBeGreaterThan(0);
  });
});

describe('trouble in the media thread', () => {
  test('while it is blocked, this thread is not, and what was asked is answered when it is free', async () => {
    const { host, publish, happened } = await startElsewhere({ entry: troubled });
    await publish();
    await happened('live');
    const trouble = new BroadcastChannel('media-trouble');
    trouble.postMessage(2_500);
    await delay(300);
    const asked = host.status('play-k');
    let isAnswered = false;
    void asked.then(() => {
      isAnswered = true;
    });
    const lateMs: number[] = [];
    for (let turn = 0; turn < 50; turn++) {
      const startedMs = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      lateMs.push(performance.now() - startedMs);
      await delay(5);
    }
    expect(isAnswered).toBe(false);
    expect(lateMs.sort((a, b) => a - b)[45]).toBeLessThan(100);
    await expect(asked).resolves.toMatchObject({ state: 'live' });
    trouble.close();
  });

  test('when it breaks it is started again on its ports, and the encoder comes back to the same show', async () => {
    const { host, lines, publish, happened, entry } = await startElsewhere({ entry: troubled });
    const first = await publish();
    await happened('live');
    const trouble = new BroadcastChannel('media-trouble');
    trouble.postMessage('crash');
    await happened('interrupted');
    await first.closed;
    expect(host.glance('play-k')).toBeNull();
    expect(lines).toContain('the media server ended: something broke; it is started again');
    await until('the encoder is back', () => publish().then(Boolean, () => false));
    await happened('live', 2);
    const viewer = await new Viewer(entry).open();
    expect(viewer.last.segments.length).toBeGreaterThan(0);
    trouble.close();
  });

  test('when it is stuck for good it is killed and started again', async () => {
    const { lines, publish, happened } = await startElsewhere({ entry: troubled, stuckAfterMs: 2_500 });
    await publish();
    await happened('live');
    const trouble = new BroadcastChannel('media-trouble');
    trouble.postMessage(60_000);
    await happened('interrupted');
    expect(lines).toContain('the media server says nothing for 2.5 s and is killed');
    await until('it serves again', () => publish().then(Boolean, () => false));
    trouble.close();
  });

  test('what is asked while it is away is refused, not kept waiting', async () => {
    const { host, happened, publish } = await startElsewhere({ entry: troubled });
    await publish();
    await happened('live');
    const trouble = new BroadcastChannel('media-trouble');
    trouble.postMessage('crash');
    await happened('interrupted');
    await expect(host.status('play-k')).rejects.toThrow('the media server is being started again');
    trouble.close();
  });
});

test('a program that cannot run is told at the start', async () => {
  const entry = new URL('support/nothing-here.ts', import.meta.url);
  await expect(startElsewhere({ entry })).rejects.toThrow('the media worker ended: ');
});
