import type { EmbeddedMedia } from '../media/embedded-media.ts';
import type { ClientAddress } from '../platform/client-address.ts';
import type { OriginPolicy } from '../platform/origin-policy.ts';
import type { HttpListener } from './http-listener.ts';

interface Parts {
  listener: HttpListener;
  origins: OriginPolicy;
  addresses: ClientAddress;
}

const ingestPath = '/ingest';

/** Lets the pages of this platform, and of no other, publish at `/ingest`. */
export function takeBrowsers(media: EmbeddedMedia, { listener, origins, addresses }: Parts): void {
  listener.addUpgradeHandler((request, socket, head) => {
    if (request.url?.split('?', 1)[0] !== ingestPath) return false;
    const { origin, host } = request.headers;
    if (origins.isAllowed(origin, host)) {
      media.handleUpgrade(request, socket, head, addresses.of(request));
    } else {
      socket.on('error', () => {});
      socket.once('finish', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
    return true;
  });
}
