import type { PlaybackState } from '../../platform/player';

/** What of the video is on screen; `none` also while it cannot be had. */
export type Picture = 'none' | 'awaited' | 'shown';

export function pictureOf(showsVideo: boolean, playback: PlaybackState): Picture {
  if (!showsVideo || playback === 'unavailable' || playback === 'blocked') return 'none';
  return playback === 'loading' ? 'awaited' : 'shown';
}

/**
 * The time of the video to which what goes with it belongs, in epoch milliseconds; null for the newest. A player that
 * stalls or seeks does not know its date for a moment, in which its last picture stays.
 */
export class PictureMoment {
  #lastMs: number | null = null;

  at(picture: Picture, playingDateMs: number | null): number | null {
    if (picture === 'none') this.#lastMs = null;
    else this.#lastMs = playingDateMs ?? this.#lastMs;
    return playingDateMs ?? this.#lastMs ?? (picture === 'awaited' ? 0 : null);
  }
}
