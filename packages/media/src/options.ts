import type { LadderOptions } from './ladder/ladder.ts';
import type { Recordings } from './recording/recordings.ts';
import { defaultRtmpLimits, type RtmpLimits } from './rtmp/limits.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import type { ThumbnailOptions } from './thumbnails/thumbnails.ts';

/** Limits of the packager and the origin, beside those of a connection. */
export interface MediaLimits extends RtmpLimits {
  /** A publisher with video that sends no key frame for so long is cut. */
  keyFrameTimeoutMs: number;
  /** A publisher that sent nothing for so long gives way to a new connection with its key. */
  takeOverAfterMs: number;
  segmentBytes: number;
  /** Requests that may wait at one stream. */
  waitersPerStream: number;
  /** A response to a viewer that has not left after so long is cut. */
  sendTimeoutMs: number;
}

const defaultMediaLimits: MediaLimits = {
  ...defaultRtmpLimits,
  keyFrameTimeoutMs: 12_000,
  takeOverAfterMs: 3_000,
  segmentBytes: 8 * 1024 * 1024,
  waitersPerStream: 10_000,
  sendTimeoutMs: 10_000,
};

export type MediaEventType = 'publishing' | 'live' | 'interrupted' | 'resumed' | 'ended';

/**
 * What happens to a stream, in order:
 * - `publishing`: a publisher was authorised and connected; nothing can be played yet
 * - `live`: the first playable segment exists (once per show)
 * - `interrupted`: the publisher is lost; with a stream that was live the grace period runs, one that was not is
 *   forgotten and the next publisher starts afresh
 * - `resumed`: media flows again within the grace period
 * - `ended`: the show is over, by `end`, by the grace period or by `close`; only after `live`
 */
export interface MediaEvent {
  type: MediaEventType;
  playbackId: string;
  at: Date;
  reason?: string;
}

export interface MediaServerOptions {
  /**
   * Asked once per publish with the key as it was sent. The id must match `[A-Za-z0-9_-]{1,64}` and be
   * unrelated to the key. A refusal's text reaches the publisher. A rejection is a refusal.
   */
  authorize: (streamKey: string) => Promise<{ playbackId: string } | { refused: string }>;
  /** Told of every change of a stream. A throw is logged. */
  on: (event: MediaEvent) => void;
  /** One line without a line end. Contains addresses and reasons, never a stream key. */
  log?: (line: string) => void;
  clock?: Clock;
  limits?: Partial<MediaLimits>;
  /** Where `handleHttp` feels addressed; starts and ends with a slash. */
  httpPrefix?: string;
  /** Wanted length of a part; the frame rate decides the exact one. */
  partTargetMs?: number;
  /** PART-HOLD-BACK in parts: at least 3, up to 5 for poor networks. Sets the latency of players. */
  partHoldBack?: number;
  /** A key frame ends a segment that is at least so long. */
  leastSegmentMs?: number;
  /** How much a playlist lists, at least; never below three target durations. */
  windowMs?: number;
  /** How long a stream waits for its lost publisher. */
  graceMs?: number;
  /** How long an ended stream can still be fetched. */
  keepEndedMs?: number;
  /** How long the second track's configuration is awaited. */
  configWaitMs?: number;
  /** Where every stream is recorded; null, the default, records nothing. */
  recordings?: Recordings | null;
  /** Signs what lets viewers play (`playbackToken`); null, the default: everything is for all. */
  playbackSecret?: string | null;
  /** Playback, pictures and replays of which streams need a token: `private`, those of a `privatePlaybackId` alone. */
  needsToken?: 'all' | 'private';
  /** How smaller pictures of each stream are made; null, the default, makes none. */
  ladder?: LadderOptions | null;
  /** How pictures of live streams are taken; null, the default, takes none. */
  thumbnails?: ThumbnailOptions | null;
}

export type MediaSettings = Required<Omit<MediaServerOptions, 'limits'>> & {
  limits: MediaLimits;
  /** The first segment ends here at the latest. */
  mostFirstSegmentMs: number;
};

export function withDefaults(options: MediaServerOptions): MediaSettings {
  const settings = {
    log: () => {},
    clock: systemClock,
    httpPrefix: '/hls/',
    partTargetMs: 200,
    partHoldBack: 3,
    leastSegmentMs: 1_000,
    windowMs: 8_000,
    graceMs: 20_000,
    keepEndedMs: 60_000,
    configWaitMs: 1_500,
    recordings: null,
    thumbnails: null,
    ladder: null,
    playbackSecret: null,
    needsToken: 'all' as const,
    ...options,
    limits: { ...defaultMediaLimits, ...options.limits },
    mostFirstSegmentMs: 4_000,
  };
  if (!/^\/([^/?#]+\/)*$/.test(settings.httpPrefix)) {
    throw new TypeError(`httpPrefix ${settings.httpPrefix} must start and end with a slash`);
  }
  if (settings.partHoldBack < 3)
    throw new TypeError(`partHoldBack ${settings.partHoldBack} must be at least 3`);
  return settings;
}
