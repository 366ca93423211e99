import { z } from 'zod';
import type { MediaEvent } from './media-provider.ts';

/** What EventBridge tells of a channel. `streamId` names the broadcast. */
export interface IvsEvent {
  type: MediaEvent['type'];
  channelArn: string;
  streamId: string;
  at: Date;
  recording: { prefix: string } | null;
}

// docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/eventbridge.html
const typeOf: Readonly<Record<string, MediaEvent['type']>> = {
  'Session Created': 'publishing',
  'Stream Start': 'live',
  'Stream End': 'interrupted',
  'Session Ended': 'interrupted',
  'Starvation Start': 'interrupted',
  'Starvation End': 'resumed',
  'Recording Start': 'live',
  'Recording End': 'recorded',
};

const Envelope = z.looseObject({
  source: z.literal('aws.ivs'),
  time: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  resources: z.tuple([z.string().regex(/^arn:aws:ivs:[\w-]+:\d+:channel\/\w+$/)], z.string()),
  detail: z.looseObject({
    stream_id: z.string().max(200),
    event_name: z.string().max(200).optional(),
    recording_status: z.string().max(200).optional(),
    recording_s3_key_prefix: z
      .string()
      .regex(/^ivs\/v1\/[\w/]{1,500}$/)
      .optional()
      .catch(undefined),
  }),
});

/** Null for what is no event of a channel, or of no interest. */
export function readIvsEvent(body: unknown): IvsEvent | null {
  const { data } = Envelope.safeParse(body);
  if (!data) return null;
  const { event_name, recording_status, recording_s3_key_prefix: prefix, stream_id } = data.detail;
  const name = recording_status ?? event_name ?? '';
  const type = Object.hasOwn(typeOf, name) ? typeOf[name] : undefined;
  if (!type) return null;
  const recording = recording_status !== undefined && prefix !== undefined ? { prefix } : null;
  return { type, channelArn: data.resources[0], streamId: stream_id, at: data.time, recording };
}
