import type { ChatUser, Me, StreamStatus } from '@vybekart/contract';
import type { z } from 'zod';
import type { Failure, OutboxEntry } from './outbox.ts';
import type { PinMoment, PinnedProduct, RoomState } from './room-state.ts';
import type { RoomStatus } from './transitions.ts';

/** A line of the chat; `clientMsgId` is its stable key. */
export interface RoomMessage {
  clientMsgId: string;
  /** Null until the server has it. */
  id: string | null;
  seq: number | null;
  text: string;
  user: z.infer<typeof ChatUser>;
  /** ISO-8601; the server's time once it has the message. */
  at: string;
  state: 'sending' | 'sent' | 'failed';
  isOwn: boolean;
  error: Failure | null;
}

/** Everything a screen shows of a room. Immutable: a new object for each change. */
export interface RoomView {
  streamId: string;
  /** Of this client: whether it is in the room. */
  status: RoomStatus;
  connection: 'none' | 'socket' | 'polling';
  /** Of the show; null until the room was seen for the first time. */
  streamStatus: StreamStatus | null;
  seq: number;
  viewerCount: number;
  peakViewerCount: number;
  /** With our own taps, at once. */
  likeCount: number;
  /** The newest burst of other people's hearts; `burst` grows by one for each. */
  hearts: { burst: number; count: number };
  pins: readonly PinnedProduct[];
  pinTimeline: readonly PinMoment[];
  /** Units for sale by variant id. */
  stock: Readonly<Record<string, number>>;
  /** By seq, then our own that the server has not got yet. */
  messages: readonly RoomMessage[];
  /** In graphemes. */
  maxMessageLength: number;
  endedReason: string | null;
  /** Why the room is `refused`, or what went wrong last. */
  error: Failure | null;
  /** Add to this device's clock to have the server's. */
  serverClockOffsetMs: number;
}

/** The chat as it is shown: an own message stands once, where its seq puts it or at the end. */
export function composeMessages(
  state: RoomState | null,
  outbox: readonly OutboxEntry[],
  me: Me | null,
  sentHere: ReadonlySet<string>,
): readonly RoomMessage[] {
  const shown = (state?.messages ?? []).map(
    ({ seq, at, message }): RoomMessage => ({
      clientMsgId: message.clientMsgId,
      id: message.id,
      seq,
      text: message.text,
      user: message.user,
      at,
      state: 'sent',
      isOwn: message.user.id === me?.id || sentHere.has(message.clientMsgId),
      error: null,
    }),
  );
  const own = outbox.map((entry): RoomMessage => {
    const { clientMsgId, id, seq, text, error } = entry;
    const user = { id: me?.id ?? '', displayName: me?.displayName ?? '', role: 'viewer' as const };
    const at = new Date(entry.createdAtMs).toISOString();
    return { clientMsgId, id, seq, text, user, at, state: entry.state, isOwn: true, error };
  });
  const last = Number.POSITIVE_INFINITY;
  return [...shown, ...own].sort((a, b) => compare(a.seq ?? last, b.seq ?? last));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
