/** So many calls of one name in any second. */
export class CallQuota {
  readonly #calls = new Map<string, number[]>();

  readonly #perSecond: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** False when the call is one too many. */
  take(name: string): boolean {
    const now = performance.now();
    const recent = (this.#calls.get(name) ?? []).filter((at) => now - at < 1000);
    const isAllowed = recent.length < this.#perSecond;
    if (isAllowed) recent.push(now);
    this.#calls.set(name, recent);
    return isAllowed;
  }
}
