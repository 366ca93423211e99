import {
  type DurableEventName,
  type DurablePayloads,
  durableEvents,
  errorTable,
  type RoomEvent,
  type RoomSnapshot,
  type ServerPayloads,
} from '@vybekart/contract';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { Alarm } from './clock.ts';
import { LikeBatcher } from './like-batcher.ts';
import type { Acknowledged, LiveConnection } from './live-connection.ts';
import { Outbox, type SendOutcome } from './outbox.ts';
import { Publisher } from './publisher.ts';
import { newId } from './random.ts';
import { RoomLog } from './room-log.ts';
import { RoomPoller } from './room-poller.ts';
import { composeMessages, type RoomView } from './room-view.ts';
import { type RoomStatus, type RoomTransition, roomTransitions } from './transitions.ts';

export interface RoomClientOptions {
  streamId: string;
  connection: LiveConnection;
  api: Api;
}

/** Events that happen once and are not part of the view. */
export type OneOffEvent = 'floating_hearts' | 'new_order' | 'order_updated' | 'notification';

const heartbeatMs = 15_000;
const fallbackAfterMs = 8000;
/** Nodes of a server may swap two events by this much; a longer gap is a loss. */
const gapPatienceMs = 150;
const joinRetry = { firstMs: 1000, maxMs: 10_000, factor: 2, jitter: 0.5 };

/**
 * One show's room for one viewer: joins over the shared connection, keeps the events in order without loss or
 * repetition, falls back to REST when the socket cannot connect for 8 s and returns when it can. A plain class
 * that screens observe with `subscribe` and `getSnapshot`. One client for a stream on a connection.
 */
export class RoomClient {
  readonly #options: RoomClientOptions;
  readonly #connection: LiveConnection;
  readonly #log = new RoomLog();
  readonly #publisher: Publisher;
  readonly #outbox: Outbox;
  readonly #likes: LikeBatcher;
  readonly #poller: RoomPoller;
  readonly #fallback: Alarm;
  readonly #heartbeat: Alarm;
  readonly #gap: Alarm;
  readonly #rejoin: Alarm;
  readonly #sentHere = new Set<string>();
  #status: RoomStatus = 'idle';
  #view: RoomView | null = null;
  #counts = { viewerCount: 0, peakViewerCount: 0, maxMessageLength: 300, serverClockOffsetMs: 0 };
  #hearts = { burst: 0, count: 0 };
  #error: ApiError | null = null;
  #video: { videoLatencyMs?: number; stalls?: number } = {};
  #round = 0;
  #joinFailures = 0;
  #isPausedByHost = false;
  #leaveConnection: (() => void)[] = [];
  #releaseConnection: (() => void) | null = null;

