/** JSON by which a provider finds its resource again; kept in `streams.media`. It never holds the stream key. */
export interface MediaResource {
  /**
   * The provider's own name of the resource; its events carry it. Where a seller's shows share one channel, it is the
   * channel's, and belongs to the show that is ready or on air: a shop has at most one such.
   */
  readonly id: string;
  readonly [fact: string]: unknown;
}

/** Where an encoder publishes. The key is shown to the seller once and stored only as a hash. */
export interface Ingest {
  url: string;
  streamKey: string;
}

/** Where viewers watch. `player: 'ivs'` reaches its low latency in the Amazon IVS player only. */
export interface Playback {
  url: string;
  player: 'hls' | 'ivs';
}

/**
 * `idle`: nothing is published, or the provider does not know the resource (any more).
 * `live`: video flows. `interrupted`: the encoder is gone and may come back. `ended`: its time to come back is over.
 */
export type MediaState = 'idle' | 'live' | 'interrupted' | 'ended';

/**
 * A whole show: an HLS playlist with its end. `startedAt` is the video time of its first frame; `stretches` tell it for
 * every other one: they play one after the other, and each is free of jumps in time.
 */
export interface RecordedShow {
  url: string;
  startedAt: Date;
  durationMs: number;
  /** On this server's disk; 0 where a cloud keeps it. */
  bytes: number;
  stretches: readonly { startedAt: Date; durationMs: number }[];
}

/** A show that wants a place to publish to. `shopId`: whose channel it uses where sellers have lasting ones. */
export interface ProvisionedShow {
  id: string;
  title: string;
  shopId: string;
  /** Only holders of a signed address may play it; rejects where `canBePrivate` is false. */
  isPrivate: boolean;
}

/** How the encoder's video arrives, over the last five seconds. Nulls: there is no video, or one key frame so far. */
export interface IngestHealth {
  bitsPerSecond: number;
  framesPerSecond: number;
  keyFrameIntervalMs: number | null;
  framesLost: number;
  width: number | null;
  height: number | null;
  hasSound: boolean;
}

/** Something changed at the resource `id`; `at` is the provider's time. */
export interface MediaEvent {
  type: 'publishing' | 'live' | 'interrupted' | 'resumed' | 'ended' | 'recorded';
  id: string;
  at: Date;
  reason?: string;
}

/** Decides on an encoder that presents a stream key: the resource it may publish to, or why it may not. */
export type AuthorizeIngest = (streamKey: string) => Promise<MediaResource | { refused: string }>;

/**
 * Takes the video from a seller's encoder and serves it to viewers.
 *
 * Every call may fail with an error of the provider's own; callers make `media_unavailable` of it. Events are hints:
 * they may be missing, doubled, late or swapped. Whoever hears one asks `status`, which alone is the truth.
 */
export abstract class MediaProvider {
  /** Stored with each stream: `embedded`, `ivs`, `mux`. */
  abstract readonly name: string;

  /**
   * True: every show has a key of its own from its announcement on. False: a seller's shows share one channel with one
   * key, which belongs to the show that is ready or on air; a scheduled one gets it when its seller asks for it.
   */
  abstract readonly hasKeyPerShow: boolean;

  /** Whether a single show can be kept to those who get a signed address from this server. */
  abstract readonly canBePrivate: boolean;

  /** True: what was recorded comes to be known some time after the end of the show, told by `recorded`. */
  abstract readonly recordsLate: boolean;

  /** True: the video is in this process, which knows of no other node's. */
  readonly isPartOfNode: boolean = false;

  /** Finds or makes the place to publish to and to watch. It disturbs nobody, and nobody can publish to it yet. */
  abstract provision(show: ProvisionedShow): Promise<MediaResource>;

  /** The address of the resource's video; the same for its whole life, whether or not it is on air. */
  abstract playback(resource: MediaResource): Playback;

  /**
   * A new stream key, and the resource to keep from now on. Every older key stops working when this resolves for
   * providers that check keys themselves, and for the embedded one as soon as `authorizeBy`'s hook refuses it; call
   * `disconnect` after that. What was on air on a shared channel before is none of this show's.
   */
  abstract issueKey(resource: MediaResource): Promise<{ ingest: Ingest; resource: MediaResource }>;

  /** Cuts the encoder that publishes now, within 2 s. One with a valid key may come back. */
  abstract disconnect(resource: MediaResource, reason: string): Promise<void>;

  /**
   * Really stops: cuts the encoder, ends the playlist and refuses the key from now on. Idempotent. Not to be called for
   * a show whose channel has gone over to another one.
   */
  abstract stop(resource: MediaResource, reason: string): Promise<void>;

  /** Address of the WebSocket by which a browser publishes; null where there is none. */
  browserIngest(): string | null {
    return null;
  }

  abstract status(resource: MediaResource): Promise<MediaState>;

  /** Null while nothing arrives, and at providers that do not tell. */
  async health(_resource: MediaResource): Promise<IngestHealth | null> {
    return null;
  }

  /** EXT-X-PROGRAM-DATE-TIME of the newest video that arrived; null when nothing flows or the provider cannot tell. */
  abstract videoTime(resource: MediaResource): Date | null;

  /** Address of a picture of what is on air at this moment; null while there is none. */
  abstract thumbnail(resource: MediaResource): string | null;
  /**
   * Writes up to 1 KB of text into the video that arrives at this moment, for players to read when they show it.
   * Nothing happens at providers whose pictures carry their date anyway, and while nothing is on air.
   */
  abstract putMetadata(resource: MediaResource, text: string): Promise<void>;

  /** What was recorded of a show that was over at `endedAt`; null when nothing was, and while it is not known yet. */
  abstract recording(resource: MediaResource, endedAt: Date): Promise<RecordedShow | null>;
  /** Deletes the recorded video for good. Idempotent. */
  abstract deleteRecording(resource: MediaResource, endedAt: Date): Promise<void>;

  /** True: recordings move to where they can stay once their show is over, by `archiveRecording`. */
  readonly archives: boolean = false;

  /**
   * Moves what was recorded of a show that is over to where it can stay; it plays as before. True when it is there, false
   * where this provider has nothing to move. May take minutes, may fail, and may be asked again at any time.
   */
  async archiveRecording(_resource: MediaResource): Promise<boolean> {
    return false;
  }

  /** Recordings of which nothing has been heard for long; the caller knows whether anybody still wants them. */
  async idleRecordings(): Promise<MediaResource[]> {
    return [];
  }

  /** One listener; it must not throw. */
  abstract onEvent(listener: (event: MediaEvent) => void): void;

  /** Providers that check stream keys themselves never call the hook. */
  abstract authorizeBy(authorize: AuthorizeIngest): void;
}
