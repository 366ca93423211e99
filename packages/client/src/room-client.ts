import {
  type ChatMode,
  type ChatStanding,
  defaultChatMode,
  type ReportReason,
  type ServerPayloads,
} from '@vybekart/contract';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { Alarm } from './clock.ts';
import { LikeBatcher } from './like-batcher.ts';
import type { LiveConnection } from './live-connection.ts';
import { MessageList } from './message-list.ts';
import { type Draft, Outbox, type SendOutcome } from './outbox.ts';
import { Publisher } from './publisher.ts';
import { newId } from './random.ts';
import { RoomMembership } from './room-membership.ts';
import { figuresOf, noFigures, type RoomView } from './room-view.ts';
import type { Acknowledged } from './socket-link.ts';
import type { RoomStatus } from './transitions.ts';

export interface RoomClientOptions {
  streamId: string;
  connection: LiveConnection;
  api: Api;
}

/** Events that happen once and are not part of the view. */
export type OneOffEvent =
  | 'review_requested'
  | 'review_settled'
  | 'floating_hearts'
  | 'new_order'
  | 'order_updated'
  | 'notification';

/** `deleteMessages`: also takes away what the person wrote in this room. `reason` is for the log. */
export interface SanctionOptions {
  reason?: string;
  deleteMessages?: boolean;
}

const heartbeatMs = 15_000;

type PinAnswer = Pick<Acknowledged<'unpin_product'>, 'seq'>;

/** How the video of a room does on this device; `firstFrameMs`: from the tap to the first picture. */
interface VideoReport {
  videoLatencyMs?: number;
  stalls?: number;
  firstFrameMs?: number;
}
const unknownStanding: ChatStanding = { role: 'viewer', isBanned: false, mutedUntil: null };

/**
 * One show's room for one viewer: chat, hearts, pins and counts as an immutable view, kept complete and in order
 * through lost connections. A plain class that screens observe with `subscribe` and `getSnapshot`. One client for a
 * stream on a connection.
 */
export class RoomClient {
  readonly #streamId: string;
  readonly #connection: LiveConnection;
  readonly #api: Api;
  readonly #membership: RoomMembership;
  readonly #messages = new MessageList();
  readonly #publisher: Publisher;
  readonly #outbox: Outbox;
  readonly #likes: LikeBatcher;
  readonly #heartbeat: Alarm;
  #view: RoomView | null = null;
  #figures = noFigures;
  #you = unknownStanding;
  /** The newest change of the pins that was made here. */
  #ownPinSeq = 0;
  #hearts = { burst: 0, count: 0 };
  #video: VideoReport = {};
  #unsubscribes: (() => void)[] = [];

