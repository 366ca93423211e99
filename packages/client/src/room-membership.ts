import {
  type ChatStanding,
  type ClientEventName,
  type ClientPayloads,
  type DurableEventName,
  durableEvents,
  type Message,
  type RoomEvent,
  type RoomSnapshot,
} from '@vybekart/contract';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { Alarm } from './clock.ts';
import type { LiveConnection } from './live-connection.ts';
import { RoomJoin } from './room-join.ts';
import { RoomLog } from './room-log.ts';
import { RoomPoller } from './room-poller.ts';
import { isOver, type RoomState } from './room-state.ts';
import type { Acknowledged } from './socket-link.ts';
import { type RoomStatus, type RoomTransition, roomTransitions } from './transitions.ts';

export interface RoomMembershipOptions {
  streamId: string;
  connection: LiveConnection;
  api: Api;
  onStatus: (status: RoomStatus) => void;
  /** The log has a new state. */
  onState: (state: RoomState) => void;
  /** The counts and the server's time, when a snapshot came. */
  onSnapshot: (room: RoomSnapshot, requestedAtMs: number) => void;
  /** With each joining: what this person may do in the chat, and which of their messages wait for review. */
  onStanding: (you: ChatStanding, held: readonly Message[]) => void;
  /** Another error, or none any more. */
  onError: () => void;
}

const fallbackAfterMs = 8000;
/** Nodes of a server may swap two events by this much; a longer gap is a loss. */
const gapPatienceMs = 150;

/**
 * Being in a room, and getting back into it: joins when the connection is up, closes gaps in the log, and polls by
 * REST when the socket cannot connect for 8 s. The states and what leads from one to the next are
 * `roomTransitions`.
 */
export class RoomMembership {
  readonly #options: RoomMembershipOptions;
  readonly #connection: LiveConnection;
  readonly #log = new RoomLog();
  readonly #join: RoomJoin;
  readonly #poller: RoomPoller;
  readonly #fallback: Alarm;
  readonly #gap: Alarm;
  #status: RoomStatus = 'idle';
  #error: ApiError | null = null;
  #isPausedByHost = false;
  #unsubscribes: (() => void)[] = [];

  constructor(options: RoomMembershipOptions) {
    const { streamId, connection, api, onSnapshot, onStanding } = options;
    const { clock, random } = connection;
    this.#options = options;
    this.#connection = connection;
    this.#fallback = new Alarm(clock);
    this.#gap = new Alarm(clock);
    this.#join = new RoomJoin({
      streamId,
      connection,
      log: this.#log,
      onStanding,
      onPage: (room, requestedAtMs, isComplete) => {
        this.#logChanged();
        onSnapshot(room, requestedAtMs);
        this.#dispatch(isComplete ? 'joined' : 'behind');
      },
      onFailed: (error, willRetry) => this.#fail(error, !willRetry),
    });
    this.#poller = new RoomPoller({
      streamId,
      api,
      deviceId: connection.deviceId,
      log: this.#log,
      clock,
      random,
      onSnapshot,
      onPolled: () => {
        this.#setError(null);
        this.#dispatch('polled');
        this.#logChanged();
      },
      onFailed: (error) => {
        this.#fail(error, error.code === 'not_found' || error.code === 'forbidden');
        this.#dispatch('poll_failed');
      },
    });
  }

  get status(): RoomStatus {
    return this.#status;
  }

  /** In the room by socket. */
  get isJoined(): boolean {
    return this.#status === 'live' || this.#status === 'catching_up';
  }

  get state(): RoomState | null {
    return this.#log.state;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  start(): void {
    this.#isPausedByHost = false;
    this.#dispatch('start');
  }

  close(): void {
    this.#dispatch('close');
  }

  suspend(): void {
    this.#isPausedByHost = true;
    this.#dispatch('suspend');
  }

  resume(): void {
    this.#isPausedByHost = false;
    this.#dispatch('resume');
  }

  /** The server has put this person out of the room; `start` tries again. */
  refuse(error: ApiError): void {
    this.#fail(error, true);
  }

  /** There is more than what has arrived: fetches it. */
  catchUp(): void {
    if (this.#status !== 'live') return;
    this.#dispatch('behind');
    this.#join.start();
  }

  /** A request of somebody who is in the room: when the server has forgotten that, joins again. Throws ApiError. */
  async request<N extends ClientEventName>(event: N, payload: ClientPayloads[N]): Promise<Acknowledged<N>> {
    try {
      return await this.#connection.request(event, payload);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_joined') this.catchUp();
      throw error;
    }
  }

  #dispatch(event: RoomTransition): void {
    const next = roomTransitions[this.#status][event];
    if (!next) return;
    this.#status = next;
    this.#enter(next);
    if (this.#status === next) this.#options.onStatus(next);
  }

  #enter(status: RoomStatus): void {
    if (status !== 'live') this.#gap.clear();
    switch (status) {
      case 'connecting':
        this.#attach();
        this.#awaitConnection();
        this.#followConnection();
        break;
      case 'offline':
        this.#join.stop();
        this.#awaitConnection();
        break;
      case 'joining':
        this.#stopFallback();
        this.#join.start();
        break;
      case 'live':
        this.#setError(null);
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
      case 'catching_up':
      case 'polling':
        break;
    }
  }

  #stop(): void {
    this.#join.stop();
    this.#stopFallback();
  }

  #attach(): void {
    if (this.#unsubscribes.length > 0) return;
    const durable = (Object.keys(durableEvents) as DurableEventName[]).map((name) =>
      this.#connection.on(name, (payload) => this.#receive({ event: name, ...payload } as RoomEvent)),
    );
    this.#unsubscribes = [
      ...durable,
      this.#connection.subscribe(() => this.#followConnection()),
      this.#connection.open(),
    ];
  }

  #detach(): void {
    if (this.#unsubscribes.length === 0) return;
    const { streamId } = this.#options;
    this.#connection.request('leave_room', { streamId }).catch(() => undefined);
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#unsubscribes = [];
  }

  #followConnection(): void {
    const { state, error } = this.#connection.getSnapshot();
    if (error) this.#setError(error);
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

  #fail(error: ApiError, isFinal: boolean): void {
    this.#setError(error);
    if (error.code === 'stream_ended') this.#dispatch('end');
    else if (isFinal) this.#dispatch('refuse');
  }

  #setError(error: ApiError | null): void {
    if (this.#error === error) return;
    this.#error = error;
    this.#options.onError();
  }

  #receive(event: RoomEvent): void {
    if (event.streamId !== this.#options.streamId) return;
    if (this.#log.receive(event)) this.#logChanged();
    else this.#checkGap();
  }

  #logChanged(): void {
    if (!this.#log.state) return;
    this.#options.onState(this.#log.state);
    this.#checkGap();
    if (isOver(this.#log.state.status)) this.#dispatch('end');
  }

  #checkGap(): void {
    if (!this.#log.hasGap) this.#gap.clear();
    else if (this.#status === 'live' && !this.#gap.isSet) this.#gap.set(gapPatienceMs, () => this.catchUp());
  }
}
