import type { Me, Shop, ShopView } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { AccountsStore } from './accounts.store.ts';
import type { ShopRow, ShopsStore } from './shops.store.ts';
import { uploadUrl } from './upload-url.ts';

/** People and shops as the contract shows them. */
export class Profiles {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsStore,
    private readonly shops: ShopsStore,
  ) {}

  async me(userId: string): Promise<Me> {
    const user = await this.accounts.findUser(this.database.db, userId);
    if (!user) throw new AppError('unauthorized');
    const shop = await this.shops.findByOwner(this.database.db, userId);
    return {
      id: user.id,
      email: user.email,
      displayName: user.display_name,
      shop: shop ? toShop(shop) : null,
      createdAt: user.created_at.toISOString(),
    };
  }

  async shop(handle: string, viewerId: string | null): Promise<ShopView> {
    const shop = await this.shops.findByHandle(this.database.db, handle);
    if (!shop) throw new AppError('not_found');
    const { isFollowing, liveStreamId } = await this.shops.viewerFacts(this.database.db, shop.id, viewerId);
    return { ...toShop(shop), isFollowing, liveStreamId, cashOnDelivery: shop.cash_on_delivery };
  }
}

function toShop(row: ShopRow): Shop {
  return {
    id: row.id,
    handle: row.handle,
    name: row.name,
    avatarUrl: uploadUrl(row.avatar_id),
    followerCount: row.follower_count,
  };
}
