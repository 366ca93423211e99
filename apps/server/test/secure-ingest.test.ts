import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PublishRefusedError, RtmpPublisher, readFlvFile } from '@vybekart/media';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../../packages/media/test/support/self-signed.ts';
import { ConfigError } from '../src/config.ts';
import { eventually } from './support/eventually.ts';
import { showClip } from './support/fixture.ts';
import { startServer } from './support/start-server.ts';

async function pemFiles(identity: { key: string; cert: string }) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-tls-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const [certFile, keyFile] = [path.join(directory, 'cert.pem'), path.join(directory, 'key.pem')];
  await Promise.all([writeFile(certFile, identity.cert), writeFile(keyFile, identity.key)]);
  return { RTMPS_PORT: '0', RTMPS_CERT: certFile, RTMPS_KEY: keyFile };
}

test('with a certificate the seller is shown an rtmps address, and a show published there goes live', async () => {
  const identity = selfSigned();
  const environment = { ...(await pemFiles(identity)), MEDIA_SIGNED_PLAYBACK: 'on' };
  await using server = await startServer(environment);
  const seller = await server.registerSeller();
  const stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
  const ingest = new URL(stream.rtmpIngestUrl);
  expect(ingest.protocol).toBe('rtmps:');
  expect(server.running.report.join('\n')).toContain(stream.rtmpIngestUrl);

  const address = { host: '127.0.0.1', port: Number(ingest.port), app: ingest.pathname.slice(1) };
  const tls = { ca: identity.cert, servername: 'localhost' };
  const wrong = RtmpPublisher.connect({ ...address, streamKey: 'x'.repeat(43), tls });
  await expect(wrong).rejects.toBeInstanceOf(PublishRefusedError);
  const publisher = await RtmpPublisher.connect({ ...address, streamKey: stream.streamKey, tls });
  void publisher.publishFlv(await readFlvFile(showClip), { loop: true });
  await eventually('the show to be live', async () => {
    return (await server.guest().api.call('getStream', { params: { id: stream.id } })).status === 'live';
  });
  // Everybody who may see the show is given an address that works; without its token it does not.
  expect((await fetch(stream.hlsPlaybackUrl)).status).toBe(200);
  const unsigned = stream.hlsPlaybackUrl.replace(/\/s-[^/]+/, '');
  expect(unsigned).not.toBe(stream.hlsPlaybackUrl);
  expect((await fetch(unsigned)).status).toBe(403);
  await seller.api.call('endStream', { params: { id: stream.id } });
  const replay = await eventually('the replay', () =>
    server
      .guest()
      .api.call('getReplay', { params: { id: stream.id } })
      .catch(() => null),
  );
  expect((await fetch(replay.url)).status).toBe(200);
  expect((await fetch(replay.url.replace(/\/s-[^/]+/, ''))).status).toBe(403);
  publisher.close();
});

test('a certificate that cannot be read or has another key is told as a wrong setting', async () => {
  const missing = { ...(await pemFiles(selfSigned())), RTMPS_CERT: '/nowhere/cert.pem' };
  await expect(startServer(missing)).rejects.toThrow('RTMPS_CERT: /nowhere/cert.pem cannot be read (ENOENT)');
  const mixed = startServer(await pemFiles({ ...selfSigned(), key: selfSigned().key }));
  await expect(mixed).rejects.toBeInstanceOf(ConfigError);
  await expect(mixed).rejects.toThrow('Use a certificate and its own key.');
});
