import type { SessionStorage } from '@vybekart/client';
import { Session } from '@vybekart/contract';
import type { Storage } from '@vybekart/screens';
import * as SecureStore from 'expo-secure-store';

const sessionKey = 'vybekart.session';

/**
 * Encrypted by a key in Android's keystore. A device that has lost the key (a restored backup, a changed screen
 * lock) has lost what it kept: then there is nothing, and nothing breaks.
 */
export const storage: Storage = {
  get(key) {
    try {
      return SecureStore.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      SecureStore.setItem(key, value);
    } catch {
      // Kept in memory by whoever asked.
    }
  },
  remove(key) {
    void SecureStore.deleteItemAsync(key).catch(() => undefined);
  },
};

export const sessionStorage: SessionStorage = {
  async load() {
    const parsed = Session.safeParse(JSON.parse((await SecureStore.getItemAsync(sessionKey)) ?? 'null'));
    return parsed.success ? parsed.data : null;
  },
  save: (session) => SecureStore.setItemAsync(sessionKey, JSON.stringify(session)),
  clear: () => SecureStore.deleteItemAsync(sessionKey),
};
