import type { IncomingHttpHeaders } from 'node:http';
import { StripeApiError } from './api-error.ts';
import { equalSecrets } from './client-side.ts';

export interface Keys {
  secretKey: string;
  publishableKey: string;
}

const unauthorized = (message: string) => new StripeApiError(401, { type: 'invalid_request_error', message });

/**
 * Tells whose key came with a request: in `Authorization` (Bearer, or Basic with the key as the user name), or, for
 * the publishable key alone, in the parameter `key`, as Stripe.js sends it. Throws 401.
 * https://docs.stripe.com/api/authentication
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  keyParameter: string | undefined,
  keys: Keys,
): 'secret' | 'publishable' {
  const header = keyFromHeader(headers.authorization);
  const key = header ?? keyParameter;
  if (!key) throw unauthorized('You did not provide an API key.');
  if (header !== undefined && equalSecrets(header, keys.secretKey)) return 'secret';
  if (equalSecrets(key, keys.publishableKey)) return 'publishable';
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(12)}`);
}

function keyFromHeader(header: string | undefined): string | undefined {
  const [scheme, credentials] = header?.split(' ') ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(credentials, 'base64').toString().split(':')[0];
  return undefined;
}

export const secretKeyRequired = (): StripeApiError =>
  new StripeApiError(403, {
    type: 'invalid_request_error',
    code: 'secret_key_required',
    message: 'This call cannot be made with a publishable key.',
  });
