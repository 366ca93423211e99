import type { Database } from '../../platform/database.ts';
import { hashSecret } from '../../platform/ids.ts';
import type { MutesStore } from './mutes.store.ts';

const maxKnown = 20_000;

/**
 * Remembers from which devices people chat, so that a mute follows to a new account. Limit: a client that makes up a
 * new device id counts as a new device.
 */
export class Devices {
  readonly #known = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly store: MutesStore,
  ) {}

  /** Answers the shops whose rules have changed with it. */
  async note(userId: string, deviceId: string | null): Promise<string[]> {
    const hash = hashOfDevice(deviceId);
    const key = `${userId} ${hash}`;
    if (hash === null || this.#known.has(key)) return [];
    const changed = await this.store.noteDevice(this.database.db, userId, hash);
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.add(key);
    return changed;
  }
}

/** Hexadecimal; null for none. */
export function hashOfDevice(deviceId: string | null): string | null {
  return deviceId === null ? null : hashSecret(deviceId).toString('hex');
}
