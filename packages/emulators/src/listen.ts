import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts to listen and tells where; rejects when the address is taken. */
export function listen(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { port: actualPort } = server.address() as AddressInfo;
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`, port: actualPort });
    });
  });
}
