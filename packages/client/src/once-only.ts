/** Remembers the last `limit` things by key, to tell a repetition from something new. */
export class OnceOnly {
  readonly #seen = new Map<string, string>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** True when `key` was never seen, or was last seen with another `version`. */
  isNew(key: string, version = ''): boolean {
    if (this.#seen.get(key) === version) return false;
    this.#seen.delete(key);
    this.#seen.set(key, version);
    if (this.#seen.size > this.#limit) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }
}
