import type {
  ChatMode,
  ChatStanding,
  DurablePayloads,
  Message,
  RoomSnapshot,
  StreamStatus,
} from '@vybekart/contract';
import type { Failure } from './api-error.ts';
import type { PinMoment, PinnedProduct } from './room-state.ts';
import type { RoomStatus } from './transitions.ts';

/** A line of the chat; `clientMsgId` is its stable key. */
export interface RoomMessage {
  clientMsgId: string;
  /** Null until the server has it. */
  id: string | null;
  seq: number | null;
  text: string;
  user: DurablePayloads['new_message']['message']['user'];
  kind: Message['kind'];
  replyTo: Message['replyTo'];
  /** ISO-8601; the server's time once it has the message. */
  at: string;
  /** `held`: only its author sees it, until a moderator has decided. */
  state: 'sending' | 'sent' | 'held' | 'failed';
  isOwn: boolean;
  error: Failure | null;
}

/** What a snapshot tells beside the durable events. */
export interface RoomFigures {
  viewerCount: number;
  peakViewerCount: number;
  /** In graphemes. */
  maxMessageLength: number;
  /** Add to this device's clock to have the server's. */
  serverClockOffsetMs: number;
}

/** Everything a screen shows of a room. Immutable: a new object for each change, with the unchanged parts kept. */
export interface RoomView extends RoomFigures {
  streamId: string;
  /** Of this client: whether it is in the room. */
  status: RoomStatus;
  connection: 'none' | 'socket' | 'polling';
  /** Of the show; null until the room was seen for the first time. */
  streamStatus: StreamStatus | null;
  seq: number;
  /** What this person may do in the chat. */
  you: ChatStanding;
  chatMode: ChatMode;
  /** Stands above the chat. */
  pinnedMessage: Message | null;
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
  endedReason: string | null;
  /** Why the room is `refused`, or what went wrong last. */
  error: Failure | null;
}

export const noFigures: RoomFigures = {
  viewerCount: 0,
  peakViewerCount: 0,
  maxMessageLength: 300,
  serverClockOffsetMs: 0,
};

/** The figures of a snapshot that was asked for and arrived at these times of our clock. */
export function figuresOf(
  room: RoomSnapshot,
  before: RoomFigures,
  requestedAtMs: number,
  arrivedAtMs: number,
): RoomFigures {
  return {
    viewerCount: room.viewerCount,
    peakViewerCount: Math.max(before.peakViewerCount, room.viewerCount),
    maxMessageLength: room.settings.maxMessageLength,
    serverClockOffsetMs: Math.floor(Date.parse(room.serverTime) - (requestedAtMs + arrivedAtMs) / 2),
  };
}
