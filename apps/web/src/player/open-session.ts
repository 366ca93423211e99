import type { PlaybackClock, PlaybackState, VideoChoice } from '@vybekart/screens';
import { HlsSession } from './hls-session';
import { NativeSession } from './native-session';
import { loadHls } from './prepare-show';

export interface SessionOptions {
  video: HTMLVideoElement;
  url: string;
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

/** The player that this browser can run. Its code comes with the first show that is opened, not with the app. */
export async function openSession(options: SessionOptions): Promise<LiveSession> {
  const Hls = await loadHls();
  return Hls.isSupported() ? new HlsSession({ ...options, Hls }) : new NativeSession(options);
}