  constructor(options: RoomClientOptions) {
    const { connection, api, streamId } = options;
    const { clock, random } = connection;
    this.#options = options;
    this.#connection = connection;
    this.#publisher = new Publisher(clock);
    this.#fallback = new Alarm(clock);
    this.#heartbeat = new Alarm(clock);
    this.#gap = new Alarm(clock);
    this.#rejoin = new Alarm(clock);
    this.#outbox = new Outbox({
      clock,
      deliver: (message) => this.#deliver(message),
      changed: () => this.#changed('now'),
    });
    this.#likes = new LikeBatcher({
      clock,
      random,
      deliver: (count) => connection.request('send_likes', { streamId, count }),
      changed: () => this.#changed('soon'),
    });
    this.#poller = new RoomPoller({
      streamId,
      api,
      log: this.#log,
      clock,
      random,
      onSnapshot: (room, requestedAtMs) => this.#takeCounts(room, requestedAtMs),
      onPolled: () => {
        this.#error = null;
        this.#dispatch('polled');
        this.#logChanged();
      },
      onFailed: (error) => this.#pollFailed(error),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#publisher.subscribe(listener);

  readonly getSnapshot = (): RoomView => {
    this.#view ??= this.#compose();
    return this.#view;
  };

  /** Joins the room; also a new try after `refused`. */
  start(): void {
    this.#dispatch('start');
  }

  /** Leaves the room for good. Messages not sent yet fail with `network`. */
  close(): void {
    this.#dispatch('close');
    this.#outbox.close();
    this.#publisher.close();
  }

  /** Leaves the room but keeps what it shows, for a screen that is out of sight. */
  suspend(): void {
    this.#isPausedByHost = true;
    this.#dispatch('suspend');
  }

  /** Joins again and catches up. */
  resume(): void {
    this.#isPausedByHost = false;
    this.#dispatch('resume');
  }

  /** Shows the message at once as `sending`. The outcome gives the text back when it was refused; never rejects. */
  sendMessage(text: string): Promise<SendOutcome> {
    const clientMsgId = newId(this.#connection.clock.now());
    this.#sentHere.add(clientMsgId);
    return this.#outbox.send(clientMsgId, text);
  }

  /** Sends a failed message again, under its old id; null when there is no such message. */
  retryMessage(clientMsgId: string): Promise<SendOutcome> | null {
    return this.#outbox.retry(clientMsgId);
  }

  discardMessage(clientMsgId: string): void {
    this.#outbox.discard(clientMsgId);
  }

  /** Counts at once; sent in batches, with no answer to wait for. */
  like(count = 1): void {
    this.#likes.add(count);
  }

  /** Shows a product on the video (the seller). Throws ApiError. */
  async pin(productId: string, variantId?: string): Promise<void> {
    const { streamId, api } = this.#options;
    const body = variantId === undefined ? { productId } : { productId, variantId };
    await this.#bySocketOrRest(
      () => this.#connection.request('pin_product', { streamId, ...body }),
      () => api.call('pinProduct', { params: { id: streamId }, body }),
    );
  }

  async unpin(productId: string): Promise<void> {
    const { streamId, api } = this.#options;
    await this.#bySocketOrRest(
      () => this.#connection.request('unpin_product', { streamId, productId }),
      () => api.call('unpinProduct', { params: { id: streamId }, body: { productId } }),
    );
  }

  /** Takes a message out of the chat (its author, the seller or a moderator); by socket alone. Throws ApiError. */
  async deleteMessage(messageId: string): Promise<void> {
    await this.#connection.request('delete_message', { streamId: this.#options.streamId, messageId });
  }

  /** What the next heartbeat tells about the video. */
  reportVideo(video: { videoLatencyMs?: number; stalls?: number }): void {
    this.#video = video;
  }

  /** Hearts of this room and the person's private events, each once. The answer stops listening. */
  onEvent<N extends OneOffEvent>(name: N, listener: (payload: ServerPayloads[N]) => void): () => void {
    return this.#connection.on(name, (payload) => {
      if ('streamId' in payload && payload.streamId !== this.#options.streamId) return;
      listener(payload);
    });
  }

  #dispatch(event: RoomTransition): boolean {
    const next = roomTransitions[this.#status][event];
    if (!next) return false;
    this.#status = next;
    this.#enter(next);
    this.#changed('now');
    return true;
  }

  #enter(status: RoomStatus): void {
    const isJoined = status === 'live' || status === 'catching_up';
    this.#outbox.setOpen(isJoined || status === 'polling');
    this.#likes.setOpen(isJoined);
    if (!isJoined) this.#heartbeat.clear();
    else if (!this.#heartbeat.isSet) this.#heartbeat.set(heartbeatMs, () => void this.#beat());
    if (status !== 'live') this.#gap.clear();
    switch (status) {
      case 'connecting':
        this.#attach();
        this.#awaitConnection();
        this.#followConnection();
        break;
      case 'offline':
        this.#round += 1;
        this.#rejoin.clear();
        this.#awaitConnection();
        break;
      case 'joining':
        this.#stopFallback();
        void this.#synchronize();
        break;
      case 'catching_up':
        break;
      case 'live':
        this.#joinFailures = 0;
        this.#error = null;
        this.#checkGap();
        break;
      case 'suspended':
        this.#stop();
        if (this.#isPausedByHost) this.#detach();
        break;
      case 'ended':
      case 'refused':
      case 'closed':
        this.#stop();
        this.#detach();
        break;
      case 'idle':
      case 'polling':
        break;
    }
  }

  #stop(): void {
    this.#round += 1;
    this.#rejoin.clear();
    this.#stopFallback();
  }

  #attach(): void {
    if (this.#releaseConnection) return;
    const { streamId } = this.#options;
    this.#leaveConnection = [
      this.#connection.subscribe(() => this.#followConnection()),
      this.#connection.on('viewer_count', (payload) => {
        if (payload.streamId !== streamId) return;
        this.#counts = { ...this.#counts, viewerCount: payload.count, peakViewerCount: payload.peak };
        this.#changed('soon');
      }),
      this.#connection.on('floating_hearts', (payload) => {
        if (payload.streamId !== streamId) return;
        this.#likes.counted(payload.total);
        const count = this.#likes.othersIn(payload.count);
        if (count > 0) this.#hearts = { burst: this.#hearts.burst + 1, count };
        this.#changed('soon');
      }),
      ...(Object.keys(durableEvents) as DurableEventName[]).map((name) =>
        this.#connection.on(name, (payload) => this.#receive(name, payload)),
      ),
    ];
    this.#releaseConnection = this.#connection.open();
  }

  #detach(): void {
    const { streamId } = this.#options;
    this.#connection.request('leave_room', { streamId }).catch(() => undefined);
    for (const leave of this.#leaveConnection) leave();
    this.#leaveConnection = [];
    this.#releaseConnection?.();
    this.#releaseConnection = null;
  }

  #followConnection(): void {
    const { state, error } = this.#connection.getSnapshot();
    if (error) this.#error = error;
    if (state === 'suspended') this.#dispatch('suspend');
    else if (this.#status === 'suspended' && !this.#isPausedByHost) this.#dispatch('resume');
    else if (state === 'online') this.#dispatch('connected');
    else if (state !== 'connecting' || this.#status !== 'connecting') this.#dispatch('lost');
  }

  /** From now on REST takes over in 8 s, unless the socket connects. */
  #awaitConnection(): void {
    if (!this.#fallback.isSet) this.#fallback.set(fallbackAfterMs, () => this.#poller.start());
  }

  #stopFallback(): void {
    this.#fallback.clear();
    this.#poller.stop();
  }

  /** Joins, and asks again from the last seq until nothing is missing. */
  async #synchronize(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    for (let isComplete = false; !isComplete; ) {
      const { streamId } = this.#options;
      const afterSeq = this.#log.state?.seq;
      const requestedAtMs = this.#connection.clock.now();
      try {
        const payload = afterSeq === undefined ? { streamId } : { streamId, afterSeq };
        const answer = await this.#connection.request('join_room', payload);
        if (round !== this.#round) return;
        isComplete = this.#takeJoin(answer, afterSeq);
        this.#takeCounts(answer.room, requestedAtMs);
        if (!this.#logChanged()) return;
        if (!isComplete) this.#dispatch('behind');
      } catch (error) {
        if (round === this.#round) this.#joinFailed(ApiError.from(error));
        return;
      }
    }
    this.#dispatch('joined');
  }

  /** True when the log is up to the room's seq; false when there are more pages. */
  #takeJoin(answer: Acknowledged<'join_room'>, afterSeq: number | undefined): boolean {
    const { room, missed = [], hasMore = false, reset = false } = answer;
    const page = { missed, hasMore, reset: reset || afterSeq === undefined || room.seq < afterSeq };
    const isContinued =
      this.#log.append(page) && (hasMore ? missed.length > 0 : (this.#log.state?.seq ?? 0) >= room.seq);
    if (!isContinued) this.#log.reset(room);
    return !(isContinued && hasMore);
  }

  #joinFailed(error: ApiError): void {
    this.#error = error;
    if (error.code === 'stream_ended') {
      this.#dispatch('end');
    } else if (error.code === 'network' || error.code === 'timeout' || errorTable[error.code].retry) {
      const delayMs = backoffMs(joinRetry, this.#joinFailures, this.#connection.random);
      this.#joinFailures += 1;
      this.#rejoin.set(Math.max(delayMs, error.retryAfterMs ?? 0), () => void this.#synchronize());
      this.#changed('now');
    } else {
      this.#dispatch('refuse');
    }
  }

  #pollFailed(error: ApiError): void {
    this.#error = error;
    if (error.code === 'stream_ended') this.#dispatch('end');
    else if (error.code === 'not_found' || error.code === 'forbidden') this.#dispatch('refuse');
    else if (!this.#dispatch('poll_failed')) this.#changed('soon');
  }

  #receive<N extends DurableEventName>(name: N, payload: DurablePayloads[N]): void {
    if (payload.streamId !== this.#options.streamId) return;
    if (this.#log.receive({ event: name, ...payload } as unknown as RoomEvent)) this.#logChanged();
    else this.#checkGap();
  }

  /** The log has a new state. False when the show is over and so is the client's work. */
  #logChanged(): boolean {
    const state = this.#log.state;
    if (!state) return true;
    const shown = state.messages.map(
      ({ seq, message }) => [message.clientMsgId, { id: message.id, seq }] as const,
    );
    this.#outbox.settleShown(new Map(shown), state.seq);
    this.#changed('soon');
    this.#checkGap();
    const isOver = ['ended', 'archived', 'cancelled', 'expired'].includes(state.status);
    if (isOver) this.#dispatch('end');
    return !isOver;
  }

  #checkGap(): void {
    if (!this.#log.hasGap) this.#gap.clear();
    else if (this.#status === 'live' && !this.#gap.isSet) {
      this.#gap.set(gapPatienceMs, () => {
        if (this.#dispatch('behind')) void this.#synchronize();
      });
    }
  }

  async #beat(): Promise<void> {
    this.#heartbeat.set(heartbeatMs, () => void this.#beat());
    const { streamId } = this.#options;
    try {
      await this.#connection.request('heartbeat', { streamId, ...this.#video });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_joined' && this.#dispatch('behind')) {
        void this.#synchronize();
      }
    }
  }

  #deliver(message: { clientMsgId: string; text: string }): Promise<{ id: string; seq: number }> {
    const { streamId, api } = this.#options;
    return this.#status === 'polling'
      ? api.call('sendMessage', { params: { id: streamId }, body: message })
      : this.#connection.request('send_message', { streamId, ...message });
  }

  async #bySocketOrRest(socket: () => Promise<unknown>, rest: () => Promise<unknown>): Promise<void> {
    if (this.#status !== 'live' && this.#status !== 'catching_up') {
      await rest();
      return;
    }
    try {
      await socket();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'network') throw error;
      await rest();
    }
  }

  #takeCounts(room: RoomSnapshot, requestedAtMs: number): void {
    const now = this.#connection.clock.now();
    const serverNow = Date.parse(room.serverTime);
    this.#counts = {
      viewerCount: room.viewerCount,
      peakViewerCount: Math.max(this.#counts.peakViewerCount, room.viewerCount),
      maxMessageLength: room.settings.maxMessageLength,
      serverClockOffsetMs: Math.round(serverNow - (requestedAtMs + now) / 2),
    };
    this.#likes.counted(room.likeCount);
    this.#changed('soon');
  }

  #changed(when: 'now' | 'soon'): void {
    this.#view = null;
    if (when === 'now') this.#publisher.now();
    else this.#publisher.soon();
  }

  #compose(): RoomView {
    const state = this.#log.state;
    const me = this.#connection.session?.getSnapshot().user ?? null;
    const isJoined = this.#status === 'live' || this.#status === 'catching_up';
    return {
      streamId: this.#options.streamId,
      status: this.#status,
      connection: isJoined ? 'socket' : this.#status === 'polling' ? 'polling' : 'none',
      streamStatus: state?.status ?? null,
      seq: state?.seq ?? 0,
      ...this.#counts,
      likeCount: this.#likes.total,
      hearts: this.#hearts,
      pins: state?.pins ?? [],
      pinTimeline: state?.pinTimeline ?? [],
      stock: state?.stock ?? {},
      messages: composeMessages(state, this.#outbox.entries, me, this.#sentHere),
      endedReason: state?.endedReason ?? null,
      error: this.#error && {
        code: this.#error.code,
        message: this.#error.message,
        retryAfterMs: this.#error.retryAfterMs,
      },
    };
  }
}
