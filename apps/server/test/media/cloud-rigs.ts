import { generateKeyPairSync } from 'node:crypto';
import { IvsEmulator, MuxEmulator } from '@vybekart/emulators';
import { ChannelBook } from '../../src/media/channel-book.ts';
import { IvsMedia } from '../../src/media/ivs-media.ts';
import { IvsRecordings } from '../../src/media/ivs-recordings.ts';
import { IvsWebhooks, ivsSecretHeader } from '../../src/media/ivs-webhooks.ts';
import type { MediaProvider } from '../../src/media/media-provider.ts';
import { MuxMedia } from '../../src/media/mux-media.ts';
import { MuxWebhooks } from '../../src/media/mux-webhooks.ts';
import { PlaybackTokens } from '../../src/media/playback-tokens.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { type MediaRig, openRigDatabase, quiet, type RigEncoder } from './media-rig.ts';
import { openWebhookPort } from './webhook-port.ts';

export const ivsSecret = 'shared with EventBridge alone';
const clock = new SystemClock();
const pem = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
const spki = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;

/** A P-384 pair, as IVS imports for private channels. */
export const ivsPlaybackKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-384', ...pem, ...spki });
/** An RSA pair, as Mux makes for signed playback ids. */
export const muxSigningKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048, ...pem, ...spki });

interface Connectable {
  connect(streamKey: string): string;
  isConnected(encoder: string): boolean;
}

function rigOf(
  media: MediaProvider,
  database: Database,
  cloud: Connectable,
  drop: (encoder: string) => void,
  resources: AsyncDisposableStack,
): MediaRig {
  const rig: MediaRig = {
    media,
    events: [],
    hearsEvents: true,
    database,
    patienceMs: 10_000,
    async publish({ streamKey }): Promise<RigEncoder> {
      const encoder = cloud.connect(streamKey);
      return {
        isConnected: async () => cloud.isConnected(encoder),
        drop: async () => drop(encoder),
      };
    },
    issueKey: (resource) => media.issueKey(resource),
    stop: (resource) => media.stop(resource, 'over'),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
  media.onEvent((event) => rig.events.push(event));
  return rig;
}

/** IVS with private channels, recorded, its events posted here. */
export async function openIvsRig(): Promise<MediaRig & { emulator: IvsEmulator }> {
  const resources = new AsyncDisposableStack();
  const keys = ivsPlaybackKeys();
  const emulator = await IvsEmulator.start({ playbackPublicKey: keys.publicKey });
  resources.defer(() => emulator.close());
  const { credentials, recordingConfigurationArn: configurationArn } = emulator;
  const region = 'us-west-2';
  const database = await openRigDatabase(resources);
  const media = resources.use(
    await IvsMedia.open({
      region,
      credentials,
      endpoint: emulator.url,
      channelType: 'STANDARD',
      recording: {
        configurationArn,
        recordings: await IvsRecordings.open({
          region,
          credentials,
          endpoint: emulator.url,
          bucket: emulator.bucket.name,
          publicUrl: `${emulator.url}/distribution`,
        }),
      },
      tokens: new PlaybackTokens('ES384', keys.privateKey, {}, clock),
      book: new ChannelBook(database, 'ivs'),
      clock,
      log: quiet,
      maxAgeMs: 500,
    }),
  );
  const url = await openWebhookPort('ivs', new IvsWebhooks(media, ivsSecret), resources);
  emulator.postEventsTo(url, { name: ivsSecretHeader, value: ivsSecret });
  const drop = (encoder: string) => emulator.cloud.drop(encoder);
  return Object.assign(rigOf(media, database, emulator.cloud, drop, resources), { emulator });
}

/** Mux with signed playback ids, its webhooks posted here. */
export async function openMuxRig(): Promise<MediaRig & { emulator: MuxEmulator }> {
  const resources = new AsyncDisposableStack();
  const keys = muxSigningKeys();
  const emulator = await MuxEmulator.start({ signingPublicKey: keys.publicKey });
  resources.defer(() => emulator.close());
  const database = await openRigDatabase(resources);
  const media = await MuxMedia.open({
    ...emulator.credentials,
    webhookSecret: emulator.webhookSecret,
    apiBase: emulator.url,
    playbackUrl: emulator.url,
    isRecorded: true,
    tokens: new PlaybackTokens('RS256', keys.privateKey, { kid: 'signing-key' }, clock),
    book: new ChannelBook(database, 'mux'),
    clock,
    log: quiet,
    maxAgeMs: 500,
  });
  emulator.postEventsTo(await openWebhookPort('mux', new MuxWebhooks(media), resources));
  const drop = (encoder: string) => emulator.cloud.disconnect(encoder);
  return Object.assign(rigOf(media, database, emulator.cloud, drop, resources), { emulator });
}
