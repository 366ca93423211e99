import { type Chatter, type Moderator, maxModerators } from '@vybekart/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Database, Executor } from '../../platform/database.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { HouseRulesStore } from './house-rules.store.ts';
import type { ModerationLogStore } from './moderation-log.store.ts';
import type { ModeratorsStore } from './moderators.store.ts';
import type { Standings } from './standings.ts';

/** Whom a seller lets moderate the shop's rooms. All throw `not_found` for a shop that is not the caller's. */
export class Moderators {
  constructor(
    private readonly database: Database,
    private readonly store: ModeratorsStore,
    private readonly houseRules: HouseRulesStore,
    private readonly log: ModerationLogStore,
    private readonly standings: Standings,
  ) {}

  async list(caller: Caller, handle: string): Promise<Moderator[]> {
    return this.store.list(this.database.db, await this.#ownShop(caller, handle));
  }

  async chatters(caller: Caller, handle: string, name: string): Promise<Chatter[]> {
    return this.store.chatters(this.database.db, await this.#ownShop(caller, handle), name);
  }

  /** Idempotent. Throws `not_found` for an unknown person, `forbidden` for oneself, `validation_failed` when there are too many. */
  async appoint(caller: Caller, handle: string, userId: string): Promise<void> {
    const shopId = await this.#ownShop(caller, handle);
    if (userId === caller.userId) throw new AppError('forbidden');
    await this.database.transaction(async (trx) => {
      if (!(await this.houseRules.isPerson(trx, userId))) throw new AppError('not_found');
      await this.houseRules.touch(trx, shopId);
      if (!(await this.store.add(trx, shopId, userId))) return;
      if ((await this.store.count(trx, shopId)) > maxModerators) throw tooMany();
      await this.#record(trx, 'moderator_appointed', { shopId, actorId: caller.userId, targetId: userId });
    });
    await this.standings.changed(shopId, userId);
  }

  /** Idempotent. */
  async dismiss(caller: Caller, handle: string, userId: string): Promise<void> {
    const shopId = await this.#ownShop(caller, handle);
    await this.database.transaction(async (trx) => {
      await this.houseRules.touch(trx, shopId);
      if (!(await this.store.remove(trx, shopId, userId))) return;
      await this.#record(trx, 'moderator_removed', { shopId, actorId: caller.userId, targetId: userId });
    });
    await this.standings.changed(shopId, userId);
  }

  async #record(
    trx: Executor,
    action: 'moderator_appointed' | 'moderator_removed',
    who: { shopId: string; actorId: string; targetId: string },
  ): Promise<void> {
    await this.log.record(trx, { action, ...who });
  }

  async #ownShop(caller: Caller, handle: string): Promise<string> {
    const shop = await this.houseRules.findShop(this.database.db, handle);
    if (shop?.ownerId !== caller.userId) throw new AppError('not_found');
    return shop.id;
  }
}

function tooMany(): AppError {
  const detail = `a shop has at most ${maxModerators} moderators`;
  return new AppError('validation_failed', { fields: [{ path: 'userId', code: 'too_big', detail }] });
}
