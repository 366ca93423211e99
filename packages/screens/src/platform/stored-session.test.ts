import type { Session } from '@vybekart/contract';
import { expect, test } from 'vitest';
import type { Storage } from './platform';
import { sessionStorageKey, storedSession } from './stored-session';

function aStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  };
}

const session: Session = {
  user: {
    id: '0190a000-0000-7000-8000-000000000001',
    email: 'asha@example.in',
    displayName: 'Asha',
    shop: null,
    createdAt: '2026-11-22T09:00:00.000Z',
  },
  accessToken: 'access',
  accessTokenExpiresAt: '2026-11-22T09:15:00.000Z',
  refreshToken: 'refresh',
};

test('a person stays signed in over a reload, and is gone after signing out', async () => {
  const storage = aStorage();
  await storedSession(storage).save(session);
  expect(await storedSession(storage).load()).toEqual(session);
  await storedSession(storage).clear();
  expect(await storedSession(storage).load()).toBeNull();
});

test('a sign-in that was stored by another version and does not fit is no sign-in', async () => {
  const storage = aStorage();
  for (const wrong of ['{"user":{"id":7}}', 'not json', '']) {
    storage.set(sessionStorageKey, wrong);
    expect(await storedSession(storage).load()).toBeNull();
  }
});
