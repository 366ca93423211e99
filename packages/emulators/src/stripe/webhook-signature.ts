import { createHmac } from 'node:crypto';

/**
 * `t=<seconds>,v1=<hex>[,v1=..],v0=<hex>`: one v1 for each secret (two while a secret is being rotated), and the
 * meaningless v0 that test mode sends. https://docs.stripe.com/webhooks/signature
 */
export function signWebhook(payload: string, secrets: readonly string[], atSeconds: number): string {
  const sign = (secret: string) =>
    createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex');
  const real = secrets.map((secret) => `v1=${sign(secret)}`);
  return [`t=${atSeconds}`, ...real, `v0=${sign('v0 is never to be trusted')}`].join(',');
}
