import { z } from 'zod';
import { Id, PageQuery, page, Timestamp, text } from './common.ts';

export const StreamStatus = z.enum([
  'scheduled',
  'ready',
  'live',
  'interrupted',
  'ended',
  'archived',
  'cancelled',
  'expired',
]);
export type StreamStatus = z.infer<typeof StreamStatus>;

/** `private`: for its seller and for who came by its invitation. It stands in no list and is announced to nobody else. */
export const StreamVisibility = z.enum(['public', 'private']);
export type StreamVisibility = z.infer<typeof StreamVisibility>;

export const CreateStream = z
  .strictObject({
    title: text({ min: 1, max: 120 }),
    thumbnailId: Id.optional(),
    productIds: z.array(Id).max(200).default([]),
    scheduledFor: Timestamp.optional(),
    visibility: StreamVisibility.default('public'),
  })
  .meta({ id: 'CreateStream' });
export type CreateStream = z.infer<typeof CreateStream>;
export type CreateStreamInput = z.input<typeof CreateStream>;

/** `player: 'ivs'` needs the Amazon IVS player for low latency; `hls` plays in any LL-HLS player. */
export const Playback = z.object({ url: z.string(), player: z.enum(['hls', 'ivs']) });
export type Playback = z.infer<typeof Playback>;

export const StreamSeller = z.object({
  id: Id,
  handle: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
});

export const Stream = z
  .object({
    id: Id,
    title: z.string(),
    status: StreamStatus,
    visibility: StreamVisibility,
    isLive: z.boolean(),
    thumbnailUrl: z.string().nullable(),
    viewerCount: z.int(),
    likeCount: z.int(),
    scheduledFor: Timestamp.nullable(),
    startedAt: Timestamp.nullable(),
    endedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    hlsPlaybackUrl: z.string(),
    playback: Playback,
    /** Null while the show is not over, and when it was not recorded or its recording is gone. */
    replay: z.object({ durationMs: z.int().min(0) }).nullable(),
    seller: StreamSeller,
  })
  .meta({ id: 'Stream' });
export type Stream = z.infer<typeof Stream>;

/** What POST /streams and key rotation answer to the owner, once: the key is in no other answer. */
export const StreamWithIngest = Stream.extend({
  /** Empty for a scheduled show at a provider with one key for each seller: key rotation makes it ready and gives it. */
  streamKey: z.string(),
  rtmpIngestUrl: z.string(),
}).meta({ id: 'StreamWithIngest' });
export type StreamWithIngest = z.infer<typeof StreamWithIngest>;

/** Lets whoever is signed in and brings it see a private show for good: live, its room and its replay. */
export const Invitation = z.strictObject({ code: z.string().min(1).max(100) }).meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof Invitation>;

/**
 * Lets its holder publish to one stream over a WebSocket, once and soon: the first message there is the text
 * `{"version":1,"publish":"<ticket>"}`, what follows is binary and described in packages/media (`IngestMessage`).
 */
export const IngestTicket = z
  .object({ ticket: z.string(), url: z.string(), expiresAt: Timestamp })
  .meta({ id: 'IngestTicket' });
export type IngestTicket = z.infer<typeof IngestTicket>;

/** What a seller should change at the encoder. */
export const IngestAdvice = z.enum([
  'no_video',
  'frames_lost',
  'key_frames_rare',
  'bit_rate_high',
  'bit_rate_low',
  'frame_rate_low',
  'no_sound',
]);
export type IngestAdvice = z.infer<typeof IngestAdvice>;

/** How the encoder's video arrives, over the last five seconds. */
export const IngestHealth = z
  .object({
    bitsPerSecond: z.int().min(0),
    framesPerSecond: z.number().min(0),
    /** Between the last two key frames; null before the second. */
    keyFrameIntervalMs: z.int().nullable(),
    /** Video frames that the encoder left out, by its own timestamps. */
    framesLost: z.int().min(0),
    width: z.int().nullable(),
    height: z.int().nullable(),
    hasSound: z.boolean(),
    /** The most urgent first; empty when all is well. */
    advice: z.array(IngestAdvice),
  })
  .meta({ id: 'IngestHealth' });
export type IngestHealth = z.infer<typeof IngestHealth>;

/** Null while nothing arrives, and where the provider does not tell. */
export const StreamHealth = z.object({ health: IngestHealth.nullable() }).meta({ id: 'StreamHealth' });
export type StreamHealth = z.infer<typeof StreamHealth>;

export const ActiveStreams = page(Stream).meta({ id: 'ActiveStreams' });
export type ActiveStreams = z.infer<typeof ActiveStreams>;

/** Past shows, of one shop or of all. */
export const ReplayQuery = PageQuery.extend({ shop: z.string().min(1).max(60).optional() });
export type ReplayQuery = z.infer<typeof ReplayQuery>;

/**
 * The recording of a show: an HLS playlist with its end, to be played from anywhere in it. `startedAt` is the date of
 * its first frame (EXT-X-PROGRAM-DATE-TIME). The stretches play one after the other; a frame's date is its stretch's
 * start plus its place in it, and the `pdt` of the room's events is on the same clock.
 */
export const Replay = z
  .object({
    streamId: Id,
    url: z.string(),
    startedAt: Timestamp,
    durationMs: z.int().min(0),
    stretches: z.array(z.object({ startedAt: Timestamp, durationMs: z.int().min(0) })).min(1),
  })
  .meta({ id: 'Replay' });
export type Replay = z.infer<typeof Replay>;

/** `deviceId`: the same as in the handshake of a socket. */
export const RoomQuery = z.strictObject({ deviceId: Id.optional() });
export const EventsQuery = RoomQuery.extend({
  afterSeq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
