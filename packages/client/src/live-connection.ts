import {
  type Acknowledgement,
  type ClientEventName,
  type ClientPayloads,
  isErrorCode,
  type ServerEventName,
  type ServerPayloads,
} from '@vybekart/contract';
import { io, type Socket } from 'socket.io-client';
import { ApiError } from './api-error.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { Alarm, type Clock, systemClock } from './clock.ts';
import { EventHub } from './event-hub.ts';
import type { Random } from './random.ts';
import type { SessionStore } from './session-store.ts';
import { type ConnectionEvent, type ConnectionState, connectionTransitions } from './transitions.ts';

export interface LiveConnectionOptions {
  /** The server's origin, without a path. */
  baseUrl: string;
  session?: SessionStore | null;
  clock?: Clock;
  random?: Random;
}

/** `error` says why the connection is `refused`, or why the last try failed. */
export interface ConnectionView {
  state: ConnectionState;
  error: ApiError | null;
}

export type Acknowledged<N extends ClientEventName> = Extract<Acknowledgement<N>, { ok: true }>;

const reconnection: Backoff = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.5 };
const connectTimeoutMs = 10_000;
const acknowledgeTimeoutMs = 10_000;
/** How long the socket outlives its last user: the time to go from one screen to the next. */
const lingerMs = 3000;
/** A connection that held this long starts its backoff anew. */
const stableAfterMs = 10_000;
const tickMs = 5000;
/** A longer silence of our own timers means that the device slept: the socket is most likely dead. */
const sleptAfterMs = 45_000;
const reauthAheadMs = 60_000;
const soonestReauthMs = 5000;
/** Engines count timers in 31 bits of milliseconds. */
const latestReauthMs = 12 * 3_600_000;

/**
 * The app's one socket to `/streams`, shared by rooms and by the private events (`new_order`, `order_updated`,
 * `notification`). It is up while somebody holds it open, reconnects by itself (0.5 to 10 s, honouring
 * `server_draining`), signs in anew before its token expires and when the person changes.
 */
export class LiveConnection {
  readonly session: SessionStore | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly #url: string;
  readonly #events = new EventHub();
  readonly #listeners = new Set<() => void>();
  readonly #pending = new Set<(error: ApiError) => void>();
  readonly #step: Alarm;
  readonly #linger: Alarm;
  readonly #tick: Alarm;
  readonly #reauth: Alarm;
  readonly #drain: Alarm;
  #view: ConnectionView = { state: 'idle', error: null };
  #socket: Socket | null = null;
  #holders = 0;
  #failures = 0;
  #onlineSinceMs = 0;
  #lastTickMs = 0;
  #notBeforeMs = 0;
  #token: string | null = null;
  #userId: string | null = null;
  #unwatchSession: (() => void) | null = null;

  constructor(options: LiveConnectionOptions) {
    this.session = options.session ?? null;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.#url = `${options.baseUrl.replace(/\/+$/, '')}/streams`;
    this.#step = new Alarm(this.clock);
    this.#linger = new Alarm(this.clock);
    this.#tick = new Alarm(this.clock);
    this.#reauth = new Alarm(this.clock);
    this.#drain = new Alarm(this.clock);
  }

