import { beforeEach, expect, test } from 'vitest';
import { SystemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { AccessTokens, SessionKeys } from './access-tokens.ts';
import type { LiveSession, SessionCache } from './session-cache.ts';

const userId = newId();
const sessionId = newId();
const keys = new SessionKeys('a secret of this test');
let laterMs: number;
let session: LiveSession | null;
let tokens: AccessTokens;
/** Of another node with the same secret, which issued none of the tokens. */
let others: AccessTokens;
let token: string;

beforeEach(async () => {
  laterMs = 0;
  session = { userId, shopId: null };
  const clock = new (class extends SystemClock {
    override now(): Date {
      return new Date(Date.now() + laterMs);
    }
  })();
  const sessions = { find: async () => session } as unknown as SessionCache;
  tokens = new AccessTokens(keys, sessions, clock);
  others = new AccessTokens(new SessionKeys('a secret of this test'), sessions, clock);
  ({ token } = await tokens.issue(userId, sessionId));
  await tokens.verify(token);
});

const code = (value: string, at = tokens) =>
  at.verify(value).then(
    () => 'valid',
    (error) => error.code,
  );

test('a token is believed by every node with the same secret, and says the same on each', async () => {
  expect(await others.verify(token)).toEqual(await tokens.verify(token));
  const strange = new SessionKeys('another secret');
  const forger = new AccessTokens(strange, { find: async () => session } as never, new SystemClock());
  const { token: forged } = await forger.issue(userId, sessionId);
  expect([await code(forged), await code(forged, others)]).toEqual(['unauthorized', 'unauthorized']);
});

test('a token that was seen before is believed until it expires, and not a moment longer', async () => {
  laterMs = 10 * 60_000;
  for (const at of [tokens, others]) expect(await code(token, at)).toBe('valid');
  laterMs += 31_000;
  for (const at of [tokens, tokens, others, others]) expect(await code(token, at)).toBe('token_expired');
});

test('a token that was seen before is refused once its session is revoked', async () => {
  session = null;
  expect(await code(token)).toBe('unauthorized');
});

test('a token that differs from one seen before in anything is refused', async () => {
  const [head, claims, signature] = token.split('.');
  const forged = JSON.parse(Buffer.from(String(claims), 'base64url').toString());
  forged.sub = newId();
  const other = Buffer.from(JSON.stringify(forged)).toString('base64url');
  // Not its end: the last characters of a signature are often the same, and only a part of their bits counts.
  const changed = `${signature?.startsWith('A') ? 'B' : 'A'}${signature?.slice(1)}`;
  for (const at of [tokens, others]) {
    expect(await code(`${head}.${other}.${signature}`, at)).toBe('unauthorized');
    expect(await code(`${head}.${claims}.${changed}`, at)).toBe('unauthorized');
  }
});
