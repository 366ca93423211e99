import { z } from 'zod';
import { Id, page, Timestamp, text } from './common.ts';

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

export const CreateStream = z
  .strictObject({
    title: text({ min: 1, max: 120 }),
    thumbnailId: Id.optional(),
    productIds: z.array(Id).max(200).default([]),
    scheduledFor: Timestamp.optional(),
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
    seller: StreamSeller,
  })
  .meta({ id: 'Stream' });
export type Stream = z.infer<typeof Stream>;

/** What POST /streams and key rotation answer to the owner, once: the key is in no other answer. */
export const StreamWithIngest = Stream.extend({
  streamKey: z.string(),
  rtmpIngestUrl: z.string(),
}).meta({ id: 'StreamWithIngest' });
export type StreamWithIngest = z.infer<typeof StreamWithIngest>;

export const ActiveStreams = page(Stream).meta({ id: 'ActiveStreams' });
export type ActiveStreams = z.infer<typeof ActiveStreams>;

export const EventsQuery = z.strictObject({
  afterSeq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
