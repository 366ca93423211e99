import type { DurableEventName, DurablePayloads, RoomEvent } from '@vybekart/contract';

/** The fields of a durable event that are its own; the log adds the others. */
type EventFields<N extends DurableEventName> = Omit<DurablePayloads[N], 'streamId' | 'seq' | 'at' | 'pdt'>;

/** A durable event before it has its place in the room. */
export type RoomEntry = {
  [N in DurableEventName]: { event: N; fields: EventFields<N>; pdt: Date | null };
}[DurableEventName];

/** What one row of the log says. */
export interface RoomEventRow {
  seq: number;
  event: string;
  payload: unknown;
  at: Date;
  pdt: Date | null;
}

/** A row of the log as the wire carries it. Rows are written by us alone, so their payload is trusted. */
export function toRoomEvent(streamId: string, row: RoomEventRow): RoomEvent {
  return {
    event: row.event,
    streamId,
    seq: row.seq,
    at: row.at.toISOString(),
    ...(row.pdt ? { pdt: row.pdt.toISOString() } : {}),
    ...(row.payload as object),
  } as RoomEvent;
}
