import type { PlaybackState } from '../../platform/player';

/** What of the video is on screen; `none` also while it cannot be had. */
export type Picture = 'none' | 'awaited' | 'shown';

export function pictureOf(showsVideo: boolean, playback: PlaybackState): Picture {
  if (!showsVideo || playback === 'unavailable' || playback === 'blocked') return 'none';
  return playback === 'loading' ? 'awaited' : 'shown';
}

/** A player that has not told a date so long after its first picture never will. */
const dateWithinMs = 3000;

/**
 * The time of the video to which what goes with it belongs, in epoch milliseconds; null for the newest. A player that
 * begins, stalls or seeks does not know its date for a moment: before its first date nothing of the video has
 * happened, and afterwards its last picture stays.
 */
export class PictureMoment {
  #lastMs: number | null = null;
  #firstPictureMs: number | null = null;

  /** `nowMs`: of a clock that only goes forward. */
  at(picture: Picture, playingDateMs: number | null, nowMs: number): number | null {
    if (picture === 'none') {
      this.#lastMs = null;
      this.#firstPictureMs = null;
      return playingDateMs;
    }
    if (picture === 'shown') this.#firstPictureMs ??= nowMs;
    this.#lastMs = playingDateMs ?? this.#lastMs;
    const mayBeDated = this.#firstPictureMs === null || nowMs - this.#firstPictureMs < dateWithinMs;
    return this.#lastMs ?? (mayBeDated ? 0 : null);
  }
}
