import { findRoute } from './routes.ts';

const CHALLENGE = /^\/3d_secure\/[A-Za-z0-9_]{1,80}(\/(complete|fail))?$/;

/**
 * Whether a buyer's device may be let through to the emulator with this call: confirm and retrieve of a PaymentIntent
 * (publishable key and client secret), and the 3D Secure page. `path` is what follows the proxy's prefix, begins with
 * `/`, has no query, and is compared as it stands: escapes and dots never match. The secret key's calls and the
 * control port are not among them.
 */
export function isClientSideStripeCall(method: string, path: string): boolean {
  if (CHALLENGE.test(path)) return method === (path.split('/').length === 3 ? 'GET' : 'POST');
  if (method !== 'OPTIONS') return findRoute(method, path)?.isClientSide ?? false;
  return ['GET', 'POST'].some((allowed) => findRoute(allowed, path)?.isClientSide);
}
