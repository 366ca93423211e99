import Stripe from 'stripe';
import { AppError } from '../platform/app-error.ts';

const toleranceSeconds = 300;

/**
 * Throws `invalid_signature` unless one `v1` of the header signs exactly these bytes with the secret, at most 300 s
 * ago and at most 300 s ahead (docs.stripe.com/webhooks#verify-manually; the library accepts any future time).
 */
export function verifySignature(
  rawBody: Buffer,
  header: string | string[] | undefined,
  secret: string,
  now: Date,
): void {
  if (typeof header !== 'string') throw new AppError('invalid_signature');
  try {
    Stripe.webhooks.signature?.verifyHeader(
      rawBody,
      header,
      secret,
      toleranceSeconds,
      undefined,
      now.getTime(),
    );
  } catch (error) {
    throw new AppError('invalid_signature', {}, { cause: error });
  }
  const aheadSeconds = signedAtSeconds(header) - now.getTime() / 1000;
  if (!(aheadSeconds <= toleranceSeconds)) throw new AppError('invalid_signature');
}

/** The last `t` counts, as in the library. */
function signedAtSeconds(header: string): number {
  const times = header.split(',').flatMap((part) => (part.startsWith('t=') ? [part.slice(2)] : []));
  return Number.parseInt(times.at(-1) ?? '', 10);
}
