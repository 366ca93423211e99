import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { MediaServer, PublishRefusedError, RtmpPublisher } from '../src/index.ts';
import { readShow, startMedia, until } from './support/media-rig.ts';
import { selfSigned } from './support/self-signed.ts';
import { Viewer } from './support/viewer.ts';

const identity = selfSigned();

async function startSecure(options: Parameters<typeof startMedia>[0] = {}) {
  const rig = await startMedia(options);
  const port = await rig.media.listenRtmps(0, '127.0.0.1', identity);
  const publish = (streamKey: string, tls = { ca: identity.cert }) =>
    RtmpPublisher.connect({ host: '127.0.0.1', port, app: 'live', streamKey, tls });
  return { rig, port, publish };
}

test('a show that is published over TLS plays like any other, beside one that is not encrypted', async () => {
  const { rig, publish } = await startSecure();
  const publisher = await publish('secure');
  await publisher.publishFlv(await readShow(), { speed: Number.POSITIVE_INFINITY });
  await rig.publishShow('plain');
  await until('both are live', () =>
    ['secure', 'plain'].every((key) => rig.media.status(`play-${key}`)?.framesIn === 342),
  );
  const viewer = await new Viewer(`${rig.origin}/hls/play-secure/index.m3u8`).open();
  expect(viewer.last.segments.length).toBeGreaterThanOrEqual(5);
  rig.media.disconnect('play-secure', 'stream key was rotated');
  await expect(publisher.closed).resolves.toContain('stream key was rotated');
});

test('a wrong key is refused with its reason over TLS as well', async () => {
  const { publish } = await startSecure();
  await expect(publish('wrong-key')).rejects.toThrow(PublishRefusedError);
});

test('an encoder that does not know the certificate does not publish', async () => {
  const { rig, publish } = await startSecure();
  await expect(publish('k', { ca: selfSigned().cert })).rejects.toThrow(/certificate|signature/i);
  expect(rig.events).toEqual([]);
});

test('what is no TLS is closed and told in the log', async () => {
  const { rig, port } = await startSecure();
  const plain = connect(port, '127.0.0.1');
  plain.on('error', () => {});
  plain.resume();
  plain.write(Buffer.alloc(1_537, 3));
  await once(plain, 'close');
  expect(rig.lines.at(-1)).toMatch(/^\[rtmps .*\] closed: /);
});

test('a TLS handshake that does not come to an end is cut, and its place is free again', async () => {
  const { rig, port, publish } = await startSecure({
    limits: { handshakeTimeoutMs: 100, connectionsPerAddress: 1 },
  });
  const silent = connect(port, '127.0.0.1').resume();
  silent.on('error', () => {});
  await once(silent, 'connect');
  await until('the place is taken', async () => {
    const second = connect(port, '127.0.0.1');
    second.on('error', () => {});
    await once(second, 'close');
    return rig.lines.some((line) => line.includes('refused: 1 connections from this address'));
  });
  if (!silent.destroyed) await once(silent, 'close');
  await until('an encoder is served', () => publish('k').then(Boolean, () => false));
});

test('versions of TLS before 1.2 are not spoken', async () => {
  const { port } = await startSecure();
  const old = connectTls({
    port,
    host: '127.0.0.1',
    ca: identity.cert,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1',
  });
  const [error] = await once(old, 'error');
  expect(String(error)).toMatch(/protocol|version|alert/i);
});

test('a key that does not belong to the certificate is told at the start', async () => {
  const media = new MediaServer({ authorize: async () => ({ refused: 'closed' }), on: () => {} });
  const mixed = { key: selfSigned().key, cert: identity.cert };
  await expect(async () => media.listenRtmps(0, '127.0.0.1', mixed)).rejects.toThrow(/key values mismatch/i);
});

test('closing the server ends secure connections that are still shaking hands', async () => {
  const media = new MediaServer({ authorize: async () => ({ playbackId: 'p' }), on: () => {} });
  const port = await media.listenRtmps(0, '127.0.0.1', identity);
  const silent = connect(port, '127.0.0.1').resume();
  silent.on('error', () => {});
  await once(silent, 'connect');
  const tls = { ca: identity.cert };
  const publisher = await RtmpPublisher.connect({
    host: '127.0.0.1',
    port,
    app: 'live',
    streamKey: 'k',
    tls,
  });
  await media.close();
  await expect(publisher.closed).resolves.toContain('server is closing');
  if (!silent.destroyed) await once(silent, 'close');
});
