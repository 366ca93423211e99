import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { NodeBus } from '../platform/node-bus.ts';

export interface LiveSession {
  userId: string;
  shopId: string | null;
}

const freshMs = 5000;
const maxEntries = 20_000;

/** Live sessions with their user and shop, asked from the database at most every 5 s each; bounded. */
export class SessionCache {
  readonly #entries = new Map<string, { session: Promise<LiveSession | null>; untilMs: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    bus: NodeBus,
  ) {
    bus.on('session.revoked', ({ sessionId }) => this.forget(sessionId));
  }

  find(sessionId: string): Promise<LiveSession | null> {
    const nowMs = this.clock.monotonicMs();
    const cached = this.#entries.get(sessionId);
    if (cached && cached.untilMs > nowMs) return cached.session;
    const session = this.#load(sessionId);
    this.#entries.delete(sessionId);
    if (this.#entries.size >= maxEntries) this.#forgetOldest();
    this.#entries.set(sessionId, { session, untilMs: nowMs + freshMs });
    session.catch(() => this.#entries.delete(sessionId));
    return session;
  }

  /** Makes a revocation or a new shop count at once in this process. */
  forget(sessionId: string): void {
    this.#entries.delete(sessionId);
  }

  async #load(sessionId: string): Promise<LiveSession | null> {
    const row = await this.database.db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .leftJoin('shops', 'shops.owner_id', 'users.id')
      .select(['sessions.user_id', 'shops.id as shop_id'])
      .where('sessions.id', '=', sessionId)
      .where('sessions.revoked_at', 'is', null)
      .where('users.deleted_at', 'is', null)
      .executeTakeFirst();
    return row ? { userId: row.user_id, shopId: row.shop_id } : null;
  }

  #forgetOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
