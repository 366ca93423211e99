import type { BlockedWordList } from '@vybekart/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Database, Executor } from '../../platform/database.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { HouseRulesStore } from './house-rules.store.ts';
import type { HouseRules } from './house-rules.ts';
import type { ModerationLogStore } from './moderation-log.store.ts';

/** The words that have a viewer's message held. Both throw `not_found` for a shop that is not the caller's. */
export class BlockedWordLists {
  constructor(
    private readonly database: Database,
    private readonly store: HouseRulesStore,
    private readonly log: ModerationLogStore,
    private readonly rules: HouseRules,
  ) {}

  async get(caller: Caller, handle: string): Promise<BlockedWordList> {
    return this.#read(this.database.db, await this.#ownShop(caller, handle));
  }

  /** Takes the place of the list that there was; it counts from the next message on. */
  async set(caller: Caller, handle: string, { words }: BlockedWordList): Promise<BlockedWordList> {
    const shopId = await this.#ownShop(caller, handle);
    const list = await this.database.transaction(async (trx) => {
      await this.store.touch(trx, shopId);
      await this.store.setBlockedWords(trx, shopId, [...new Set(words)]);
      const facts = { words: new Set(words).size };
      await this.log.record(trx, { shopId, action: 'blocked_words_set', actorId: caller.userId, facts });
      return this.#read(trx, shopId);
    });
    this.rules.changed(shopId);
    return list;
  }

  async #read(executor: Executor, shopId: string): Promise<BlockedWordList> {
    return { words: await this.store.blockedWords(executor, shopId) };
  }

  async #ownShop(caller: Caller, handle: string): Promise<string> {
    const shop = await this.store.findShop(this.database.db, handle);
    if (shop?.ownerId !== caller.userId) throw new AppError('not_found');
    return shop.id;
  }
}
