import {
  afterDeletion,
  type ChatMode,
  chatAfterDeletion,
  type Deletion,
  type DurablePayloads,
  type Message,
  type PinOnScreen,
  type RoomEvent,
  type RoomSnapshot,
  type StreamStatus,
} from '@vybekart/contract';
import { isOver } from '../streams/stream-state.ts';
import { Audience } from './audience.ts';
import type { Channel } from './fan-out/channel.ts';
import { RecentEvents } from './recent-events.ts';

interface RoomFacts {
  streamId: string;
  ownerId: string;
  shopId: string;
  isPrivate: boolean;
  status: StreamStatus;
  head: number;
  recent: RoomEvent[];
  chat: DurablePayloads['new_message'][];
  chatMode: ChatMode;
  pinnedMessage: Message | null;
  pins: PinOnScreen[];
  likeCount: number;
  peakViewers: number;
  /** EXT-X-PROGRAM-DATE-TIME of the newest video; null while nothing flows. */
  videoTime: () => Date | null;
  /** Writes text into the video of this moment, where its pictures carry no date. */
  annotateVideo: (text: string) => void;
}

/** What must be on every screen soon, however much is said in the room. */
const urgentEvents = new Set<RoomEvent['event']>([
  'pin_product',
  'unpin_product',
  'message_deleted',
  'user_messages_deleted',
  'stream_state',
  'stream_ended',
]);

export const maxPins = 3;
const maxChat = 50;
const maxMessageLength = 300;

/** One room in this process: what its durable events add up to, and the channel to its members. */
export class LiveRoom {
  readonly streamId: string;
  readonly ownerId: string;
  readonly shopId: string;
  readonly isPrivate: boolean;
  readonly recent: RecentEvents;
  readonly audience: Audience;
  readonly videoTime: () => Date | null;
  readonly annotateVideo: (text: string) => void;
  #status: StreamStatus;
  #pins: readonly PinOnScreen[];
  #chat: DurablePayloads['new_message'][];
  #chatMode: ChatMode;
  #pinnedMessage: Message | null;
  readonly #figures = new Map<string, number>();

  constructor(
    facts: RoomFacts,
    readonly channel: Channel,
  ) {
    this.streamId = facts.streamId;
    this.ownerId = facts.ownerId;
    this.shopId = facts.shopId;
    this.isPrivate = facts.isPrivate;
    this.videoTime = facts.videoTime;
    this.annotateVideo = facts.annotateVideo;
    this.recent = new RecentEvents(facts.head, facts.recent);
    this.audience = new Audience(facts.streamId, channel, facts.likeCount, facts.peakViewers);
    this.#status = facts.status;
    this.#pins = facts.pins;
    this.#chat = facts.chat;
    this.#chatMode = facts.chatMode;
    this.#pinnedMessage = facts.pinnedMessage;
    for (const event of facts.recent) this.#noteFigures(event);
  }

  get isOver(): boolean {
    return isOver(this.#status);
  }

  get chatMode(): ChatMode {
    return this.#chatMode;
  }

  get pins(): readonly PinOnScreen[] {
    return this.#pins;
  }

  /** What the room's newest events say is left of a variant; undefined when they say nothing. */
  figureOf(variantId: string): number | undefined {
    return this.#figures.get(variantId);
  }

  /** Takes the next event of the room and sends it to the members. */
  apply(event: RoomEvent): void {
    this.recent.push(event);
    this.#noteFigures(event);
    this.#change(event);
    const { event: name, ...payload } = event;
    this.channel.send(name, payload, urgentEvents.has(name) ? 'urgent' : 'durable');
  }

  #noteFigures(event: RoomEvent): void {
    if (event.event === 'stock_changed') this.#figures.set(event.variantId, event.available);
    if (event.event !== 'pin_product') return;
    for (const { id, available } of event.pin.variants) this.#figures.set(id, available);
  }

  #change(event: RoomEvent): void {
    switch (event.event) {
      case 'new_message': {
        const { event: _, ...message } = event;
        this.#chat = [...this.#chat, message].slice(-maxChat);
        break;
      }
      case 'message_deleted':
        this.#forget({ messageId: event.messageId });
        break;
      case 'user_messages_deleted':
        this.#forget({ userId: event.userId });
        break;
      case 'message_pinned':
        this.#pinnedMessage = event.message;
        break;
      case 'chat_mode': {
        const { chatOn, slowModeSeconds, followersOnly, linksFromModeratorsOnly } = event;
        this.#chatMode = { chatOn, slowModeSeconds, followersOnly, linksFromModeratorsOnly };
        break;
      }
      case 'pin_product':
        this.#pins = [
          { ...event.pin, pdt: event.pdt },
          ...this.#pins.filter(({ id }) => id !== event.pin.id),
        ].slice(0, maxPins);
        break;
      case 'unpin_product':
        this.#pins = this.#pins.filter(({ id }) => id !== event.productId);
        break;
      case 'stock_changed':
        this.#pins = this.#pins.map((pin) => withStock(pin, event));
        break;
      case 'stream_state':
        this.#status = event.status;
        break;
      case 'stream_ended':
        if (!this.isOver) this.#status = 'ended';
        break;
    }
  }

  #forget(deletion: Deletion): void {
    this.#chat = chatAfterDeletion(this.#chat, deletion);
    this.#pinnedMessage = this.#pinnedMessage && afterDeletion(this.#pinnedMessage, deletion);
    this.recent.amend((event) => erased(event, deletion));
  }

  close(): void {
    this.audience.close();
    this.channel.close();
  }

  snapshot(now: Date): RoomSnapshot {
    return {
      streamId: this.streamId,
      status: this.#status,
      seq: this.recent.head,
      viewerCount: this.audience.viewerCount,
      likeCount: this.audience.likeCount,
      pins: [...this.#pins],
      chat: this.#chat,
      settings: { ...this.#chatMode, maxMessageLength, pinnedMessage: this.#pinnedMessage },
      serverTime: now.toISOString(),
    };
  }
}

/** A deleted message keeps its place in the log, but not its words, here and where it is quoted or pinned. */
function erased(event: RoomEvent, deletion: Deletion): RoomEvent {
  if (event.event === 'message_pinned') {
    return { ...event, message: event.message && afterDeletion(event.message, deletion) };
  }
  if (event.event !== 'new_message') return event;
  return { ...event, message: afterDeletion(event.message, deletion) ?? { ...event.message, text: '' } };
}

function withStock(pin: PinOnScreen, change: DurablePayloads['stock_changed']): PinOnScreen {
  const variants = pin.variants.map((variant) =>
    variant.id === change.variantId ? { ...variant, available: change.available } : variant,
  );
  return { ...pin, variants };
}
