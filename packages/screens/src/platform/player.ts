import type { ComponentType } from 'react';

/** What the viewer sees: `stalled` while the picture waits for data, `unavailable` while there is no video. */
export type PlaybackState = 'loading' | 'playing' | 'stalled' | 'unavailable' | 'blocked';

/** What the viewer wants of the video: the best there is, the least data with a picture, or the sound alone. */
export type VideoChoice = 'best' | 'saver' | 'audio';

/** Reads the clock of a running player; every reading is `null` until it is known. */
export interface PlaybackClock {
  /** Epoch milliseconds of the picture on screen, from EXT-X-PROGRAM-DATE-TIME. */
  playingDate(): number | null;
  /** Milliseconds between the newest media the server offers and the picture on screen. */
  latencyMs(): number | null;
  /** Times that playback ran dry since it began. */
  stalls(): number;
  /** Milliseconds from the tap, or from mounting where there was none, to the first picture. */
  firstFrameMs(): number | null;
  /** Whether the show can be had as sound alone. */
  hasSoundAlone(): boolean | null;
}

export interface PlayerProps {
  url: string;
  /** `ivs` streams play everywhere as HLS; a platform that has Amazon's player may use it. */
  format: 'hls' | 'ivs';
  muted: boolean;
  choice: VideoChoice;
  /** `cover` fills the stage; `contain` shows the whole picture, for the seller's preview. */
  fit: 'cover' | 'contain';
  label: string;
  testID?: string;
  onState(state: PlaybackState): void;
  /** Called once; the clock stays valid until the player is unmounted. */
  onClock(clock: PlaybackClock): void;
}

export type Player = ComponentType<PlayerProps>;
