import type { StreamStatus } from '@vybekart/contract';
import type { MediaState } from '../media/media-provider.ts';
import type { EventName } from '../platform/events.ts';

/**
 * Where a stream may go, and what the rest of the system is told of it.
 * A show that nobody could watch yet is `cancelled` by its seller and `expired` by time; one that was on air is `ended`.
 */
export const streamTransitions = {
  scheduled: { ready: null, live: 'stream.live', cancelled: 'stream.ended' },
  ready: { live: 'stream.live', cancelled: 'stream.ended', expired: 'stream.ended' },
  live: { interrupted: 'stream.interrupted', ended: 'stream.ended' },
  interrupted: { live: 'stream.resumed', ended: 'stream.ended' },
  ended: { archived: null },
  archived: {},
  cancelled: {},
  expired: {},
} as const satisfies Record<StreamStatus, Partial<Record<StreamStatus, EventName | null>>>;

type StreamEvent = 'stream.live' | 'stream.interrupted' | 'stream.resumed' | 'stream.ended';

/** The event that a transition publishes, null for a silent one, undefined when the transition is not allowed. */
export function transitionEvent(from: StreamStatus, to: StreamStatus): StreamEvent | null | undefined {
  const row: Partial<Record<StreamStatus, StreamEvent | null>> = streamTransitions[from];
  return row[to];
}

export const onAirStatuses = ['live', 'interrupted'] as const satisfies StreamStatus[];
/** Statuses in which video may still come. */
export const unfinishedStatuses = [
  'scheduled',
  'ready',
  'live',
  'interrupted',
] as const satisfies StreamStatus[];

export function isLive(status: StreamStatus): boolean {
  return status === 'live' || status === 'interrupted';
}

export function isOver(status: StreamStatus): boolean {
  return !(unfinishedStatuses as readonly StreamStatus[]).includes(status);
}

/** What the seller's "end" makes of a stream; null when it is over already. */
export function endedBySeller(status: StreamStatus): 'ended' | 'cancelled' | null {
  if (isOver(status)) return null;
  return isLive(status) ? 'ended' : 'cancelled';
}

/**
 * What a stream becomes when its provider is seen in `media`; null for no change.
 * `isGraceOver`: it has been interrupted longer than an encoder gets to come back.
 */
export function statusByVideo(
  status: StreamStatus,
  media: MediaState,
  isGraceOver: boolean,
): 'live' | 'interrupted' | 'ended' | null {
  if (isOver(status)) return null;
  if (media === 'live') return status === 'live' ? null : 'live';
  if (!isLive(status)) return null;
  if (media === 'ended' || (status === 'interrupted' && isGraceOver)) return 'ended';
  return status === 'live' ? 'interrupted' : null;
}
