/** Statements that are at work before others wait for company, for how long at most, and how many keys one takes. */
const maxAtWork = 2;
const longestWaitMs = 20;
const maxKeys = 500;

/**
 * Lets those who read by key at the same time share a statement. Who comes when little is at work is read for at once;
 * who comes while two statements are under way waits for the next one with everybody else, 20 ms at most. A failed
 * statement fails those who share it, and nobody else.
 */
export class SharedReads<Value> {
  #waiting = new Map<string, PromiseWithResolvers<Value | undefined>>();
  #atWork = 0;
  #willStart = false;
  #patience: NodeJS.Timeout | undefined;

  /** `readAll` answers what there is of the keys; it is never asked for the same key twice at once in one statement. */
  constructor(private readonly readAll: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {}

  /** Undefined when there is nothing. */
  read(key: string): Promise<Value | undefined> {
    let reading = this.#waiting.get(key);
    if (!reading) {
      reading = Promise.withResolvers();
      this.#waiting.set(key, reading);
      this.#startSoon();
    }
    return reading.promise;
  }

  /** Not before the turn of the event loop is over, in which others may ask, too. */
  #startSoon(): void {
    if (this.#waiting.size === 0) return;
    if (this.#atWork >= maxAtWork) {
      this.#patience ??= setTimeout(() => void this.#readNext(), longestWaitMs);
    } else if (!this.#willStart) {
      this.#willStart = true;
      setImmediate(() => void this.#readNext());
    }
  }

  async #readNext(): Promise<void> {
    this.#willStart = false;
    clearTimeout(this.#patience);
    this.#patience = undefined;
    if (this.#waiting.size === 0) return;
    const batch = new Map([...this.#waiting].slice(0, maxKeys));
    for (const key of batch.keys()) this.#waiting.delete(key);
    this.#atWork += 1;
    this.#startSoon();
    try {
      const found = await this.readAll([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    }
    this.#atWork -= 1;
    this.#startSoon();
  }
}
