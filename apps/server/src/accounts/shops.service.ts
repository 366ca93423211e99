import type { CreateShop, ShopView, UpdateShop } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import { type Database, type Executor, violatedConstraint } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { Profiles } from './profiles.ts';
import type { SessionCache } from './session-cache.ts';
import type { ShopsStore } from './shops.store.ts';
import type { UploadsService } from './uploads.service.ts';

/** Sellers' storefronts and their followers. */
export class ShopsService {
  constructor(
    private readonly database: Database,
    private readonly store: ShopsStore,
    private readonly profiles: Profiles,
    private readonly uploads: UploadsService,
    private readonly cache: SessionCache,
  ) {}

  async open(caller: Caller, shop: CreateShop): Promise<ShopView> {
    await this.insert(this.database.db, caller.userId, shop);
    this.cache.forget(caller.sessionId);
    return this.profiles.shop(shop.handle, caller.userId);
  }

  /** Throws `handle_taken` or `already_a_seller`; part of registering as a seller, too. */
  async insert(executor: Executor, ownerId: string, shop: CreateShop): Promise<void> {
    try {
      await this.store.insert(executor, { id: newId(), ownerId, ...shop });
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'shops_handle_key') throw new AppError('handle_taken', { handle: shop.handle });
      if (constraint === 'shops_owner_id_key') throw new AppError('already_a_seller');
      throw error;
    }
  }

  async update(caller: Caller & { shopId: string }, handle: string, changes: UpdateShop): Promise<ShopView> {
    const shop = await this.store.findByHandle(this.database.db, handle);
    if (shop?.owner_id !== caller.userId) throw new AppError('not_found');
    if (changes.avatarId) await this.uploads.requireOwned(caller.userId, [changes.avatarId], 'avatarId');
    await this.store.update(this.database.db, shop.id, changes);
    return this.profiles.shop(handle, caller.userId);
  }

  async follow(caller: Caller, handle: string): Promise<void> {
    await this.store.follow(this.database.db, await this.#shopId(handle), caller.userId);
  }

  async unfollow(caller: Caller, handle: string): Promise<void> {
    await this.store.unfollow(this.database.db, await this.#shopId(handle), caller.userId);
  }

  async #shopId(handle: string): Promise<string> {
    const shop = await this.store.findByHandle(this.database.db, handle);
    if (!shop) throw new AppError('not_found');
    return shop.id;
  }
}
