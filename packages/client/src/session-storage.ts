import type { Session } from '@vybekart/contract';

/**
 * Where a session outlives the process: localStorage, a keystore, a file. All tabs or processes of one person
 * may share it. `load` answers null when nothing is kept; it may reject, and then the session in memory counts.
 */
export interface SessionStorage {
  load(): Promise<Session | null>;
  save(session: Session): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps the session as long as the process lives; for tests and bots. Apps pass a lasting one. */
export class MemorySessionStorage implements SessionStorage {
  #session: Session | null = null;

  async load(): Promise<Session | null> {
    return this.#session;
  }

  async save(session: Session): Promise<void> {
    this.#session = session;
  }

  async clear(): Promise<void> {
    this.#session = null;
  }
}
