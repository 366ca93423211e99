import { type Login, type Me, type Register, routes, Session } from '@vybekart/contract';
import { ApiError } from './api-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Fetch, type HttpOptions, sendHttp } from './http.ts';
import type { Random } from './random.ts';
import { withRetries } from './retry.ts';
import { MemorySessionStorage, type SessionStorage } from './session-storage.ts';

/** `loading` until the storage was read; `guest` without a session. */
export type SessionView =
  | { status: 'loading'; user: null }
  | { status: 'guest'; user: null }
  | { status: 'signed_in'; user: Me };

export interface SessionStoreOptions {
  baseUrl: string;
  storage?: SessionStorage;
  fetch?: Fetch;
  clock?: Clock;
  random?: Random;
}

type AuthRoute = 'register' | 'login' | 'refresh' | 'logout';

/** A token is renewed when it has less than this to live. */
const renewAheadMs = 30_000;

/**
 * Who is signed in, with a token that is good for the next request. Refreshing is single-flight; a refresh token
 * that another tab has already used is never reported as the end of the session: the storage is read again.
 */
export class SessionStore {
  readonly #http: HttpOptions;
  readonly #storage: SessionStorage;
  readonly #random: Random;
  readonly #listeners = new Set<() => void>();
  #session: Session | null = null;
  #expiresAtMs = 0;
  #view: SessionView = { status: 'loading', user: null };
  #restoring: Promise<void> | null = null;
  #refreshing: Promise<string | null> | null = null;
  /** Grows when a person signs in or out, so that a slower refresh cannot undo it. */
  #era = 0;

  constructor(options: SessionStoreOptions) {
    this.#storage = options.storage ?? new MemorySessionStorage();
    this.#random = options.random ?? Math.random;
    this.#http = {
      baseUrl: options.baseUrl,
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      clock: options.clock ?? systemClock,
    };
  }

  readonly getSnapshot = (): SessionView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the storage once; every method that needs the session waits for it. Never rejects. */
  restore(): Promise<void> {
    this.#restoring ??= this.#read().then((stored) => {
      if (this.#view.status === 'loading') this.#take(stored);
    });
    return this.#restoring;
  }

  /** Reads the storage again, for a host that hears of a change by another tab. */
  async reload(): Promise<void> {
    await this.restore();
    const era = this.#era;
    const stored = await this.#read();
    if (era === this.#era && stored?.accessToken !== this.#session?.accessToken) this.#take(stored);
  }

  async login(body: Login): Promise<Me> {
    return this.#begin((await this.#post('login', body)) as Session);
  }

  async register(body: Register): Promise<Me> {
    return this.#begin((await this.#post('register', body)) as Session);
  }

  /** Takes over what PATCH /me, POST /shops and the like answered. */
  async updateUser(user: Me): Promise<void> {
    if (!this.#session || this.#session.user.id !== user.id) return;
    await this.#keep({ ...this.#session, user });
  }

  /** Forgets the session here and tells the server; never rejects, a server out of reach lets it expire. */
  async logout(): Promise<void> {
    await this.restore();
    const session = this.#session;
    await this.end();
    if (session) await this.#post('logout', { refreshToken: session.refreshToken }).catch(() => undefined);
  }

  /** Forgets the session here alone: the server has ended it. */
  async end(): Promise<void> {
    this.#era += 1;
    this.#take(null);
    await this.#storage.clear().catch(() => undefined);
  }

  /**
   * A token with at least `minLifetimeMs` to live, refreshed when needed; null for a guest. Rejects with ApiError
   * when the token has expired and the server cannot be reached.
   */
  async accessToken(minLifetimeMs: number = renewAheadMs): Promise<string | null> {
    await this.restore();
    if (!this.#session) return null;
    if (this.#lifetimeMs() >= minLifetimeMs) return this.#session.accessToken;
    try {
      return await this.#refresh();
    } catch (error) {
      if (this.#session && this.#lifetimeMs() > 0) return this.#session.accessToken;
      throw error;
    }
  }

  /** Another token than `rejected`, which the server no longer takes; null when the session is over. */
  async replaceToken(rejected: string): Promise<string | null> {
    if (this.#session && this.#session.accessToken !== rejected) return this.#session.accessToken;
    return this.#refresh();
  }

  /** The token in memory and when it expires by this device's clock; for the socket, which must ask first. */
  currentToken(): { token: string; expiresAtMs: number } | null {
    return this.#session && { token: this.#session.accessToken, expiresAtMs: this.#expiresAtMs };
  }

  #refresh(): Promise<string | null> {
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #renew(): Promise<string | null> {
    const era = this.#era;
    const before = this.#session;
    if (!before) return null;
    const used = await this.#newest(before);
    if (era !== this.#era) return this.#session?.accessToken ?? null;
    if (used.accessToken !== before.accessToken && this.#adopt(used)) return used.accessToken;
    try {
      const fresh = await withRetries(
        {
          clock: this.#http.clock,
          random: this.#random,
          mayRetry: (error) => error.code === 'network' || error.status === 503,
        },
        () => this.#post('refresh', { refreshToken: used.refreshToken }),
      );
      if (era === this.#era) await this.#keep(fresh as Session);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_refresh') throw error;
      if (era !== this.#era) return this.#session?.accessToken ?? null;
      const other = await this.#newest(used);
      if (other.refreshToken === used.refreshToken || !this.#adopt(other)) await this.end();
    }
    return this.#session?.accessToken ?? null;
  }

  /** What the storage holds now, when another tab has renewed it. */
  async #newest(known: Session): Promise<Session> {
    return (await this.#read()) ?? known;
  }

  /** Uses a session that another tab stored; false when its token is of no use any more. */
  #adopt(stored: Session): boolean {
    this.#take(stored);
    return this.#lifetimeMs() > renewAheadMs;
  }

  async #begin(session: Session): Promise<Me> {
    this.#era += 1;
    await this.#keep(session);
    return session.user;
  }

  async #keep(session: Session): Promise<void> {
    this.#take(session);
    // A token that looks expired at birth means that this device's clock is wrong: then only the server can tell.
    if (this.#lifetimeMs() <= renewAheadMs) this.#expiresAtMs = Number.POSITIVE_INFINITY;
    await this.#storage.save(session).catch(() => undefined);
  }

  #take(session: Session | null): void {
    this.#session = session;
    this.#expiresAtMs = session ? Date.parse(session.accessTokenExpiresAt) : 0;
    this.#view = session ? { status: 'signed_in', user: session.user } : { status: 'guest', user: null };
    for (const listener of [...this.#listeners]) listener();
  }

  #lifetimeMs(): number {
    return this.#expiresAtMs - this.#http.clock.now();
  }

  /** What is stored; null for nothing, for a storage that fails, and for what an older version left there. */
  async #read(): Promise<Session | null> {
    const stored = await this.#storage.load().catch(() => null);
    const parsed = Session.safeParse(stored);
    return parsed.success ? parsed.data : null;
  }

  #post(name: AuthRoute, body: unknown): Promise<unknown> {
    return sendHttp(this.#http, { method: 'POST', path: routes[name].path, body });
  }
}
