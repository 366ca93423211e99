import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';

const hashOf = { ES384: 'sha384', RS256: 'sha256' } as const;
const hourS = 3600;
const validHours = 12;
const maxTokens = 10_000;

/**
 * JSON web tokens (RFC 7519) that let a player in. A token is the same for all who ask within an hour and is valid
 * for at least eleven more, so that addresses with it can be cached and outlast any show.
 */
export class PlaybackTokens {
  readonly #key: KeyObject;
  readonly #tokens = new Map<string, string>();
  #expiresAt = 0;

  constructor(
    private readonly algorithm: keyof typeof hashOf,
    privateKey: string,
    private readonly header: Readonly<Record<string, string>>,
    private readonly clock: Clock,
  ) {
    this.#key = createPrivateKey(privateKey);
  }

  of(claims: Readonly<Record<string, string>>): string {
    const expiresAt = (Math.floor(this.clock.now().getTime() / 1000 / hourS) + 1 + validHours) * hourS;
    if (expiresAt !== this.#expiresAt || this.#tokens.size >= maxTokens) this.#tokens.clear();
    this.#expiresAt = expiresAt;
    const name = JSON.stringify(claims);
    const token = this.#tokens.get(name) ?? this.#sign({ ...claims, exp: expiresAt });
    this.#tokens.set(name, token);
    return token;
  }

  #sign(claims: object): string {
    const header = { alg: this.algorithm, typ: 'JWT', ...this.header };
    const text = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: this.#key, dsaEncoding: 'ieee-p1363' as const };
    return `${text}.${sign(hashOf[this.algorithm], Buffer.from(text), key).toString('base64url')}`;
  }
}
