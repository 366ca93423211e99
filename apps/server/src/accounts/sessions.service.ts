import { createHmac } from 'node:crypto';
import type { Session, SessionInfo } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { hashSecret, newId, newSecret } from '../platform/ids.ts';
import type { UserSockets } from '../platform/user-sockets.ts';
import type { AccessTokens, SessionKeys } from './access-tokens.ts';
import type { Profiles } from './profiles.ts';
import type { SessionCache } from './session-cache.ts';
import type { SessionsStore } from './sessions.store.ts';

/**
 * Sign-ins. A refresh token works once; what it was exchanged for is derived from it, so an answer lost on the way
 * can be given again for 20 s. Any other second use means that somebody else holds the token, and ends the sign-in
 * (RFC 9700 section 4.14.2).
 */
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly store: SessionsStore,
    private readonly cache: SessionCache,
    private readonly tokens: AccessTokens,
    private readonly keys: SessionKeys,
    private readonly profiles: Profiles,
    private readonly sockets: UserSockets,
  ) {}

  /** Opens a sign-in inside the caller's transaction; {@link present} gives its tokens away after the commit. */
  async open(executor: Executor, userId: string, userAgent: string | null): Promise<OpenedSession> {
    const opened = { sessionId: newId(), userId, refreshToken: newSecret() };
    const tokenHash = hashSecret(opened.refreshToken);
    await this.store.create(executor, { id: opened.sessionId, userId, userAgent, tokenHash });
    return opened;
  }

  async present(opened: OpenedSession): Promise<Session> {
    const access = await this.tokens.issue(opened.userId, opened.sessionId);
    return {
      user: await this.profiles.me(opened.userId),
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt.toISOString(),
      refreshToken: opened.refreshToken,
    };
  }

  async refresh(refreshToken: string): Promise<Session> {
    const outcome = await this.database.transaction((trx) => this.#rotate(trx, refreshToken));
    if (outcome.kind === 'refused') {
      this.#cut(outcome.revokedIds);
      throw new AppError('invalid_refresh');
    }
    return this.present(outcome.session);
  }

  async #rotate(trx: Executor, refreshToken: string): Promise<Rotation> {
    const token = await this.store.lockToken(trx, hashSecret(refreshToken));
    if (!token || token.isRevoked || token.isExpired) return { kind: 'refused', revokedIds: [] };
    const child = createHmac('sha256', this.keys.refreshChild).update(refreshToken).digest('base64url');
    const session = { sessionId: token.sessionId, userId: token.userId, refreshToken: child };
    if (!token.isUsed) {
      await this.store.markUsed(trx, hashSecret(refreshToken), token.sessionId);
      await this.store.addToken(trx, token.sessionId, hashSecret(child));
      return { kind: 'rotated', session };
    }
    if (token.isInGrace && (await this.store.isTokenUnused(trx, hashSecret(child)))) {
      return { kind: 'rotated', session };
    }
    const revokedIds = await this.store.revoke(trx, token.userId, token.sessionId);
    return { kind: 'refused', revokedIds };
  }

  /** Signs out by the refresh token alone; an unknown one is fine, the person is signed out either way. */
  async logout(refreshToken: string): Promise<void> {
    const revokedIds = await this.database.transaction(async (trx) => {
      const token = await this.store.lockToken(trx, hashSecret(refreshToken));
      return token ? this.store.revoke(trx, token.userId, token.sessionId) : [];
    });
    this.#cut(revokedIds);
  }

  purge(): Promise<void> {
    return this.store.purge(this.database.db);
  }

  async list(caller: Caller): Promise<SessionInfo[]> {
    const rows = await this.store.list(this.database.db, caller.userId);
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at.toISOString(),
      userAgent: row.user_agent,
      isCurrent: row.id === caller.sessionId,
    }));
  }

  async revoke(caller: Caller, sessionId: string): Promise<void> {
    const revokedIds = await this.store.revoke(this.database.db, caller.userId, sessionId);
    if (revokedIds.length === 0) throw new AppError('not_found');
    this.#cut(revokedIds);
  }

  async revokeAll(executor: Executor, userId: string): Promise<() => void> {
    const revokedIds = await this.store.revoke(executor, userId);
    return () => this.#cut(revokedIds);
  }

  #cut(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) {
      this.cache.forget(sessionId);
      this.sockets.revokeSession(sessionId);
    }
  }
}

export interface OpenedSession {
  sessionId: string;
  userId: string;
  refreshToken: string;
}

type Rotation = { kind: 'rotated'; session: OpenedSession } | { kind: 'refused'; revokedIds: string[] };
