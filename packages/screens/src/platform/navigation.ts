/** Moves between the screens; an address is a path of the web app, the same on every platform. */
export interface Navigation {
  /** A React hook: the path on screen without its query, `/live/0190…`. */
  usePath(): string;
  push(path: string): void;
  replace(path: string): void;
  /** One step back, or to `fallback` when this is the first screen (a shared link). */
  back(fallback: string): void;
}
