import {
  defaultChatMode,
  type MissedEvents,
  type PinOnScreen,
  type RoomEvent,
  type RoomSnapshot,
  type StreamStatus,
} from '@vybekart/contract';
import { newId } from '../src/index.ts';
import { anEvent, chat, type EventBody, streamId } from './things.ts';

/** What a server knows of one room: its log, and the snapshot that it adds up to (worked out on its own). */
export class ScriptedRoom {
  readonly log: RoomEvent[] = [];
  pageSize = 200;
  /** Events before this seq are no longer kept. */
  oldestSeq = 1;
  viewerCount = 1;
  likeCount = 0;
  serverTimeMs = Date.parse('2026-03-01T10:00:00.000Z');
  readonly #seqByClientMsgId = new Map<string, { id: string; seq: number }>();

  append(body: EventBody): RoomEvent {
    const event = anEvent(this.log.length + 1, body);
    this.log.push(event);
    return event;
  }

  /** Writes a message once for each `clientMsgId`. */
  write(text: string, clientMsgId: string, user: { id: string; displayName: string }) {
    const known = this.#seqByClientMsgId.get(clientMsgId);
    if (known) return { ...known, event: null };
    const id = newId();
    const event = this.append(chat(text, { id, clientMsgId, user: { ...user, role: 'viewer' } }));
    this.#seqByClientMsgId.set(clientMsgId, { id, seq: event.seq });
    return { id, seq: event.seq, event };
  }

  missedAfter(afterSeq: number): MissedEvents {
    const isLost = afterSeq > this.log.length || afterSeq + 1 < this.oldestSeq;
    if (isLost) return { missed: [], hasMore: false, reset: true };
    const missed = this.log.slice(afterSeq, afterSeq + this.pageSize);
    return { missed, hasMore: afterSeq + missed.length < this.log.length, reset: false };
  }

  snapshot(): RoomSnapshot {
    let status: StreamStatus = 'ready';
    let pins: PinOnScreen[] = [];
    let messages: Extract<RoomEvent, { event: 'new_message' }>[] = [];
    for (const event of this.log) {
      if (event.event === 'stream_state') status = event.status;
      if (event.event === 'stream_ended') status = 'ended';
      if (event.event === 'new_message') messages.push(event);
      if (event.event === 'message_deleted') {
        messages = messages.filter((message) => message.message.id !== event.messageId);
      }
      if (event.event === 'unpin_product') pins = pins.filter((pin) => pin.id !== event.productId);
      if (event.event === 'pin_product') {
        pins = [{ ...event.pin, pdt: event.pdt }, ...pins.filter((pin) => pin.id !== event.pin.id)].slice(
          0,
          3,
        );
      }
      if (event.event === 'stock_changed') {
        const { variantId, available } = event;
        pins = pins.map((pin) => ({
          ...pin,
          variants: pin.variants.map((one) => (one.id === variantId ? { ...one, available } : one)),
        }));
      }
    }
    return {
      streamId,
      status,
      seq: this.log.length,
      viewerCount: this.viewerCount,
      likeCount: this.likeCount,
      pins,
      chat: messages.slice(-50).map(({ event: _, ...message }) => message),
      settings: { ...defaultChatMode, maxMessageLength: 300, pinnedMessage: null },
      serverTime: new Date(this.serverTimeMs).toISOString(),
    };
  }
}
