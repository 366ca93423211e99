import type { PlaybackClock, PlaybackState, VideoChoice } from '@vybekart/screens';

export interface SessionOptions {
  video: HTMLVideoElement;
  url: string;
  format: 'hls' | 'ivs';
  /** When the viewer asked for the show, by `performance.now()`. */
  startedMs: number;
  choice: VideoChoice;
  onState: (state: PlaybackState) => void;
}

/** One show in one video element. */
export interface LiveSession extends PlaybackClock {
  start(): void;
  choose(choice: VideoChoice): void;
  destroy(): void;
}