  readonly getSnapshot = (): ConnectionView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Holds the connection open until the answer is called; fits a React effect. */
  open(): () => void {
    this.#holders += 1;
    this.#linger.clear();
    this.#dispatch('open');
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#linger.set(lingerMs, () => this.#dispatch('release'));
    };
  }

  /** The app goes to the background: no socket, no timers. */
  suspend(): void {
    this.#dispatch('suspend');
  }

  /** The app is back, or the network is: connects now instead of waiting out the backoff. */
  resume(): void {
    if (!this.#dispatch('resume')) this.#retryNow();
  }

  /** Listens to an event of the server; each order and notification arrives once, whatever was repeated. */
  on<N extends ServerEventName>(name: N, listener: (payload: ServerPayloads[N]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Sends an event and answers its acknowledgement. Throws ApiError: the server's own code, `network` when there is
   * no connection or it broke before the acknowledgement, `timeout` after 10 s. Nothing is queued.
   */
  request<N extends ClientEventName>(event: N, payload: ClientPayloads[N]): Promise<Acknowledged<N>> {
    const socket = this.#socket;
    if (this.#view.state !== 'online' || !socket) return Promise.reject(new ApiError({ code: 'network' }));
    return new Promise((resolve, reject) => {
      const timeout = new Alarm(this.clock);
      const fail = (error: ApiError) => {
        timeout.clear();
        this.#pending.delete(fail);
        reject(error);
      };
      this.#pending.add(fail);
      timeout.set(acknowledgeTimeoutMs, () => fail(new ApiError({ code: 'timeout' })));
      socket.emit(event, payload, (answer: Acknowledgement<N>) => {
        if (!answer?.ok) return fail(ApiError.fromSocket(answer?.error));
        timeout.clear();
        this.#pending.delete(fail);
        resolve(answer as Acknowledged<N>);
      });
    });
  }

  #dispatch(event: ConnectionEvent, error: ApiError | null = null): boolean {
    const before = this.#view.state;
    const next = connectionTransitions[before][event];
    if (!next) return false;
    this.#step.clear();
    if (before === 'online') this.#leaveOnline();
    this.#view = { state: next, error };
    this.#enter(next);
    for (const listener of [...this.#listeners]) listener();
    return true;
  }

  #enter(state: ConnectionState): void {
    if (state !== 'online' && state !== 'connecting') this.#dropSocket();
    switch (state) {
      case 'connecting':
        this.#watch();
        this.#step.set(connectTimeoutMs, () => this.#fail(new ApiError({ code: 'timeout' })));
        void this.#connect();
        break;
      case 'online':
        this.#onlineSinceMs = this.clock.now();
        this.#planReauth();
        break;
      case 'waiting':
        this.#step.set(this.#delayMs(), () => this.#dispatch('retry'));
        break;
      case 'idle':
      case 'suspended':
        this.#unwatch();
        break;
      case 'refused':
        break;
    }
  }

  #leaveOnline(): void {
    this.#reauth.clear();
    this.#drain.clear();
    if (this.clock.now() - this.#onlineSinceMs >= stableAfterMs) this.#failures = 0;
    for (const fail of [...this.#pending]) fail(new ApiError({ code: 'network' }));
  }

  async #connect(): Promise<void> {
    this.#dropSocket();
    const view = this.#view;
    const token = this.session
      ? await this.session.accessToken().catch(() => this.session?.currentToken()?.token ?? null)
      : null;
    if (this.#view !== view) return;
    this.#token = token;
    this.#userId = this.session?.getSnapshot().user?.id ?? null;
    const socket = io(this.#url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: connectTimeoutMs,
      auth: token === null ? {} : { token },
    });
    this.#socket = socket;
    socket.on('connect', () => this.#dispatch('connected'));
    socket.on('connect_error', (error: Error & { data?: unknown }) => void this.#refused(error.data));
    socket.on('disconnect', () => this.#dispatch('lost'));
    socket.onAny((name: ServerEventName, payload: ServerPayloads[ServerEventName]) =>
      this.#receive(name, payload),
    );
  }

  #dropSocket(): void {
    this.#socket?.off();
    this.#socket?.offAny();
    this.#socket?.disconnect();
    this.#socket = null;
  }

  /** The server answered the handshake with `{ code, retryAfterMs? }`, or there was no answer at all. */
  async #refused(data: unknown): Promise<void> {
    const view = this.#view;
    const { code, retryAfterMs } = (data ?? {}) as { code?: unknown; retryAfterMs?: unknown };
    const error = new ApiError({
      code: isErrorCode(code) ? code : 'network',
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    });
    if (error.code === 'forbidden_origin' || error.code === 'forbidden') {
      this.#dispatch('refuse', error);
      return;
    }
    if ((error.code === 'token_expired' || error.code === 'unauthorized') && this.#token && this.session) {
      await this.session.replaceToken(this.#token).catch(() => undefined);
    }
    if (this.#view === view) this.#fail(error);
  }

  #fail(error: ApiError): void {
    if (error.retryAfterMs !== null) {
      this.#notBeforeMs = Math.max(this.#notBeforeMs, this.clock.now() + error.retryAfterMs);
    }
    this.#dispatch('failed', error);
  }

  #delayMs(): number {
    const delayMs = backoffMs(reconnection, this.#failures, this.random);
    this.#failures += 1;
    return Math.max(delayMs, this.#notBeforeMs - this.clock.now());
  }

  /** A new connection at once, in place of what there is. */
  #reconnect(): void {
    if (this.#dispatch('lost')) this.#retryNow();
  }

  #retryNow(): void {
    this.#failures = 0;
    this.#dispatch('retry');
  }

  #receive(name: ServerEventName, payload: ServerPayloads[ServerEventName]): void {
    if (name === 'server_draining') {
      const { retryAfterMs } = payload as ServerPayloads['server_draining'];
      this.#notBeforeMs = this.clock.now() + retryAfterMs;
      this.#drain.set(retryAfterMs, () => this.#reconnect());
    }
    if (name === 'session_revoked') void this.session?.end();
    this.#events.emit(name, payload);
  }

  #watch(): void {
    this.#unwatchSession ??= this.session?.subscribe(() => this.#followSession()) ?? null;
    if (this.#tick.isSet) return;
    this.#lastTickMs = this.clock.now();
    this.#tick.set(tickMs, () => this.#onTick());
  }

  #unwatch(): void {
    this.#tick.clear();
    this.#unwatchSession?.();
    this.#unwatchSession = null;
  }

  #onTick(): void {
    const sleptMs = this.clock.now() - this.#lastTickMs;
    this.#lastTickMs = this.clock.now();
    this.#tick.set(tickMs, () => this.#onTick());
    if (sleptMs > sleptAfterMs) this.#reconnect();
  }

  /** The person changed: another connection. The token alone changed: the same one, signed in anew. */
  #followSession(): void {
    const userId = this.session?.getSnapshot().user?.id ?? null;
    const token = this.session?.currentToken()?.token ?? null;
    if (this.#view.state === 'refused') this.#retryNow();
    if (this.#view.state !== 'online' || token === this.#token) return;
    if (userId !== this.#userId || token === null) {
      this.#reconnect();
      return;
    }
    this.#token = token;
    this.request('reauth', { token }).catch((error: ApiError) => {
      if (error.code !== 'network') this.#reconnect();
    });
    this.#planReauth();
  }

  #planReauth(): void {
    const expiresAtMs = this.session?.currentToken()?.expiresAtMs ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(expiresAtMs)) return;
    const delayMs = expiresAtMs - reauthAheadMs - this.clock.now();
    this.#reauth.set(Math.min(Math.max(delayMs, soonestReauthMs), latestReauthMs), () => void this.#renew());
  }

  /** A renewed token comes back through the session's subscription. */
  async #renew(): Promise<void> {
    await this.session?.accessToken(reauthAheadMs + 1000).catch(() => null);
    if (this.#view.state === 'online' && !this.#reauth.isSet) this.#planReauth();
  }
}
