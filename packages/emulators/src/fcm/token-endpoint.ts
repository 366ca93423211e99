import { type KeyObject, verify } from 'node:crypto';
import { type Clock, unixSeconds } from '../clock.ts';
import { type RandomBytes, randomText } from '../random.ts';
import type { ServiceAccount } from './service-account.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LONGEST_ASSERTION_SECONDS = 3600;
const CLOCK_SKEW_SECONDS = 60;
const TOKEN_SECONDS = 3600;
const MAX_TOKENS = 1000;
const SCOPES = [
  'https://www.googleapis.com/auth/firebase.messaging',
  'https://www.googleapis.com/auth/cloud-platform',
];

export interface TokenAnswer {
  status: number;
  body: object;
}

const refuse = (error: string, description: string): TokenAnswer => ({
  status: 400,
  body: { error, error_description: description },
});

/**
 * `POST /token`: an access token for a signed assertion (RFC 7523), valid for an hour.
 * https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 */
export class TokenEndpoint {
  readonly #account: ServiceAccount;
  readonly #publicKey: KeyObject;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** Access token to its end, in milliseconds. */
  readonly #tokens = new Map<string, number>();

  constructor(account: ServiceAccount, publicKey: KeyObject, clock: Clock, random: RandomBytes) {
    this.#account = account;
    this.#publicKey = publicKey;
    this.#clock = clock;
    this.#random = random;
  }

  /** `body` is the form-encoded request. */
  exchange(body: string): TokenAnswer {
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== GRANT_TYPE) {
      return refuse('unsupported_grant_type', `The only grant_type is ${GRANT_TYPE}.`);
    }
    const flaw = this.#flawOf(form.get('assertion') ?? '');
    if (flaw) return refuse(flaw.error, flaw.description);
    const token = `ya29.${randomText(this.#random, 60)}`;
    this.#tokens.set(token, this.#clock.now() + TOKEN_SECONDS * 1000);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= MAX_TOKENS) break;
      this.#tokens.delete(oldest);
    }
    return {
      status: 200,
      body: { access_token: token, expires_in: TOKEN_SECONDS - 1, token_type: 'Bearer' },
    };
  }

  isValid(accessToken: string): boolean {
    return (this.#tokens.get(accessToken) ?? 0) > this.#clock.now();
  }

  revokeAll(): void {
    this.#tokens.clear();
  }

  #flawOf(assertion: string): { error: string; description: string } | null {
    const invalid = (description: string) => ({ error: 'invalid_grant', description });
    const [head, claims, signature, ...rest] = assertion.split('.');
    if (!head || !claims || !signature || rest.length > 0) return invalid('The assertion is not a JWT.');
    const { alg, kid } = decodeJson(head);
    if (alg !== 'RS256') return invalid('The assertion must be signed with RS256.');
    if (kid !== undefined && kid !== this.#account.private_key_id) return invalid('Unknown kid.');
    const signed = Buffer.from(`${head}.${claims}`);
    if (!verify('RSA-SHA256', signed, this.#publicKey, Buffer.from(signature, 'base64url'))) {
      return invalid('Invalid JWT signature.');
    }
    const { iss, aud, scope, iat, exp } = decodeJson(claims);
    const now = unixSeconds(this.#clock);
    if (iss !== this.#account.client_email) return invalid('iss is not the service account.');
    if (aud !== this.#account.token_uri) return invalid('aud is not the token_uri.');
    if (typeof iat !== 'number' || typeof exp !== 'number') return invalid('iat and exp are needed.');
    if (exp - iat > LONGEST_ASSERTION_SECONDS)
      return invalid('The assertion is valid for more than an hour.');
    if (iat > now + CLOCK_SKEW_SECONDS || exp < now - CLOCK_SKEW_SECONDS) {
      return invalid('The assertion is not valid now: check iat, exp and the clock.');
    }
    if (typeof scope !== 'string' || !scope.split(' ').some((one) => SCOPES.includes(one))) {
      return { error: 'invalid_scope', description: `The scope must include ${SCOPES[0]}.` };
    }
    return null;
  }
}

/** The members of a JSON object in base64url; none when it is anything else. */
function decodeJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
