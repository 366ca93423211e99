import { z } from 'zod';
import { Product, Variant } from './catalog.ts';
import { ErrorCodeSchema, Id, Timestamp, text } from './common.ts';
import {
  ChatMode,
  ChatRole,
  ChatStanding,
  Chatter,
  Reason,
  ReportReason,
  TimeoutSeconds,
} from './moderation.ts';
import { Notification } from './notifications.ts';
import { Order, SellerOrder } from './orders.ts';
import { StreamStatus } from './streams.ts';

/** 1..300 graphemes in one line. */
export const MessageText = text({ min: 1, max: 300 });
const Seq = z.int().min(0);

export const ChatUser = z.object({
  id: Id,
  displayName: z.string(),
  role: ChatRole,
});

/** The beginning of the message that another one answers; `excerpt` is null when that one is gone. */
export const Quote = z
  .object({ id: Id, user: Chatter, excerpt: z.string().nullable() })
  .meta({ id: 'Quote' });
export type Quote = z.infer<typeof Quote>;

/** An announcement of the seller or a moderator stands out. */
export const MessageKind = z.literal('announcement');

export const Message = z
  .object({
    id: Id,
    clientMsgId: Id,
    text: z.string(),
    user: ChatUser,
    kind: MessageKind.optional(),
    replyTo: Quote.optional(),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof Message>;

/** A product shown on screen; `id` is the product's, so a product is pinned at most once. */
export const Pin = z
  .object({
    id: Id,
    product: Product.pick({ id: true, title: true, imageUrls: true, price: true }),
    variants: z.array(Variant.pick({ id: true, title: true, price: true, available: true })),
  })
  .meta({ id: 'Pin' });
export type Pin = z.infer<typeof Pin>;

/** A pin with the moment of the video at which it came up; without one it shows at once. */
export const PinOnScreen = Pin.extend({ pdt: Timestamp.optional() }).meta({ id: 'PinOnScreen' });
export type PinOnScreen = z.infer<typeof PinOnScreen>;

/** A message that waits for the seller or a moderator: nobody but them and its author sees it. */
export const ReviewItem = z
  .object({
    streamId: Id,
    message: Message,
    reason: z.enum(['blocked_word', 'reports']),
    heldAt: Timestamp,
  })
  .meta({ id: 'ReviewItem' });
export type ReviewItem = z.infer<typeof ReviewItem>;

/** What each durable room event carries: `seq` is gap-free in its room, `pdt` the moment of the video. */
const durable = { streamId: Id, seq: z.int().min(1), at: Timestamp, pdt: Timestamp.optional() };

export const durableEvents = {
  new_message: z.object({ ...durable, message: Message }),
  message_deleted: z.object({ ...durable, messageId: Id }),
  /** Everything that a person wrote in this room until now is gone. */
  user_messages_deleted: z.object({ ...durable, userId: Id }),
  /** The message that stands above the chat from now on; null takes it down. It carries no quote. */
  message_pinned: z.object({ ...durable, message: Message.nullable() }),
  chat_mode: z.object({ ...durable, ...ChatMode.shape }),
  pin_product: z.object({ ...durable, pin: Pin }),
  unpin_product: z.object({ ...durable, productId: Id }),
  stock_changed: z.object({ ...durable, productId: Id, variantId: Id, available: z.int() }),
  stream_state: z.object({ ...durable, status: StreamStatus }),
  stream_ended: z.object({ ...durable, reason: z.string() }),
} as const;
export type DurableEventName = keyof typeof durableEvents;
export type DurablePayloads = { [N in DurableEventName]: z.infer<(typeof durableEvents)[N]> };
/** A durable event with its name, as `missed` and the REST catch-up carry it. */
export const RoomEvent = z.discriminatedUnion('event', [
  durableEvents.new_message.extend({ event: z.literal('new_message') }),
  durableEvents.message_deleted.extend({ event: z.literal('message_deleted') }),
  durableEvents.user_messages_deleted.extend({ event: z.literal('user_messages_deleted') }),
  durableEvents.message_pinned.extend({ event: z.literal('message_pinned') }),
  durableEvents.chat_mode.extend({ event: z.literal('chat_mode') }),
  durableEvents.pin_product.extend({ event: z.literal('pin_product') }),
  durableEvents.unpin_product.extend({ event: z.literal('unpin_product') }),
  durableEvents.stock_changed.extend({ event: z.literal('stock_changed') }),
  durableEvents.stream_state.extend({ event: z.literal('stream_state') }),
  durableEvents.stream_ended.extend({ event: z.literal('stream_ended') }),
]);
export type RoomEvent = z.infer<typeof RoomEvent>;

const privateAndLossyEvents = {
  floating_hearts: z.object({ streamId: Id, count: z.int().min(1), total: z.int().min(0) }),
  viewer_count: z.object({ streamId: Id, count: z.int().min(0), peak: z.int().min(0) }),
  new_order: z.object({ order: SellerOrder }),
  order_updated: z.object({ order: Order }),
  notification: z.object({ notification: Notification }),
  chat_standing: z.object({ streamId: Id, you: ChatStanding }),
  /** To the seller and the moderators. */
  review_requested: z.object({ streamId: Id, item: ReviewItem }),
  /** To them and to the author. */
  review_settled: z.object({
    streamId: Id,
    messageId: Id,
    status: z.enum(['visible', 'hidden', 'deleted']),
  }),
  session_revoked: z.object({}),
  server_draining: z.object({ retryAfterMs: z.int().min(0) }),
  error_event: z.object({ event: z.string(), error: z.looseObject({ code: ErrorCodeSchema }) }),
} as const;

/** Every event that the server sends, by name. */
export const serverEvents = { ...durableEvents, ...privateAndLossyEvents } as const;
export type ServerEventName = keyof typeof serverEvents;
export type ServerPayloads = { [N in ServerEventName]: z.infer<(typeof serverEvents)[N]> };

/** `seenSeq`: the newest `seq` that the sender knows; when the pins have changed since, the answer is `conflict`. */
const unpin = { productId: Id, seenSeq: Seq.optional() };
const pin = { ...unpin, variantId: Id.optional() };

/** `deleteMessages`: also take away what they wrote in this room. */
const mute = { streamId: Id, userId: Id, reason: Reason.optional(), deleteMessages: z.boolean().optional() };

/** Every event that a client sends, by name: the payload before parsing is `ClientPayloads`. */
export const clientEvents = {
  join_room: z.strictObject({ streamId: Id, afterSeq: Seq.optional() }),
  leave_room: z.strictObject({ streamId: Id }),
  heartbeat: z.strictObject({
    streamId: Id,
    videoLatencyMs: z.number().min(0).max(3_600_000).optional(),
    stalls: z.int().min(0).optional(),
    firstFrameMs: z.int().min(0).max(3_600_000).optional(),
  }),
  send_message: z.strictObject({
    streamId: Id,
    clientMsgId: Id,
    text: MessageText,
    replyTo: Id.optional(),
    kind: MessageKind.optional(),
  }),
  send_likes: z.strictObject({ streamId: Id, count: z.int().min(1).max(50) }),
  pin_product: z.strictObject({ streamId: Id, ...pin }),
  unpin_product: z.strictObject({ streamId: Id, ...unpin }),
  delete_message: z.strictObject({ streamId: Id, messageId: Id, reason: Reason.optional() }),
  timeout_user: z.strictObject({ ...mute, seconds: TimeoutSeconds }),
  ban_user: z.strictObject(mute),
  unban_user: z.strictObject({ streamId: Id, userId: Id, reason: Reason.optional() }),
  /** What is absent stays as it is. */
  set_chat_mode: z.strictObject({ streamId: Id, ...ChatMode.partial().shape }),
  report_message: z.strictObject({ streamId: Id, messageId: Id, reason: ReportReason.optional() }),
  pin_message: z.strictObject({ streamId: Id, messageId: Id.nullable() }),
  reauth: z.strictObject({ token: z.string().min(1).max(8192) }),
} as const;
export type ClientEventName = keyof typeof clientEvents;
export type ClientPayloads = { [N in ClientEventName]: z.infer<(typeof clientEvents)[N]> };

export const RoomSnapshot = z
  .object({
    streamId: Id,
    status: StreamStatus,
    seq: Seq,
    viewerCount: z.int(),
    likeCount: z.int(),
    pins: z.array(PinOnScreen),
    chat: z.array(durableEvents.new_message),
    settings: ChatMode.extend({ maxMessageLength: z.int(), pinnedMessage: Message.nullable() }),
    serverTime: Timestamp,
  })
  .meta({ id: 'RoomSnapshot' });
export type RoomSnapshot = z.infer<typeof RoomSnapshot>;

/** `hasMore`: ask again with the last `seq`; `reset`: the log is older than what is kept, take the snapshot. */
export const MissedEvents = z.object({
  missed: z.array(RoomEvent),
  hasMore: z.boolean(),
  reset: z.boolean(),
});
export type MissedEvents = z.infer<typeof MissedEvents>;

export const acknowledgements = {
  /** `held`: one's own messages that wait for review. */
  join_room: z
    .object({ room: RoomSnapshot, you: ChatStanding, held: z.array(Message) })
    .extend(MissedEvents.partial().shape),
  leave_room: z.object({}),
  heartbeat: z.object({}),
  /** `seq` is null for a message that is held for review. */
  send_message: z.object({ id: Id, seq: z.int().nullable() }),
  send_likes: z.object({ total: z.int() }),
  pin_product: z.object({ seq: z.int(), pin: Pin }),
  unpin_product: z.object({ seq: z.int().nullable() }),
  delete_message: z.object({ seq: z.int().nullable() }),
  timeout_user: z.object({ until: Timestamp }),
  ban_user: z.object({}),
  unban_user: z.object({}),
  set_chat_mode: z.object({ seq: z.int().nullable(), mode: ChatMode }),
  report_message: z.object({}),
  pin_message: z.object({ seq: z.int().nullable() }),
  reauth: z.object({ expiresAt: Timestamp }),
} as const satisfies Record<ClientEventName, z.ZodType>;

export const SocketError = z.looseObject({
  code: ErrorCodeSchema,
  message: z.string(),
  requestId: z.string().optional(),
  retryAfterMs: z.int().optional(),
  fields: z.array(z.object({ path: z.string(), code: z.string() })).optional(),
});
export type SocketError = z.infer<typeof SocketError>;
export type Acknowledgement<N extends ClientEventName> =
  | ({ ok: true } & z.infer<(typeof acknowledgements)[N]>)
  | { ok: false; error: SocketError };

/** The maps that Socket.IO's types take (socket.io/docs/v4/typescript). */
export type ServerToClientEvents = { [N in ServerEventName]: (payload: ServerPayloads[N]) => void };
export type ClientToServerEvents = {
  [N in ClientEventName]: (
    payload: z.input<(typeof clientEvents)[N]>,
    acknowledge?: (answer: Acknowledgement<N>) => void,
  ) => void;
};

/** `deviceId`: the same as in the handshake of a socket. */
export const SendMessageByRest = z.strictObject({
  clientMsgId: Id,
  text: MessageText,
  replyTo: Id.optional(),
  kind: MessageKind.optional(),
  deviceId: Id.optional(),
});
export const PinByRest = z.strictObject(pin);
export const UnpinByRest = z.strictObject(unpin);
export const SentMessage = acknowledgements.send_message;
