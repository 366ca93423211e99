// Our media server in a process of its own: tells its ports and, when asked, what it costs; ends with its parent.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MediaServer } from '@vybekart/media';

const media = new MediaServer({
  authorize: async (streamKey) => ({ playbackId: streamKey }),
  on: () => {},
  // All encoders of a benchmark come from one address.
  limits: { connectionsPerAddress: 1_000 },
});
const rtmpPort = await media.listenRtmp(0, '127.0.0.1');
const server = createServer((request, response) => {
  if (!media.handleHttp(request, response)) response.writeHead(404).end();
});
server.on('upgrade', (request, socket, head) => media.handleUpgrade(request, socket, head, '127.0.0.1'));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ rtmpPort, httpPort: (server.address() as AddressInfo).port });
});
process.on('message', (question) => {
  if (question === 'memory') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.(question === 'memory' ? process.memoryUsage.rss() : user + system);
});
process.on('disconnect', () => process.exit(0));
