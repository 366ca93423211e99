import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LadderOptions } from '../ladder/ladder.ts';
import type { MediaEvent, MediaLimits } from '../options.ts';
import type { RecordingsOptions } from '../recording/recordings.ts';
import type { Stretch } from '../recording/stretches.ts';
import type { TlsIdentity } from '../rtmp/rtmp-server.ts';
import type { StreamHealth } from '../stream-health.ts';
import type { StreamState } from '../stream-state.ts';
import type { ThumbnailOptions } from '../thumbnails/thumbnails.ts';
import type { ArchiveModule } from './archive-module.ts';

/** What a media server is started with; plain data, as it may have to travel to another process. */
export interface MediaHostSettings {
  recording: Pick<RecordingsOptions, 'directory' | 'isOn' | 'runningBytes'> & {
    archive?: ArchiveModule | null;
  };
  thumbnails: ThumbnailOptions | null;
  ladder?: LadderOptions | null;
  playbackSecret?: string | null;
  needsToken?: 'all' | 'private';
  graceMs?: number;
  limits?: Partial<MediaLimits>;
}

/** What the media server asks of its owner and tells it; see `MediaServerOptions`. */
export interface MediaHostOwner {
  authorize: (streamKey: string) => Promise<{ playbackId: string } | { refused: string }>;
  on: (event: MediaEvent) => void;
  log: (line: string) => void;
  /** A recording loses segments, or is whole again; the media server itself ended or is back. */
  alert: (line: string) => void;
}

/** What is known of a stream without asking; where the media server runs elsewhere, up to a second old. */
export interface Glance {
  state: StreamState;
  /** Path below the HTTP prefix. */
  thumbnail: string | null;
}

/** A recording without its segments. */
export interface RecordedSummary {
  startedAt: Date;
  durationMs: number;
  bytes: number;
  stretches: readonly Stretch[];
}

/**
 * A media server with its recordings, wherever it runs: `LocalMediaHost` in this thread, `RemoteMediaHost` in another
 * one or in a process of its own. What has to be asked elsewhere rejects when there is no answer within some seconds.
 */
export interface MediaHost {
  /** Resolves with the bound port; rejects with the system's error, its `code` included. */
  listenRtmp(port: number, host: string): Promise<number>;
  /** Also rejects if the key and the certificate do not fit together. */
  listenRtmps(port: number, host: string, identity: TlsIdentity): Promise<number>;
  /** Takes a browser that publishes; see `MediaServer.handleUpgrade`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void;
  status(playbackId: string): Promise<StreamHealth | null>;
  glance(playbackId: string): Glance | null;
  disconnect(playbackId: string, reason: string): Promise<void>;
  end(playbackId: string): Promise<void>;
  /** Null while it is being recorded, and where nothing was. */
  recording(playbackId: string): Promise<RecordedSummary | null>;
  removeRecording(playbackId: string): Promise<void>;
  /**
   * Moves a finished recording into the archive, one at a time: true when it is there, false while it is on its way or
   * another one is, and where there is nothing to move. Asked again, it goes on.
   */
  archiveRecording(playbackId: string): Promise<boolean>;
  /** Finished recordings that nothing was written to for `idleMs`. */
  idleRecordings(idleMs: number): Promise<string[]>;
  close(): Promise<void>;
}
