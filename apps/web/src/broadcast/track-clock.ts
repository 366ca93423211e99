/**
 * Puts the timestamps of one track on the clock that all tracks of a page share: a track counts from a zero of its
 * own, so its first frame counts as captured when it arrived.
 */
export class TrackClock {
  #offsetMs: number | null = null;

  /** `timestampUs`: of a frame of the track, the first of them when it arrives. */
  toMs(timestampUs: number): number {
    this.#offsetMs ??= performance.now() - timestampUs / 1_000;
    return this.#offsetMs + timestampUs / 1_000;
  }
}