  constructor({ streamId, connection, api }: RoomClientOptions) {
    const { clock, random } = connection;
    this.#streamId = streamId;
    this.#connection = connection;
    this.#api = api;
    this.#publisher = new Publisher(clock);
    this.#heartbeat = new Alarm(clock);
    this.#outbox = new Outbox({
      clock,
      deliver: (message) => this.#deliver(message),
      changed: () => this.#changed('now'),
    });
    this.#likes = new LikeBatcher({
      clock,
      random,
      deliver: (count) => this.#membership.request('send_likes', { streamId, count }),
      changed: () => this.#changed('soon'),
    });
    this.#membership = new RoomMembership({
      streamId,
      connection,
      api,
      onStatus: (status) => this.#follow(status),
      onState: (state) => {
        this.#outbox.settleShown(state);
        this.#changed('soon');
      },
      onSnapshot: (room, requestedAtMs) => {
        this.#figures = figuresOf(room, this.#figures, requestedAtMs, clock.now());
        this.#likes.counted(room.likeCount);
        this.#changed('soon');
      },
      onStanding: (you, held) => {
        this.#stand(you);
        this.#outbox.setHeld(held);
      },
      onError: () => this.#changed('soon'),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#publisher.subscribe(listener);

  readonly getSnapshot = (): RoomView => {
    this.#view ??= this.#compose();
    return this.#view;
  };

  /** Joins the room; also a new try after `refused`. */
  start(): void {
    this.#membership.start();
  }

  /** Leaves the room for good. Messages not sent yet fail with `network`. */
  close(): void {
    this.#membership.close();
    this.#publisher.close();
  }

  /** Leaves the room but keeps what it shows, for a screen that is out of sight. */
  suspend(): void {
    this.#membership.suspend();
  }

  /** Joins again and catches up. */
  resume(): void {
    this.#membership.resume();
  }

  /** Shows the message at once as `sending`. The outcome gives the text back when it was refused; never rejects. */
  sendMessage(text: string, options: Omit<Draft, 'text'> = {}): Promise<SendOutcome> {
    const clientMsgId = newId(this.#connection.clock.now());
    this.#messages.markOwn(clientMsgId);
    return this.#outbox.send(clientMsgId, { text, ...options });
  }

  /** Sends a failed message again, under its old id; null when there is no such message. */
  retryMessage(clientMsgId: string): Promise<SendOutcome> | null {
    return this.#outbox.retry(clientMsgId);
  }

  /** Takes a failed message away. */
  discardMessage(clientMsgId: string): void {
    this.#outbox.discard(clientMsgId);
  }

  /** Counts at once; sent in batches, with no answer to wait for. By socket alone. */
  like(count = 1): void {
    if (!hasEnded(this.#membership.status)) this.#likes.add(count);
  }

  /**
   * Shows a product on the video (the seller or a moderator). Throws ApiError; `conflict` when somebody else has
   * changed the pins and this client has not shown it yet.
   */
  async pin(productId: string, variantId?: string): Promise<void> {
    const body = { productId, variantId, seenSeq: this.#seenSeq };
    await this.#changePins(
      () => this.#membership.request('pin_product', { streamId: this.#streamId, ...body }),
      () => this.#api.call('pinProduct', { params: { id: this.#streamId }, body }),
    );
  }

  /** Takes a product off the video; throws as `pin` does. */
  async unpin(productId: string): Promise<void> {
    const body = { productId, seenSeq: this.#seenSeq };
    await this.#changePins(
      () => this.#membership.request('unpin_product', { streamId: this.#streamId, ...body }),
      () => this.#api.call('unpinProduct', { params: { id: this.#streamId }, body }),
    );
  }

  /** Takes a message out of the chat (its author, the seller or a moderator). By socket alone; throws ApiError. */
  async deleteMessage(messageId: string, reason?: string): Promise<void> {
    await this.#membership.request('delete_message', { streamId: this.#streamId, messageId, reason });
  }

  /** Takes the chat of this shop away from somebody for so long (a moderator). By socket alone; throws ApiError. */
  async timeoutUser(userId: string, seconds: number, options: SanctionOptions = {}): Promise<void> {
    const payload = { streamId: this.#streamId, userId, seconds, ...options };
    await this.#membership.request('timeout_user', payload);
  }

  /** The same until `unbanUser`. */
  async banUser(userId: string, options: SanctionOptions = {}): Promise<void> {
    await this.#membership.request('ban_user', { streamId: this.#streamId, userId, ...options });
  }

  /** Gives the chat back, after a timeout too. */
  async unbanUser(userId: string): Promise<void> {
    await this.#membership.request('unban_user', { streamId: this.#streamId, userId });
  }

  /** Changes how the chat is run, what is named alone (a moderator). By socket alone; throws ApiError. */
  async setChatMode(changes: Partial<ChatMode>): Promise<void> {
    await this.#membership.request('set_chat_mode', { streamId: this.#streamId, ...changes });
  }

  /** Puts a message above the chat, or with null takes it down (a moderator). By socket alone; throws ApiError. */
  async pinMessage(messageId: string | null): Promise<void> {
    await this.#membership.request('pin_message', { streamId: this.#streamId, messageId });
  }

  /** Asks the moderators to look at a message; once counts. By socket alone; throws ApiError. */
  async reportMessage(messageId: string, reason?: ReportReason): Promise<void> {
    await this.#membership.request('report_message', { streamId: this.#streamId, messageId, reason });
  }

  /** What the next heartbeat tells about the video. */
  reportVideo(video: VideoReport): void {
    this.#video = video;
  }

  /** Hearts of this room and the person's private events, each once. The answer stops listening. */
  onEvent<N extends OneOffEvent>(name: N, listener: (payload: ServerPayloads[N]) => void): () => void {
    return this.#connection.on(name, (payload) => {
      if (!('streamId' in payload) || payload.streamId === this.#streamId) listener(payload);
    });
  }

  #follow(status: RoomStatus): void {
    const { isJoined, error } = this.#membership;
    if (status === 'ended') this.#outbox.refuse(new ApiError({ code: 'stream_ended' }));
    else if (status === 'refused' && error) this.#outbox.refuse(error);
    else if (status === 'closed') this.#outbox.refuse(new ApiError({ code: 'network' }));
    else this.#outbox.accept();
    this.#outbox.setOpen(isJoined || status === 'polling');
    this.#likes.setOpen(isJoined);
    if (!isJoined) this.#heartbeat.clear();
    else if (!this.#heartbeat.isSet) this.#heartbeat.set(heartbeatMs, () => this.#beat());
    // Whoever is refused hears of a ban that is lifted.
    if (status === 'ended' || status === 'closed') this.#stopListening();
    else this.#listen();
    this.#changed('now');
  }

  #listen(): void {
    if (this.#unsubscribes.length > 0) return;
    this.#unsubscribes = [
      this.#connection.on('chat_standing', ({ streamId, you }) => {
        if (streamId === this.#streamId) this.#stand(you);
      }),
      this.#connection.on('review_settled', ({ streamId, messageId, status }) => {
        if (streamId === this.#streamId && status !== 'visible') this.#outbox.dropHeld(messageId);
      }),
      this.#connection.on('viewer_count', ({ streamId, count, peak }) => {
        if (streamId !== this.#streamId) return;
        this.#figures = { ...this.#figures, viewerCount: count, peakViewerCount: peak };
        this.#changed('soon');
      }),
      this.#connection.on('floating_hearts', ({ streamId, count, total }) => {
        if (streamId !== this.#streamId) return;
        this.#likes.counted(total);
        const others = this.#likes.othersIn(count);
        if (others > 0) this.#hearts = { burst: this.#hearts.burst + 1, count: others };
        this.#changed('soon');
      }),
    ];
  }

  #stand(you: ChatStanding): void {
    this.#you = you;
    if (you.isBanned) this.#membership.refuse(new ApiError({ code: 'forbidden' }));
    else if (this.#membership.status === 'refused') this.start();
    this.#changed('now');
  }

  #stopListening(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#unsubscribes = [];
  }

  #beat(): void {
    this.#heartbeat.set(heartbeatMs, () => this.#beat());
    const payload = { streamId: this.#streamId, ...this.#video };
    this.#membership.request('heartbeat', payload).catch(() => undefined);
  }

  #deliver({
    replyTo,
    ...draft
  }: Draft & { clientMsgId: string }): Promise<{ id: string; seq: number | null }> {
    const message = { ...draft, replyTo: replyTo?.id };
    return this.#membership.status === 'polling'
      ? this.#api.call('sendMessage', {
          params: { id: this.#streamId },
          body: { ...message, deviceId: this.#connection.deviceId },
        })
      : this.#membership.request('send_message', { streamId: this.#streamId, ...message });
  }

  /** What one's own change was answered counts as seen: the server found nothing between. Undefined: nothing yet. */
  get #seenSeq(): number | undefined {
    const { state } = this.#membership;
    return state ? Math.max(state.seq, this.#ownPinSeq) : undefined;
  }

  async #changePins(socket: () => Promise<PinAnswer>, rest: () => Promise<PinAnswer>): Promise<void> {
    try {
      const { seq } = await this.#bySocketOrRest(socket, rest);
      this.#ownPinSeq = Math.max(this.#ownPinSeq, seq ?? 0);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'conflict') this.#membership.catchUp();
      throw error;
    }
  }

  async #bySocketOrRest<T>(socket: () => Promise<T>, rest: () => Promise<T>): Promise<T> {
    if (!this.#membership.isJoined) return rest();
    try {
      return await socket();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'network') throw error;
      return rest();
    }
  }

  #changed(when: 'now' | 'soon'): void {
    this.#view = null;
    this.#publisher[when]();
  }

  #compose(): RoomView {
    const { status, isJoined, state, error } = this.#membership;
    const me = this.#connection.session?.getSnapshot().user ?? null;
    return {
      ...this.#figures,
      streamId: this.#streamId,
      status,
      connection: isJoined ? 'socket' : status === 'polling' ? 'polling' : 'none',
      streamStatus: state?.status ?? null,
      seq: state?.seq ?? 0,
      you: this.#you,
      chatMode: state?.chatMode ?? defaultChatMode,
      pinnedMessage: state?.pinnedMessage ?? null,
      likeCount: this.#likes.total,
      hearts: this.#hearts,
      pins: state?.pins ?? [],
      pinTimeline: state?.pinTimeline ?? [],
      stock: state?.stock ?? {},
      messages: this.#messages.compose(state, this.#outbox.entries, me),
      endedReason: state?.endedReason ?? null,
      error: error?.toFailure() ?? null,
    };
  }
}

function hasEnded(status: RoomStatus): boolean {
  return status === 'ended' || status === 'refused' || status === 'closed';
}
