/** Keeps the screen on while a show is on air; a phone that sleeps takes its camera away. */
export class WakeLock {
  #isWanted = false;
  #lock: WakeLockSentinel | null = null;
  readonly #renew = () => {
    // The system takes it when the page is hidden, and gives it back to nobody by itself.
    if (this.#isWanted && !document.hidden) void this.#take();
  };

  hold(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    document.addEventListener('visibilitychange', this.#renew);
    void this.#take();
  }

  release(): void {
    this.#isWanted = false;
    document.removeEventListener('visibilitychange', this.#renew);
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  async #take(): Promise<void> {
    // Refused on an empty battery; the show goes on without.
    const lock = await navigator.wakeLock?.request('screen').catch(() => null);
    if (!lock) return;
    if (this.#isWanted) this.#lock = lock;
    else await lock.release();
  }
}
