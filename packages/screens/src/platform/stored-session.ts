import type { SessionStorage } from '@vybekart/client';
import { Session } from '@vybekart/contract';
import type { Storage } from './platform';

export const sessionStorageKey = 'vybekart.session';

/** The sign-in as one more small text; what an older version stored and does not fit counts as none. */
export function storedSession(storage: Storage): SessionStorage {
  return {
    async load() {
      try {
        const parsed = Session.safeParse(JSON.parse(storage.get(sessionStorageKey) ?? 'null'));
        return parsed.success ? parsed.data : null;
      } catch {
        return null;
      }
    },
    async save(session) {
      storage.set(sessionStorageKey, JSON.stringify(session));
    },
    async clear() {
      storage.remove(sessionStorageKey);
    },
  };
}
