import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedMedia } from '../../src/media/embedded-media.ts';
import type { MediaResource } from '../../src/media/media-provider.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { PublicAddress } from '../../src/platform/public-address.ts';
import { startEncoder } from '../streams/encoder.ts';
import { type MediaRig, openRigDatabase, quiet } from './media-rig.ts';

/** Our own media server, with encoders over RTMP and viewers over HTTP. */
export async function openEmbeddedRig(): Promise<MediaRig> {
  const resources = new AsyncDisposableStack();
  const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-media-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const server = createServer((request, response) => {
    if (!media.handleHttp(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  resources.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = new PublicAddress(null);
  address.listening((server.address() as AddressInfo).port, '127.0.0.1');
  const media: EmbeddedMedia = resources.use(
    await EmbeddedMedia.open({
      address,
      clock: new SystemClock(),
      log: quiet,
      recording: { directory, isOn: true, runningBytes: 100_000_000 },
      takesThumbnails: false,
      ladderShows: 0,
      runsIn: 'main',
      publicUrl: null,
      playbackSecret: 'a secret of this rig',
      signs: 'private',
    }),
  );
  const rtmpPort = await media.listen(0, '127.0.0.1');
  const rig: MediaRig = {
    media,
    events: [],
    hearsEvents: true,
    database: await openRigDatabase(resources),
    patienceMs: 20_000,
    async publish({ streamKey }) {
      const encoder = await startEncoder(rtmpPort, streamKey);
      resources.defer(async () => encoder.stop());
      let isConnected = true;
      void encoder.closed.then(() => {
        isConnected = false;
      });
      return {
        isConnected: async () => isConnected,
        drop: async () => encoder.stop(),
      };
    },
    async issueKey(from) {
      const { ingest, resource } = await media.issueKey(from);
      for (const [key, { id }] of keys) if (id === resource.id) keys.delete(key);
      keys.set(ingest.streamKey, resource);
      await media.disconnect(resource, 'a new key');
      return { ingest, resource };
    },
    async stop(resource) {
      for (const [key, { id }] of keys) if (id === resource.id) keys.delete(key);
      await media.stop(resource);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
  const keys = new Map<string, MediaResource>();
  media.authorizeBy(async (streamKey) => keys.get(streamKey) ?? { refused: 'unknown' });
  media.onEvent((event) => rig.events.push(event));
  return rig;
}
