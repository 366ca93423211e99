import {
  type ClientEventName,
  type ClientPayloads,
  isErrorCode,
  type ServerEventName,
  type ServerPayloads,
} from '@vybekart/contract';
import { ApiError } from './api-error.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { Alarm, type Clock, systemClock } from './clock.ts';
import { EventHub } from './event-hub.ts';
import { newId, type Random } from './random.ts';
import type { SessionStore } from './session-store.ts';
import { SocketIdentity } from './socket-identity.ts';
import { type Acknowledged, SocketLink } from './socket-link.ts';
import { type ConnectionEvent, type ConnectionState, connectionTransitions } from './transitions.ts';

export interface LiveConnectionOptions {
  /** The server's origin, without a path; `''` for the page's own. */
  baseUrl: string;
  session?: SessionStore | null;
  /** Counts a guest once over reconnects and tabs; made up for this process when not given. */
  deviceId?: string;
  clock?: Clock;
  random?: Random;
}

/** `error` says why the connection is `refused`, or why the last try failed. */
export interface ConnectionView {
  state: ConnectionState;
  error: ApiError | null;
}

const reconnection: Backoff = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.5 };
const connectTimeoutMs = 10_000;
/** How long the socket outlives its last user: the time to go from one screen to the next. */
const lingerMs = 3000;
/** A connection that held this long starts its backoff anew. */
const stableAfterMs = 10_000;
const tickMs = 5000;
/** Engine.IO's own limit: 25 s to the next ping and 20 s of patience. */
const silentAfterMs = 45_000;

/**
 * The app's one socket to `/streams`, shared by rooms and by the private events (`new_order`, `order_updated`,
 * `notification`). It is up while somebody holds it open, reconnects by itself (0.5 to 10 s, honouring
 * `server_draining`), signs in anew before its token expires and connects anew when the person changes.
 */
export class LiveConnection {
  readonly session: SessionStore | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly #url: string;
  /** As the server knows this device. */
  readonly deviceId: string;
  readonly #events = new EventHub();
  readonly #listeners = new Set<() => void>();
  readonly #identity: SocketIdentity;
  readonly #step: Alarm;
  readonly #linger: Alarm;
  readonly #tick: Alarm;
  readonly #drain: Alarm;
  #view: ConnectionView = { state: 'idle', error: null };
  #link: SocketLink | null = null;
  #holders = 0;
  #failures = 0;
  #onlineSinceMs = 0;
  #lastTickMs = 0;
  #notBeforeMs = 0;

  constructor(options: LiveConnectionOptions) {
    this.session = options.session ?? null;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.#url = `${options.baseUrl.replace(/\/+$/, '')}/streams`;
    this.deviceId = options.deviceId ?? newId(this.clock.now());
    this.#step = new Alarm(this.clock);
    this.#linger = new Alarm(this.clock);
    this.#tick = new Alarm(this.clock);
    this.#drain = new Alarm(this.clock);
    this.#identity = new SocketIdentity({
      session: this.session,
      clock: this.clock,
      onPersonChanged: () => this.#reconnect(),
      onTokenRenewed: (token) => this.#reauth(token),
    });
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
   * Sends an event and answers its acknowledgement. Rejects with ApiError: the server's own code, `network` when
   * there is no connection or it broke before the acknowledgement, `timeout` after 10 s. Nothing is queued.
   */
  request<N extends ClientEventName>(event: N, payload: ClientPayloads[N]): Promise<Acknowledged<N>> {
    if (this.#view.state !== 'online' || !this.#link)
      return Promise.reject(new ApiError({ code: 'network' }));
    return this.#link.request(event, payload);
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
    if (state !== 'online') this.#closeLink();
    switch (state) {
      case 'connecting':
        this.#watchClock();
        this.#step.set(connectTimeoutMs, () => this.#fail(new ApiError({ code: 'timeout' })));
        void this.#connect(this.#view);
        break;
      case 'online':
        this.#onlineSinceMs = this.clock.now();
        this.#identity.watch();
        break;
      case 'waiting':
        this.#step.set(this.#delayMs(), () => this.#dispatch('retry'));
        break;
      case 'idle':
      case 'suspended':
      case 'refused':
        this.#tick.clear();
        break;
    }
  }

  #leaveOnline(): void {
    this.#identity.unwatch();
    this.#drain.clear();
    if (this.clock.now() - this.#onlineSinceMs >= stableAfterMs) this.#failures = 0;
  }

  async #connect(view: ConnectionView): Promise<void> {
    const token = await this.#identity.take();
    if (this.#view !== view) return;
    this.#link = new SocketLink({
      url: this.#url,
      auth: { deviceId: this.deviceId, ...(token === null ? {} : { token }) },
      timeoutMs: connectTimeoutMs,
      clock: this.clock,
      onConnected: () => this.#dispatch('connected'),
      onRefused: (data) => void this.#onRefused(view, data),
      onLost: () => this.#dispatch('lost'),
      onEvent: (name, payload) => this.#receive(name, payload as ServerPayloads[ServerEventName]),
    });
  }

  #closeLink(): void {
    const link = this.#link;
    this.#link = null;
    link?.close();
  }

  async #onRefused(view: ConnectionView, data: unknown): Promise<void> {
    const { code, retryAfterMs } = (data ?? {}) as { code?: unknown; retryAfterMs?: unknown };
    const error = new ApiError({
      code: isErrorCode(code) ? code : 'network',
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    });
    if (error.code === 'forbidden_origin' || error.code === 'forbidden') {
      this.#dispatch('refuse', error);
      return;
    }
    if (error.code === 'token_expired' || error.code === 'unauthorized') await this.#identity.replace();
    if (this.#view === view) this.#fail(error);
  }

  #fail(error: ApiError): void {
    if (error.retryAfterMs !== null) this.#waitAtLeast(error.retryAfterMs);
    this.#dispatch('failed', error);
  }

  #delayMs(): number {
    const delayMs = backoffMs(reconnection, this.#failures, this.random);
    this.#failures += 1;
    return Math.max(delayMs, this.#notBeforeMs - this.clock.now());
  }

  #waitAtLeast(durationMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.clock.now() + durationMs);
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
      this.#waitAtLeast(retryAfterMs);
      this.#drain.set(retryAfterMs, () => this.#reconnect());
    }
    if (name === 'session_revoked') void this.session?.end();
    this.#events.emit(name, payload);
  }

  #reauth(token: string): void {
    this.request('reauth', { token }).catch((error: ApiError) => {
      if (error.code !== 'network') this.#reconnect();
    });
  }

  #watchClock(): void {
    if (this.#tick.isSet) return;
    this.#lastTickMs = this.clock.now();
    this.#tick.set(tickMs, () => this.#onTick());
  }

  /**
   * Timers that stood still for longer than the server waits for us, and not a word from it in that time: the
   * device slept. (A browser delays the timers of a hidden page in the same way, but there the pings arrive.)
   */
  #onTick(): void {
    const now = this.clock.now();
    const hasSlept = now - this.#lastTickMs > silentAfterMs;
    this.#lastTickMs = now;
    this.#tick.set(tickMs, () => this.#onTick());
    if (hasSlept && this.#link && now - this.#link.lastHeardMs > silentAfterMs) this.#reconnect();
  }
}
