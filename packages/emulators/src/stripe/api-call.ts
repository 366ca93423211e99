import type { IncomingMessage } from 'node:http';
import { StripeApiError } from './api-error.ts';
import { authenticate, type Keys } from './authentication.ts';
import { API_VERSION } from './event-objects.ts';
import { type FormMembers, nestPairs, parsePairs } from './form-body.ts';
import { fingerprintOf } from './idempotency.ts';

const VERSION = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/;

/** A request whose key and form are accepted. */
export interface ApiCall {
  method: string;
  path: string;
  parameters: FormMembers;
  caller: 'secret' | 'publishable';
  version: string;
  idempotency: { key: string; fingerprint: string } | null;
}

/** The version to answer with, whatever else is wrong with the request. */
export function versionOf(request: IncomingMessage): string {
  const given = request.headers['stripe-version']?.toString();
  return given !== undefined && VERSION.test(given) ? given : API_VERSION;
}

const malformed = (status: number, message: string) =>
  new StripeApiError(status, { type: 'invalid_request_error', message });

/**
 * Decodes a request; `body` is `null` when it was too long. Throws 400, 401 or 413. A buyer's device has a space of
 * idempotency keys of its own, so it can neither take a key of the account's owner nor read what is stored under it.
 */
export function decodeCall(
  request: IncomingMessage,
  path: string,
  query: string,
  body: Buffer | null,
  keys: Keys,
): ApiCall {
  const { headers, method = 'GET' } = request;
  if (body === null) throw malformed(413, 'The request is too large.');
  if (body.length > 0 && !headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw malformed(400, 'The body of a POST must be application/x-www-form-urlencoded.');
  }
  const given = parsePairs(method === 'POST' ? body.toString() : query);
  const keyParameter = given.find(([name]) => name === 'key')?.[1];
  const caller = authenticate(headers, keyParameter, keys);
  const version = versionOf(request);
  const wanted = headers['stripe-version'];
  if (wanted !== undefined && wanted !== version) {
    throw malformed(400, `Invalid Stripe API version: ${wanted.slice(0, 40)}`);
  }
  const pairs = keyParameter === undefined ? given : given.filter(([name]) => name !== 'key');
  const idempotencyKey = headers['idempotency-key']?.toString();
  return {
    method,
    path,
    parameters: nestPairs(pairs),
    caller,
    version,
    idempotency:
      method === 'POST' && idempotencyKey
        ? {
            key: caller === 'publishable' ? `publishable:${idempotencyKey}` : idempotencyKey,
            fingerprint: fingerprintOf(method, path, pairs),
          }
        : null,
  };
}
