import {
  afterDeletion,
  type ChatMode,
  chatAfterDeletion,
  type Deletion,
  type DurablePayloads,
  defaultChatMode,
  type Message,
  type Pin,
  type RoomEvent,
  type RoomSnapshot,
  type StreamStatus,
} from '@vybekart/contract';

/** A pin with the moment of the video to which it belongs (ISO-8601); null shows it at once. */
export interface PinnedProduct extends Pin {
  pdt: string | null;
}

/** The pins from one moment of the video on. */
export interface PinMoment {
  pdt: string | null;
  pins: readonly PinnedProduct[];
}

export type ChatMessage = DurablePayloads['new_message'];

/** What the durable events of a room add up to. Immutable. */
export interface RoomState {
  streamId: string;
  seq: number;
  status: StreamStatus;
  /** At most three, the newest first. */
  pins: readonly PinnedProduct[];
  /** Oldest first; the last one holds `pins`. */
  pinTimeline: readonly PinMoment[];
  /** Units for sale by variant id, as far as pins and `stock_changed` told. */
  stock: Readonly<Record<string, number>>;
  /** At most 200, by seq. */
  messages: readonly ChatMessage[];
  chatMode: ChatMode;
  /** Stands above the chat. */
  pinnedMessage: Message | null;
  endedReason: string | null;
}

const maxPins = 3;
const maxMessages = 200;
/** Enough for a viewer who is minutes behind; older moments merge into the first. */
const maxPinMoments = 256;

/** The show will not come back. */
export function isOver(status: StreamStatus): boolean {
  return status === 'ended' || status === 'archived' || status === 'cancelled' || status === 'expired';
}

export function emptyRoom(streamId: string): RoomState {
  return {
    streamId,
    seq: 0,
    status: 'ready',
    pins: [],
    pinTimeline: [{ pdt: null, pins: [] }],
    stock: {},
    messages: [],
    chatMode: defaultChatMode,
    pinnedMessage: null,
    endedReason: null,
  };
}

/** The state that a room's snapshot describes; a pin without a moment of the video shows at once. */
export function roomFromSnapshot(room: RoomSnapshot): RoomState {
  const pins = room.pins.slice(0, maxPins).map((pin) => ({ ...pin, pdt: pin.pdt ?? null }));
  const { maxMessageLength: _, pinnedMessage, ...chatMode } = room.settings;
  return {
    streamId: room.streamId,
    seq: room.seq,
    status: room.status,
    pins,
    pinTimeline: timelineOf(pins),
    stock: pins.reduce(stockOfPin, {}),
    messages: room.chat.slice(-maxMessages),
    chatMode,
    pinnedMessage,
    endedReason: null,
  };
}

/** What whoever joins late knows of earlier moments: pins that are still up appear one after the other. */
function timelineOf(pins: readonly PinnedProduct[]): readonly PinMoment[] {
  const moments = pins.map(({ pdt }) => pdt).filter((pdt) => pdt !== null);
  return [null, ...moments.toSorted()].map((moment) => ({
    pdt: moment,
    pins: pins.filter(({ pdt }) => pdt === null || (moment !== null && pdt <= moment)),
  }));
}

/**
 * Applies one durable event. An event that is already applied (`seq <= state.seq`) leaves the state as it is;
 * whoever calls it feeds the events in order and fills gaps first.
 */
export function reduceRoom(state: RoomState, event: RoomEvent): RoomState {
  if (event.seq <= state.seq) return state;
  return { ...state, ...changes(state, event), seq: event.seq };
}

function changes(state: RoomState, event: RoomEvent): Partial<RoomState> {
  switch (event.event) {
    case 'new_message': {
      const { event: _, ...message } = event;
      return { messages: [...state.messages, message].slice(-maxMessages) };
    }
    case 'message_deleted':
      return withoutDeleted(state, { messageId: event.messageId });
    case 'user_messages_deleted':
      return withoutDeleted(state, { userId: event.userId });
    case 'message_pinned':
      return { pinnedMessage: event.message };
    case 'chat_mode': {
      const { chatOn, slowModeSeconds, followersOnly, linksFromModeratorsOnly } = event;
      return { chatMode: { chatOn, slowModeSeconds, followersOnly, linksFromModeratorsOnly } };
    }
    case 'pin_product': {
      const pin = { ...event.pin, pdt: event.pdt ?? null };
      const others = state.pins.filter(({ id }) => id !== pin.id);
      return {
        ...withPins(state, [pin, ...others].slice(0, maxPins), event.pdt),
        stock: stockOfPin(state.stock, pin),
      };
    }
    case 'unpin_product':
      return withPins(
        state,
        state.pins.filter(({ id }) => id !== event.productId),
        event.pdt,
      );
    case 'stock_changed':
      return {
        ...withPins(state, withStock(state.pins, event), event.pdt),
        stock: { ...state.stock, [event.variantId]: event.available },
      };
    case 'stream_state':
      return { status: event.status };
    case 'stream_ended':
      return { status: 'ended', endedReason: event.reason };
  }
}

function withoutDeleted(state: RoomState, deletion: Deletion): Partial<RoomState> {
  const { messages, pinnedMessage } = state;
  return {
    messages: chatAfterDeletion(messages, deletion),
    pinnedMessage: pinnedMessage && afterDeletion(pinnedMessage, deletion),
  };
}

function withPins(
  state: RoomState,
  pins: readonly PinnedProduct[],
  pdt: string | undefined,
): Partial<RoomState> {
  const moment: PinMoment = { pdt: pdt ?? null, pins };
  return { pins, pinTimeline: [...state.pinTimeline, moment].slice(-maxPinMoments) };
}

function withStock(
  pins: readonly PinnedProduct[],
  change: DurablePayloads['stock_changed'],
): readonly PinnedProduct[] {
  return pins.map((pin) => ({
    ...pin,
    variants: pin.variants.map((variant) =>
      variant.id === change.variantId ? { ...variant, available: change.available } : variant,
    ),
  }));
}

function stockOfPin(stock: Readonly<Record<string, number>>, pin: Pin): Readonly<Record<string, number>> {
  const known = { ...stock };
  for (const variant of pin.variants) known[variant.id] = variant.available;
  return known;
}

/**
 * The pins that a viewer should see whose video is at `playingDate` (EXT-X-PROGRAM-DATE-TIME); null, when the
 * player does not know it, gives the newest. What is left of them is what was left at that moment; `stock` is what is
 * left now.
 */
export function pinsAt(
  room: Pick<RoomState, 'pins' | 'pinTimeline'>,
  playingDate: Date | null,
): readonly PinnedProduct[] {
  if (playingDate === null) return room.pins;
  const playingAtMs = playingDate.getTime();
  for (let index = room.pinTimeline.length - 1; index > 0; index -= 1) {
    const moment = room.pinTimeline[index];
    if (moment && (moment.pdt === null || Date.parse(moment.pdt) <= playingAtMs)) return moment.pins;
  }
  return room.pinTimeline[0]?.pins ?? [];
}
