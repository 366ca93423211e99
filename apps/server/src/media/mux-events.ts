import { z } from 'zod';
import type { MediaEvent } from './media-provider.ts';

/** What a webhook tells of a live stream. `isConnected`: whether an encoder sends; null when it does not say so. */
export interface MuxEvent {
  type: MediaEvent['type'];
  liveStreamId: string;
  at: Date;
  isConnected: boolean | null;
}

// docs.mux.com/webhook-reference
const meaningOf: Readonly<Record<string, Pick<MuxEvent, 'type' | 'isConnected'>>> = {
  'video.live_stream.connected': { type: 'publishing', isConnected: true },
  'video.live_stream.recording': { type: 'publishing', isConnected: true },
  'video.live_stream.active': { type: 'live', isConnected: true },
  'video.live_stream.disconnected': { type: 'interrupted', isConnected: false },
  'video.live_stream.idle': { type: 'ended', isConnected: false },
  'video.live_stream.disabled': { type: 'ended', isConnected: false },
  'video.asset.ready': { type: 'recorded', isConnected: null },
  'video.asset.live_stream_completed': { type: 'recorded', isConnected: null },
};

const Event = z.looseObject({
  type: z.string().max(200),
  created_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  data: z.looseObject({ id: z.string().max(200), live_stream_id: z.string().max(200).optional() }),
});

/** Null for what tells nothing of a live stream. */
export function readMuxEvent(rawBody: string): MuxEvent | null {
  let body: unknown;
  try {
    body = JSON.parse(rawBody);
  } catch {
    return null;
  }
  const { data } = Event.safeParse(body);
  if (!data || !Object.hasOwn(meaningOf, data.type)) return null;
  const meaning = meaningOf[data.type];
  const liveStreamId = data.type.startsWith('video.asset.') ? data.data.live_stream_id : data.data.id;
  return meaning && liveStreamId !== undefined ? { ...meaning, liveStreamId, at: data.created_at } : null;
}
