import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ChannelBook } from '../../src/media/channel-book.ts';
import { IvsMedia } from '../../src/media/ivs-media.ts';
import { IvsRecordings } from '../../src/media/ivs-recordings.ts';
import type { MediaProvider } from '../../src/media/media-provider.ts';
import { MuxMedia } from '../../src/media/mux-media.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { type MediaRig, openRigDatabase, quiet, type RigEncoder } from './media-rig.ts';

type Environment = Record<string, string | undefined>;

const show = fileURLToPath(new URL('../../../../packages/media/test/fixtures/show.flv', import.meta.url));
const clock = new SystemClock();

/**
 * The real IVS and Mux, for whoever sets their keys: CONTRACT_IVS_REGION, CONTRACT_IVS_KEY_ID, CONTRACT_IVS_SECRET,
 * CONTRACT_IVS_RECORDING_ARN, CONTRACT_IVS_RECORDING_BUCKET, CONTRACT_IVS_RECORDING_URL, and CONTRACT_MUX_TOKEN_ID,
 * CONTRACT_MUX_TOKEN_SECRET. It costs a few minutes of streaming and leaves channels behind, which may be deleted.
 */
export function realClouds(environment: Environment): Record<string, () => Promise<MediaRig>> {
  const { CONTRACT_IVS_KEY_ID, CONTRACT_MUX_TOKEN_ID } = environment;
  return {
    ...(CONTRACT_IVS_KEY_ID ? { 'Amazon IVS (the real one)': () => openIvs(environment) } : {}),
    ...(CONTRACT_MUX_TOKEN_ID ? { 'Mux (the real one)': () => openMux(environment) } : {}),
  };
}

async function openIvs(environment: Environment): Promise<MediaRig> {
  const resources = new AsyncDisposableStack();
  const database = await openRigDatabase(resources);
  const of = (name: string) => String(environment[`CONTRACT_IVS_${name}`]);
  const region = of('REGION');
  const credentials = { accessKeyId: of('KEY_ID'), secretAccessKey: of('SECRET') };
  const media = resources.use(
    await IvsMedia.open({
      region,
      credentials,
      endpoint: null,
      channelType: 'BASIC',
      recording: {
        configurationArn: of('RECORDING_ARN'),
        recordings: await IvsRecordings.open({
          region,
          credentials,
          endpoint: null,
          bucket: of('RECORDING_BUCKET'),
          publicUrl: of('RECORDING_URL'),
        }),
      },
      tokens: null,
      book: new ChannelBook(database, 'ivs'),
      clock,
      log: quiet,
    }),
  );
  return rigOf(media, database, resources);
}

async function openMux(environment: Environment): Promise<MediaRig> {
  const resources = new AsyncDisposableStack();
  const database = await openRigDatabase(resources);
  const media = await MuxMedia.open({
    tokenId: String(environment.CONTRACT_MUX_TOKEN_ID),
    tokenSecret: String(environment.CONTRACT_MUX_TOKEN_SECRET),
    webhookSecret: null,
    apiBase: null,
    playbackUrl: 'https://stream.mux.com',
    isRecorded: true,
    tokens: null,
    book: new ChannelBook(database, 'mux'),
    clock,
    log: quiet,
  });
  return rigOf(media, database, resources);
}

function rigOf(
  media: MediaProvider,
  database: MediaRig['database'],
  resources: AsyncDisposableStack,
): MediaRig {
  return {
    media,
    events: [],
    hearsEvents: false,
    database,
    patienceMs: 120_000,
    async publish({ url, streamKey }) {
      const encoder = await startFfmpeg(`${url.replace(/\/$/, '')}/${streamKey}`);
      resources.defer(() => encoder.drop());
      return encoder;
    },
    issueKey: (resource) => media.issueKey(resource),
    stop: (resource) => media.stop(resource, 'over'),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Resolves when the first frames are sent; rejects when ffmpeg ends before that. */
async function startFfmpeg(target: string): Promise<RigEncoder> {
  const input = ['-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', show];
  const child = spawn('ffmpeg', [...input, '-c', 'copy', '-progress', 'pipe:1', '-f', 'flv', target], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const isRefused = exited.then(() => {
    throw new Error('the provider took no video');
  });
  const isSending = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => /frame=[5-9]\d/.test(String(text)) && resolve());
  });
  await Promise.race([isSending, isRefused]);
  isRefused.catch(() => {});
  return {
    isConnected: async () => child.exitCode === null && child.signalCode === null,
    async drop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
