/** What the page has seen so far; it lies in `window.observed`. */
export interface Observed {
  /** Age of each shown frame, in milliseconds, with the moment of its showing. */
  frames: { atMs: number; ageMs: number }[];
  stalls: number;
  firstFrameMs: number | null;
}
