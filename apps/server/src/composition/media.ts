import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { EmbeddedMedia } from '../media/embedded-media.ts';
import { ClientAddress } from '../platform/client-address.ts';
import type { Clock } from '../platform/clock.ts';
import type { PinoLog } from '../platform/log.ts';
import type { OriginPolicy } from '../platform/origin-policy.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import { takeBrowsers } from './browser-ingest.ts';
import { type HttpListener, portError } from './http-listener.ts';

/** Who takes and serves the video. */
export async function openMedia(
  config: Config,
  parts: {
    listener: HttpListener;
    address: PublicAddress;
    origins: OriginPolicy;
    clock: Clock;
    log: PinoLog;
  },
  resources: AsyncDisposableStack,
): Promise<{ media: EmbeddedMedia; rtmpPort: number; report: string }> {
  const { isOn, maxBytes } = config.recording;
  const { runsIn, publicUrl } = config.media;
  const directory = path.join(config.dataDir, 'recordings');
  const media = resources.use(
    await EmbeddedMedia.open({
      ...parts,
      runsIn,
      publicUrl,
      recording: { directory, isOn, runningBytes: maxBytes },
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
    await media.listenHttp(config.media.port, config.host).catch((error: unknown) => {
      throw portError('MEDIA_PORT', config.media.port, config.host, error);
    });
  }
  return {
    media,
    rtmpPort,
    report: `embedded${runsIn === 'main' ? '' : ` in a ${runsIn} of its own`}, rtmp://${parts.address.hostname}:${rtmpPort}/live${secure} in, ${media.url}/hls/ out, ${isOn ? directory : 'not recorded'}`,
  };
}

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
