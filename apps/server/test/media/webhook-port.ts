import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MediaWebhooks } from '../../src/media/media-webhooks.ts';

/** Takes what a cloud posts, as the server's own route does: 200, or 400 for what is refused. */
export async function openWebhookPort(
  provider: 'ivs' | 'mux',
  webhooks: MediaWebhooks,
  resources: AsyncDisposableStack,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = { rawBody: Buffer.concat(chunks), headers: request.headers };
    await webhooks.receive(provider, delivery).then(
      () => response.writeHead(200).end(),
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  resources.defer(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
