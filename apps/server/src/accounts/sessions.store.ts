import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

const refreshLifetime = sql`interval '30 days'`;

/** The refresh token that is being used, locked for the rest of the transaction. */
export interface RefreshTokenState {
  sessionId: string;
  userId: string;
  isExpired: boolean;
  isRevoked: boolean;
  isUsed: boolean;
  /** Used no longer ago than a lost answer or a second tab explains. */
  isInGrace: boolean;
}

/** Sign-ins and their families of refresh tokens; the database's clock decides what is expired. */
export class SessionsStore {
  async create(
    executor: Executor,
    session: { id: string; userId: string; userAgent: string | null; tokenHash: Buffer },
  ): Promise<void> {
    await executor
      .insertInto('sessions')
      .values({ id: session.id, user_id: session.userId, user_agent: session.userAgent })
      .execute();
    await this.addToken(executor, session.id, session.tokenHash);
  }

  async addToken(executor: Executor, sessionId: string, tokenHash: Buffer): Promise<void> {
    await executor
      .insertInto('refresh_tokens')
      .values({ token_hash: tokenHash, session_id: sessionId, expires_at: sql`now() + ${refreshLifetime}` })
      .execute();
  }

  async lockToken(executor: Executor, tokenHash: Buffer): Promise<RefreshTokenState | undefined> {
    const row = await executor
      .selectFrom('refresh_tokens as token')
      .innerJoin('sessions as session', 'session.id', 'token.session_id')
      .select((eb) => [
        'session.id as sessionId',
        'session.user_id as userId',
        eb('token.expires_at', '<=', sql<Date>`now()`).as('isExpired'),
        eb('session.revoked_at', 'is not', null).as('isRevoked'),
        eb('token.used_at', 'is not', null).as('isUsed'),
        sql<boolean>`coalesce(token.used_at > now() - interval '20 seconds', false)`.as('isInGrace'),
      ])
      .where('token.token_hash', '=', tokenHash)
      .forUpdate()
      .executeTakeFirst();
    return (
      row && {
        ...row,
        isExpired: Boolean(row.isExpired),
        isRevoked: Boolean(row.isRevoked),
        isUsed: Boolean(row.isUsed),
      }
    );
  }

  async isTokenUnused(executor: Executor, tokenHash: Buffer): Promise<boolean> {
    const row = await executor
      .selectFrom('refresh_tokens')
      .select('token_hash')
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async markUsed(executor: Executor, tokenHash: Buffer, sessionId: string): Promise<void> {
    await executor
      .updateTable('refresh_tokens')
      .set({ used_at: sql`now()` })
      .where('token_hash', '=', tokenHash)
      .execute();
    await executor
      .updateTable('sessions')
      .set({ last_used_at: sql`now()` })
      .where('id', '=', sessionId)
      .execute();
  }

  /** Forgets what cannot be used any more; answers nothing. A used token is kept a week to recognise its theft. */
  async purge(executor: Executor): Promise<void> {
    await sql`
      delete from refresh_tokens where expires_at < now() or used_at < now() - interval '7 days'`.execute(
      executor,
    );
    await sql`
      delete from sessions where last_used_at < now() - ${refreshLifetime} or revoked_at < now() - interval '7 days'
    `.execute(executor);
  }

  list(executor: Executor, userId: string) {
    return executor
      .selectFrom('sessions')
      .select(['id', 'user_agent', 'created_at', 'last_used_at'])
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .orderBy('last_used_at', 'desc')
      .limit(100)
      .execute();
  }

  /** Ends one sign-in of a user, or all of them; answers the ids that were alive. */
  async revoke(executor: Executor, userId: string, sessionId?: string): Promise<string[]> {
    let query = executor
      .updateTable('sessions')
      .set({ revoked_at: sql`now()` })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null);
    if (sessionId !== undefined) query = query.where('id', '=', sessionId);
    const rows = await query.returning('id').execute();
    return rows.map((row) => row.id);
  }
}
