import path from 'node:path';
import type { Config } from '../config.ts';
import { EmbeddedMedia } from '../media/embedded-media.ts';
import type { Clock } from '../platform/clock.ts';
import type { PinoLog } from '../platform/log.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import { type HttpListener, portError } from './http-listener.ts';

/** Who takes and serves the video. */
export async function openMedia(
  config: Config,
  parts: { listener: HttpListener; address: PublicAddress; clock: Clock; log: PinoLog },
  resources: AsyncDisposableStack,
): Promise<{ media: EmbeddedMedia; rtmpPort: number; report: string }> {
  const { isOn, maxBytes } = config.recording;
  const directory = path.join(config.dataDir, 'recordings');
  const media = resources.use(
    new EmbeddedMedia({
      ...parts,
      recording: { directory, isOn, runningBytes: maxBytes },
      takesThumbnails: config.thumbnails,
    }),
  );
  const rtmpPort = await media.listen(config.rtmpPort, config.host).catch((error: unknown) => {
    throw portError('RTMP_PORT', config.rtmpPort, config.host, error);
  });
  parts.listener.addRawHandler((request, response) => media.handleHttp(request, response));
  return {
    media,
    rtmpPort,
    report: `embedded, rtmp://${parts.address.hostname}:${rtmpPort}/live in, ${parts.address.url}/hls/ out, ${isOn ? directory : 'not recorded'}`,
  };
}
