import type { ServerResponse } from 'node:http';
import type { ApiAnswer } from './api-request.ts';

export const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-expose-headers': 'Request-Id, Idempotent-Replayed, Original-Request, Stripe-Should-Retry',
  'access-control-max-age': '300',
};

/** Sends an answer of the API, unless the exchange is already over. */
export function sendAnswer(
  response: ServerResponse,
  answer: ApiAnswer,
  requestId: string,
  version: string,
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, no-store',
    'request-id': requestId,
    'stripe-version': version,
    ...CORS_HEADERS,
    ...headers,
  });
  response.end(text);
}

/** Ends an exchange as a broken network or a broken proxy would. */
export function breakOff(
  response: ServerResponse,
  kind: 'timeout' | 'reset' | 'bad_gateway' | 'stalled_body',
): void {
  switch (kind) {
    case 'timeout':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'bad_gateway':
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>');
      return;
    case 'stalled_body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{');
  }
}
