import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { ChannelBook } from '../media/channel-book.ts';
import { EmbeddedMedia } from '../media/embedded-media.ts';
import { IvsMedia } from '../media/ivs-media.ts';
import { IvsRecordings } from '../media/ivs-recordings.ts';
import { IvsWebhooks } from '../media/ivs-webhooks.ts';
import type { MediaProvider } from '../media/media-provider.ts';
import { type MediaWebhooks, NoMediaWebhooks } from '../media/media-webhooks.ts';
import { MuxMedia } from '../media/mux-media.ts';
import { MuxWebhooks } from '../media/mux-webhooks.ts';
import { PlaybackTokens } from '../media/playback-tokens.ts';
import { ClientAddress } from '../platform/client-address.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { PinoLog } from '../platform/log.ts';
import type { OriginPolicy } from '../platform/origin-policy.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import type { VideoConfig } from '../video-settings.ts';
import { takeBrowsers } from './browser-ingest.ts';
import { type HttpListener, portError } from './http-listener.ts';
import { signingSecret } from './signing-secret.ts';

interface Parts {
  listener: HttpListener;
  address: PublicAddress;
  origins: OriginPolicy;
  database: Database;
  clock: Clock;
  log: PinoLog;
}

interface OpenedMedia {
  media: MediaProvider;
  webhooks: MediaWebhooks;
  /** 0 where encoders publish to a cloud. */
  rtmpPort: number;
  /** Where browsers load video and pictures from, besides this server. */
  contentOrigins: string[];
  /** Whether pages need Amazon's player, which is WebAssembly. */
  needsWebAssembly: boolean;
  report: string;
}

/** Beside the sources as a source, beside the bundle as a build. */
const s3Archive = new URL(
  import.meta.url.endsWith('.ts') ? '../media/s3-archive.ts' : './s3-archive.js',
  import.meta.url,
);

/** Who takes and serves the video. */
export async function openMedia(
  config: Config,
  parts: Parts,
  resources: AsyncDisposableStack,
): Promise<OpenedMedia> {
  switch (config.media.kind) {
    case 'embedded':
      return openEmbedded(config, config.media, parts, resources);
    case 'ivs':
      return openIvs(config.media, parts, resources);
    case 'mux':
      return openMux(config.media, config.recording.isOn, parts);
  }
}

async function openEmbedded(
  config: Config,
  settings: Extract<VideoConfig, { kind: 'embedded' }>,
  parts: Parts,
  resources: AsyncDisposableStack,
): Promise<OpenedMedia> {
  const { isOn, maxBytes } = config.recording;
  const { runsIn, publicUrl, isSigned } = settings;
  const directory = path.join(config.dataDir, 'recordings');
  const media = resources.use(
    await EmbeddedMedia.open({
      ...parts,
      runsIn,
      publicUrl,
      playbackSecret: await signingSecret(config.jwtSecret, config.dataDir),
      signs: isSigned ? 'all' : 'private',
      recording: {
        directory,
        isOn,
        runningBytes: maxBytes,
        archive: config.s3 && { url: s3Archive.href, settings: config.s3 },
      },
      takesThumbnails: config.thumbnails,
      ladderShows: config.ladderShows,
    }),
  );
  const rtmpPort = await media.listen(config.rtmpPort, config.host).catch((error: unknown) => {
    throw portError('RTMP_PORT', config.rtmpPort, config.host, error);
  });
  const secure = await openRtmps(config, media, parts.address.hostname);
  takeBrowsers(media, { ...parts, addresses: new ClientAddress(config.trustedProxies) });
  if (runsIn === 'main') {
    parts.listener.addRawHandler((request, response) => media.handleHttp(request, response));
  } else {
    await media.listenHttp(settings.port, config.host).catch((error: unknown) => {
      throw portError('MEDIA_PORT', settings.port, config.host, error);
    });
  }
  return {
    media,
    webhooks: new NoMediaWebhooks(),
    rtmpPort,
    contentOrigins: [new URL(media.url).origin],
    needsWebAssembly: false,
    report: `embedded${runsIn === 'main' ? '' : ` in a ${runsIn} of its own`}, rtmp://${parts.address.hostname}:${rtmpPort}/live${secure} in, ${media.url}/hls/ out, ${isOn ? directory : 'not recorded'}`,
  };
}

async function openIvs(
  settings: Extract<VideoConfig, { kind: 'ivs' }>,
  { database, clock, log }: Parts,
  resources: AsyncDisposableStack,
): Promise<OpenedMedia> {
  const { region, credentials, recording, playbackKey, webhookSecret, endpoint } = settings;
  const media = resources.use(
    await IvsMedia.open({
      ...settings,
      recording: recording && {
        configurationArn: recording.configurationArn,
        recordings: await IvsRecordings.open({ region, credentials, ...recording }),
      },
      tokens: playbackKey === null ? null : new PlaybackTokens('ES384', playbackKey, {}, clock),
      book: new ChannelBook(database, 'ivs'),
      clock,
      log,
    }),
  );
  const events = webhookSecret === null ? 'channels are asked' : 'events to /webhooks/ivs';
  return {
    media,
    webhooks: webhookSecret === null ? new NoMediaWebhooks() : new IvsWebhooks(media, webhookSecret),
    rtmpPort: 0,
    contentOrigins: [
      'https://*.live-video.net',
      ...(recording ? [originOf(recording.publicUrl)] : []),
      ...(endpoint === null ? [] : [originOf(endpoint)]),
    ],
    needsWebAssembly: true,
    report: `AWS IVS in ${region}, ${events}, ${recording ? `recorded to ${recording.bucket}` : 'not recorded'}`,
  };
}

async function openMux(
  settings: Extract<VideoConfig, { kind: 'mux' }>,
  isRecorded: boolean,
  { database, clock, log }: Parts,
): Promise<OpenedMedia> {
  const { signing, webhookSecret, playbackUrl } = settings;
  const media = await MuxMedia.open({
    ...settings,
    isRecorded,
    tokens: signing && new PlaybackTokens('RS256', signing.privateKey, { kid: signing.keyId }, clock),
    book: new ChannelBook(database, 'mux'),
    clock,
    log,
  });
  const events = webhookSecret === null ? 'live streams are asked' : 'webhooks to /webhooks/mux';
  return {
    media,
    webhooks: webhookSecret === null ? new NoMediaWebhooks() : new MuxWebhooks(media),
    rtmpPort: 0,
    contentOrigins: ['https://*.mux.com', originOf(playbackUrl)],
    needsWebAssembly: false,
    report: `Mux, ${events}`,
  };
}

const originOf = (url: string) => new URL(url).origin;

/** The second door of encoders, told for the report; empty where there is none. */
async function openRtmps({ rtmps, host }: Config, media: EmbeddedMedia, hostname: string): Promise<string> {
  if (!rtmps) return '';
  const read = (name: string, file: string) =>
    readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new ConfigError(`${name}: ${file} cannot be read (${error.code}). Use a PEM file.`);
    });
  const cert = await read('RTMPS_CERT', rtmps.certFile);
  const key = await read('RTMPS_KEY', rtmps.keyFile);
  const port = await media
    .listenTls(rtmps.port, host, { cert, key })
    .catch((error: NodeJS.ErrnoException) => {
      if (!error.code?.startsWith('ERR_')) throw portError('RTMPS_PORT', rtmps.port, host, error);
      throw new ConfigError(`RTMPS_CERT and RTMPS_KEY: ${error.message}. Use a certificate and its own key.`);
    });
  return ` and rtmps://${hostname}:${port}/live`;
}
