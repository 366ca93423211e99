import type { Login, Me, Register, RegisterDevice, Session, UpdateMe } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import { type Database, violatedConstraint } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { Rate, SharedRateLimits } from '../platform/rate-limits.ts';
import type { AccountsStore } from './accounts.store.ts';
import type { Passwords } from './passwords.ts';
import type { Profiles } from './profiles.ts';
import type { SessionsService } from './sessions.service.ts';
import type { ShopsService } from './shops.service.ts';

/** Whence a request comes, for rate limits and the list of sign-ins. */
export interface Origin {
  ip: string;
  userAgent: string | null;
}

/** Five guesses at once for one account from one address, then one in 30 s. Never a lock-out of the owner. */
const loginRate: Rate = { burst: 5, refillMs: 30_000 };
/** Hashing is dear: one address cannot keep everybody else from signing in. */
const addressRate: Rate = { burst: 30, refillMs: 1000 };
const registerRate: Rate = { burst: 20, refillMs: 30_000 };

/** Registering, signing in, and one's own profile. */
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly store: AccountsStore,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly shops: ShopsService,
    private readonly profiles: Profiles,
    private readonly limits: SharedRateLimits,
  ) {}

  async register(input: Register, origin: Origin): Promise<Session> {
    await this.#limit(`register:${origin.ip}`, registerRate);
    const passwordHash = await this.passwords.hash(input.password);
    const opened = await this.database
      .transaction(async (trx) => {
        const user = await this.store.insertUser(trx, {
          id: newId(),
          email: input.email,
          display_name: input.displayName,
          password_hash: passwordHash,
        });
        if (input.shop) await this.shops.insert(trx, user.id, input.shop);
        return this.sessions.open(trx, user.id, origin.userAgent);
      })
      .catch((error: unknown) => {
        if (violatedConstraint(error) === 'users_email_key') throw new AppError('email_taken');
        throw error;
      });
    return this.sessions.present(opened);
  }

  async login(input: Login, origin: Origin): Promise<Session> {
    await this.#limit(`login:${origin.ip}`, addressRate);
    await this.#limit(`login:${input.email}:${origin.ip}`, loginRate);
    const user = await this.store.findUserByEmail(this.database.db, input.email);
    const matches = await this.passwords.verify(input.password, user?.password_hash ?? null);
    if (!user || !matches) throw new AppError('invalid_credentials');
    const opened = await this.database.transaction((trx) =>
      this.sessions.open(trx, user.id, origin.userAgent),
    );
    return this.sessions.present(opened);
  }

  me(caller: Caller): Promise<Me> {
    return this.profiles.me(caller.userId);
  }

  async updateMe(caller: Caller, changes: UpdateMe): Promise<Me> {
    if (changes.displayName)
      await this.store.renameUser(this.database.db, caller.userId, changes.displayName);
    return this.profiles.me(caller.userId);
  }

  /**
   * Money that is on its way still settles or is refunded: orders keep their buyer's id. A shop's products go with its
   * owner. Throws `conflict` while a show is ready or on air: end it first.
   */
  async erase(caller: Caller): Promise<void> {
    const cut = await this.database.transaction(async (trx) => {
      if (await this.store.hasShowOnAir(trx, caller.userId)) {
        throw new AppError('conflict', { detail: 'End your show first.' });
      }
      await this.store.eraseUser(trx, caller.userId);
      return this.sessions.revokeAll(trx, caller.userId);
    });
    cut();
  }

  registerDevice(caller: Caller, device: RegisterDevice): Promise<void> {
    return this.store.saveDevice(this.database.db, caller.userId, device);
  }

  removeDevice(caller: Caller, token: string): Promise<void> {
    return this.store.removeDevice(this.database.db, caller.userId, token);
  }

  async #limit(key: string, rate: Rate): Promise<void> {
    const retryAfterMs = await this.limits.takeShared(key, rate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
  }
}
