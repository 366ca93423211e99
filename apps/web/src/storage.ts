import { type Storage, sessionStorageKey } from '@vybekart/screens';

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

/** Calls back when another tab signs in or out. */
export function watchSession(changed: () => void): () => void {
  const listener = (event: StorageEvent) => {
    if (event.key === sessionStorageKey) changed();
  };
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}
