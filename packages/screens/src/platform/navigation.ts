/** Moves between the screens; an address is a path of the web app, the same on every platform. */
export interface Navigation {
  /** A React hook: the path on screen without its query, `/live/0190…`. */
  usePath(): string;
  push(path: string): void;
  replace(path: string): void;
  /** One step back, or to `fallback` when this is the first screen (a shared link). */
  back(fallback: string): void;
  /**
   * From now on whoever wants to leave the screen is asked: `ask` calls `leave`, or does not. What is answered lets
   * everybody go again. One screen at a time; nothing where no screen loses anything by being left.
   */
  holdBack(ask: (leave: () => void) => void): () => void;
}
