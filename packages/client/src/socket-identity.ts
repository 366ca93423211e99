import { Alarm, type Clock } from './clock.ts';
import type { SessionStore } from './session-store.ts';

const reauthAheadMs = 60_000;
const soonestReauthMs = 5000;
/** Engines count timers in 31 bits of milliseconds. */
const latestReauthMs = 12 * 3_600_000;

/** As whom a socket is connected, and when that has to change. */
export class SocketIdentity {
  readonly #session: SessionStore | null;
  readonly #clock: Clock;
  readonly #onPersonChanged: () => void;
  readonly #onTokenRenewed: (token: string) => void;
  readonly #renewal: Alarm;
  #token: string | null = null;
  #userId: string | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(options: {
    session: SessionStore | null;
    clock: Clock;
    onPersonChanged: () => void;
    onTokenRenewed: (token: string) => void;
  }) {
    this.#session = options.session;
    this.#clock = options.clock;
    this.#onPersonChanged = options.onPersonChanged;
    this.#onTokenRenewed = options.onTokenRenewed;
    this.#renewal = new Alarm(options.clock);
  }

  /** The token for a new connection, renewed if need be; the old one when that fails, null for a guest. */
  async take(): Promise<string | null> {
    const session = this.#session;
    if (!session) return null;
    this.#token = await session.accessToken().catch(() => session.currentToken()?.token ?? null);
    this.#userId = session.getSnapshot().user?.id ?? null;
    return this.#token;
  }

  /** The server does not take our token: asks for another, or ends a session that is over. */
  async replace(): Promise<void> {
    if (this.#token !== null) await this.#session?.replaceToken(this.#token).catch(() => undefined);
  }

  /** From now on, until `unwatch`, the token is renewed a minute ahead and every change is told. */
  watch(): void {
    this.#unsubscribe ??= this.#session?.subscribe(() => this.#follow()) ?? null;
    this.#plan();
    this.#follow();
  }

  unwatch(): void {
    this.#renewal.clear();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #follow(): void {
    const token = this.#session?.currentToken()?.token ?? null;
    const userId = this.#session?.getSnapshot().user?.id ?? null;
    if (token === this.#token) return;
    if (token === null || userId !== this.#userId) {
      this.#onPersonChanged();
    } else {
      this.#token = token;
      this.#onTokenRenewed(token);
      this.#plan();
    }
  }

  #plan(): void {
    const expiresAtMs = this.#session?.currentToken()?.expiresAtMs ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(expiresAtMs)) return;
    const delayMs = expiresAtMs - reauthAheadMs - this.#clock.now();
    this.#renewal.set(Math.min(Math.max(delayMs, soonestReauthMs), latestReauthMs), () => void this.#renew());
  }

  /** A renewed token comes back through the session's subscription. */
  async #renew(): Promise<void> {
    await this.#session?.accessToken(reauthAheadMs + 1000).catch(() => null);
    if (this.#unsubscribe && !this.#renewal.isSet) this.#plan();
  }
}
