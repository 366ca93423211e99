import { hash } from 'node:crypto';
import { StripeApiError } from './api-error.ts';
import type { StoredAnswer } from './ledger.ts';
import type { OrderedCollection } from './ordered-collection.ts';

const MAX_KEY_LENGTH = 255;

/** Method, path and parameters of a request, in whatever order it gave them. */
export function fingerprintOf(method: string, path: string, pairs: [name: string, value: string][]): string {
  const parameters = pairs.map(([name, value]) => `${name}=${value}`).sort();
  return hash('sha256', [method, path, ...parameters].join('\n'), 'base64url');
}

/**
 * The first answer to a key is the answer for at least a day, whatever it was, once an endpoint had begun its work.
 * https://docs.stripe.com/api/idempotent_requests
 */
export class IdempotencyLayer {
  readonly #answers: OrderedCollection<StoredAnswer>;
  readonly #inFlight = new Set<string>();

  constructor(answers: OrderedCollection<StoredAnswer>) {
    this.#answers = answers;
  }

  /**
   * Returns the stored answer of the key, or `null` after having taken the key for this request.
   * Throws 400 for a key used with other parameters, 409 for one that another request holds.
   */
  begin(key: string, fingerprint: string): StoredAnswer | null {
    if (key.length > MAX_KEY_LENGTH) {
      throw new StripeApiError(400, {
        type: 'idempotency_error',
        message: `An idempotency key has at most ${MAX_KEY_LENGTH} characters.`,
      });
    }
    if (this.#inFlight.has(key)) {
      throw new StripeApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `Another request with the idempotency key '${key}' is being worked on.`,
      });
    }
    const stored = this.#answers.get(key);
    if (!stored) {
      this.#inFlight.add(key);
      return null;
    }
    if (stored.fingerprint !== fingerprint) {
      throw new StripeApiError(400, {
        type: 'idempotency_error',
        message: `The idempotency key '${key}' was first used with another endpoint or other parameters.`,
      });
    }
    return stored;
  }

  end(key: string): void {
    this.#inFlight.delete(key);
  }
}
