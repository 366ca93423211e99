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
let token: string;

beforeEach(async () => {
  laterMs = 0;
  session = { userId, shopId: null };
  const clock = new (class extends SystemClock {
    override now(): Date {
      return new Date(Date.now() + laterMs);
    }
  })();
  tokens = new AccessTokens(keys, { find: async () => session } as unknown as SessionCache, clock);
  ({ token } = await tokens.issue(userId, sessionId));
  await tokens.verify(token);
});

const code = (value: string) =>
  tokens.verify(value).then(
    () => 'valid',
    (error) => error.code,
  );

test('a token that was seen before is believed until it expires, and not a moment longer', async () => {
  laterMs = 10 * 60_000;
  expect(await code(token)).toBe('valid');
  laterMs += 31_000;
  expect(await code(token)).toBe('token_expired');
  expect(await code(token)).toBe('token_expired');
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
  expect(await code(`${head}.${other}.${signature}`)).toBe('unauthorized');
  expect(await code(`${token.slice(0, -2)}AA`)).toBe('unauthorized');
});
