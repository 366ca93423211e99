import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { isClientSideStripeCall } from '@vybekart/emulators';
import type { RawHandler } from './http-listener.ts';

export const stripeEmulatorPrefix = '/emulators/stripe';
const timeoutMs = 15_000;
/** Less than the 5 s after which the emulator closes an idle connection: a request must not meet its end. */
const idleMs = 4000;

/**
 * Lets buyers' devices reach the emulator on the server's own port, as they reach api.stripe.com: only the calls
 * that a publishable key may make, and the 3D Secure page.
 */
export function stripeEmulatorProxy(emulatorUrl: string): RawHandler & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: idleMs });
  const handler = (request: IncomingMessage, response: ServerResponse): boolean => {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    if (!path.startsWith(`${stripeEmulatorPrefix}/`)) return false;
    const emulatorPath = path.slice(stripeEmulatorPrefix.length);
    if (!isClientSideStripeCall(request.method ?? '', emulatorPath))
      return refuse(response, 404, 'not_found');
    const upstream = httpRequest(
      new URL(query === undefined ? emulatorPath : `${emulatorPath}?${query}`, emulatorUrl),
      { agent, method: request.method, headers: forwardedHeaders(request), timeout: timeoutMs },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    upstream.on('timeout', () => upstream.destroy(new Error('the payment emulator did not answer')));
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else refuse(response, 503, 'payment_unavailable');
    });
    request.on('error', () => upstream.destroy());
    request.pipe(upstream);
    return true;
  };
  return Object.assign(handler, { [Symbol.dispose]: () => agent.destroy() });
}

function forwardedHeaders(request: IncomingMessage) {
  const { host: _host, connection: _connection, authorization: _secret, ...headers } = request.headers;
  return headers;
}

function refuse(response: ServerResponse, status: number, code: string): true {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ status, code }));
  return true;
}
