import { sql } from 'kysely';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { NodeBus } from '../platform/node-bus.ts';
import { SharedReads } from '../platform/shared-reads.ts';

export interface LiveSession {
  userId: string;
  shopId: string | null;
}

const freshMs = 5000;
const maxEntries = 20_000;

/** Live sessions with their user and shop, asked from the database at most every 5 s each, many at once; bounded. */
export class SessionCache {
  readonly #entries = new Map<string, { session: Promise<LiveSession | null>; untilMs: number }>();
  readonly #reads = new SharedReads<LiveSession>((ids) => this.#readAll(ids));

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
    return (await this.#reads.read(sessionId)) ?? null;
  }

  async #readAll(sessionIds: readonly string[]): Promise<Map<string, LiveSession>> {
    const { rows } = await sql<LiveSession & { id: string }>`
      select sessions.id, sessions.user_id as "userId", shops.id as "shopId"
      from sessions
        join users on users.id = sessions.user_id and users.deleted_at is null
        left join shops on shops.owner_id = users.id
      where sessions.id = any(${[...sessionIds]}::uuid[]) and sessions.revoked_at is null`.execute(
      this.database.db,
    );
    return new Map(rows.map(({ id, userId, shopId }) => [id, { userId, shopId }]));
  }

  #forgetOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
