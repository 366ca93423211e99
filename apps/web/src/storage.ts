import type { SessionStorage } from '@vybekart/client';
import { Session } from '@vybekart/contract';
import type { Storage } from '@vybekart/screens';

const sessionKey = 'vybekart.session';

/** localStorage; where the browser forbids it (private windows, full disks) nothing is kept and nothing breaks. */
export const storage: Storage = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Kept in memory by whoever asked.
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // There was nothing to remove.
    }
  },
};

export const sessionStorage: SessionStorage = {
  async load() {
    try {
      const parsed = Session.safeParse(JSON.parse(storage.get(sessionKey) ?? 'null'));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  },
  async save(session) {
    storage.set(sessionKey, JSON.stringify(session));
  },
  async clear() {
    storage.remove(sessionKey);
  },
};

/** Calls back when another tab signs in or out. */
export function watchSession(changed: () => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === sessionKey) changed();
  };
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}
