import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

export interface ShopRow {
  id: string;
  owner_id: string;
  handle: string;
  name: string;
  avatar_id: string | null;
  cash_on_delivery: boolean;
  follower_count: number;
}

/** Shops and who follows them. */
export class ShopsStore {
  async insert(
    executor: Executor,
    shop: { id: string; ownerId: string; handle: string; name: string },
  ): Promise<void> {
    await executor
      .insertInto('shops')
      .values({ id: shop.id, owner_id: shop.ownerId, handle: shop.handle, name: shop.name })
      .execute();
  }

  findByOwner(executor: Executor, ownerId: string): Promise<ShopRow | undefined> {
    return this.#select(executor).where('shops.owner_id', '=', ownerId).executeTakeFirst();
  }

  findByHandle(executor: Executor, handle: string): Promise<ShopRow | undefined> {
    return this.#select(executor).where('shops.handle', '=', handle).executeTakeFirst();
  }

  #select(executor: Executor) {
    return executor
      .selectFrom('shops')
      .select([
        'shops.id',
        'shops.owner_id',
        'shops.handle',
        'shops.name',
        'shops.avatar_id',
        'shops.cash_on_delivery',
      ])
      .select(
        sql<number>`(select count(*) from follows where follows.shop_id = shops.id)`.as('follower_count'),
      );
  }

  async viewerFacts(executor: Executor, shopId: string, viewerId: string | null) {
    const { rows } = await sql<{ isFollowing: boolean; liveStreamId: string | null }>`
      select exists (select from follows where shop_id = ${shopId} and user_id = ${viewerId}::uuid) as "isFollowing",
             (select id from streams where shop_id = ${shopId} and visibility = 'public'
                and status in ('live', 'interrupted')) as "liveStreamId"
    `.execute(executor);
    return rows[0] ?? { isFollowing: false, liveStreamId: null };
  }

  async update(
    executor: Executor,
    shopId: string,
    changes: {
      name?: string | undefined;
      avatarId?: string | null | undefined;
      cashOnDelivery?: boolean | undefined;
    },
  ): Promise<void> {
    const values = {
      ...(changes.name === undefined ? {} : { name: changes.name }),
      ...(changes.avatarId === undefined ? {} : { avatar_id: changes.avatarId }),
      ...(changes.cashOnDelivery === undefined ? {} : { cash_on_delivery: changes.cashOnDelivery }),
    };
    if (Object.keys(values).length === 0) return;
    await executor.updateTable('shops').set(values).where('id', '=', shopId).execute();
  }

  async follow(executor: Executor, shopId: string, userId: string): Promise<void> {
    await executor
      .insertInto('follows')
      .values({ shop_id: shopId, user_id: userId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async unfollow(executor: Executor, shopId: string, userId: string): Promise<void> {
    await executor
      .deleteFrom('follows')
      .where('shop_id', '=', shopId)
      .where('user_id', '=', userId)
      .execute();
  }
}
