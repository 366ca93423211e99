import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { SessionCache } from './session-cache.ts';

const issuer = 'vybekart';
const audience = 'vybekart-api';
const lifetimeMs = 10 * 60_000;
const maxTokenLength = 8192;
const clockToleranceMs = 30_000;
const maxRemembered = 10_000;
// The fixed part of a PKCS #8 Ed25519 key before its 32-byte seed (RFC 8410 section 7).
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Key material that every node derives alike from the one configured secret. */
export class SessionKeys {
  readonly signing: KeyObject;
  readonly verifying: KeyObject;
  readonly refreshChild: Buffer;
  readonly keyId: string;

  constructor(secret: string) {
    const derive = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', secret, '', `vybekart ${purpose}`, 32));
    this.signing = createPrivateKey({
      key: Buffer.concat([pkcs8Prefix, derive('access token signing')]),
      format: 'der',
      type: 'pkcs8',
    });
    this.verifying = createPublicKey(this.signing);
    this.refreshChild = derive('refresh token rotation');
    const publicDer = this.verifying.export({ format: 'der', type: 'spki' });
    this.keyId = createHash('sha256').update(publicDer).digest('base64url').slice(0, 16);
  }
}

interface Claims {
  sub: string;
  sid: string;
  exp: number;
}

/** Access JWTs: EdDSA only, 10 minutes, `typ: at+jwt` (RFC 9068, RFC 8725). */
export class AccessTokens {
  /**
   * What tokens say that were issued here, or whose signature was checked: checking one costs more than everything else
   * about a request.
   */
  readonly #verified = new Map<string, Claims>();

  constructor(
    private readonly keys: SessionKeys,
    private readonly sessions: SessionCache,
    private readonly clock: Clock,
  ) {}

  async issue(userId: string, sessionId: string): Promise<{ token: string; expiresAt: Date }> {
    const now = this.clock.now().getTime();
    const expiresAt = new Date(now + lifetimeMs);
    const exp = Math.floor(expiresAt.getTime() / 1000);
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: this.keys.keyId })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setJti(newId(now))
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(exp)
      .sign(this.keys.signing);
    this.#remember(token, { sub: userId, sid: sessionId, exp });
    return { token, expiresAt };
  }

  /**
   * Who the token speaks for and until when. Throws `token_expired`, or `unauthorized` for anything else wrong with
   * it; a revoked session is refused within 5 s on every node and at once on the one that revoked it.
   */
  async verify(token: string): Promise<Caller & { expiresAt: Date }> {
    const claims = this.#verified.get(token) ?? this.#remember(token, await this.#check(token));
    if (claims.exp * 1000 + clockToleranceMs <= this.clock.now().getTime()) {
      this.#verified.delete(token);
      throw new AppError('token_expired');
    }
    const session = await this.sessions.find(claims.sid);
    if (!session || session.userId !== claims.sub) throw new AppError('unauthorized');
    return {
      userId: session.userId,
      sessionId: claims.sid,
      shopId: session.shopId,
      expiresAt: new Date(claims.exp * 1000),
    };
  }

  async #check(token: string): Promise<Claims> {
    if (token.length > maxTokenLength) throw new AppError('unauthorized');
    try {
      const { payload } = await jwtVerify(token, this.keys.verifying, {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        audience,
        clockTolerance: clockToleranceMs / 1000,
        currentDate: this.clock.now(),
        requiredClaims: ['sub', 'sid', 'exp', 'jti'],
      });
      return { sub: String(payload.sub), sid: String(payload.sid), exp: Number(payload.exp) };
    } catch (error) {
      throw new AppError(error instanceof errors.JWTExpired ? 'token_expired' : 'unauthorized');
    }
  }

  #remember(token: string, claims: Claims): Claims {
    const [oldest] = this.#verified.keys();
    if (this.#verified.size >= maxRemembered && oldest !== undefined) this.#verified.delete(oldest);
    this.#verified.set(token, claims);
    return claims;
  }
}
