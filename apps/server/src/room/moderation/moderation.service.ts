import type { ModerationEntry, Mute, PageQuery } from '@vybekart/contract';
import { cursorId } from '../../catalog/catalog.service.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Database } from '../../platform/database.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { HouseRulesStore } from './house-rules.store.ts';
import type { ModerationLogStore } from './moderation-log.store.ts';
import type { MutesStore } from './mutes.store.ts';
import { pageOf } from './page-of.ts';
import type { Standings } from './standings.ts';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** What the seller and the moderators of a shop can look up. */
export class ModerationService {
  constructor(
    private readonly database: Database,
    private readonly houseRules: HouseRulesStore,
    private readonly log: ModerationLogStore,
    private readonly mutes: MutesStore,
    private readonly standings: Standings,
  ) {}

  /** For the seller; throws `not_found` for anybody else. */
  async logOf(caller: Caller, handle: string, query: PageQuery): Promise<Page<ModerationEntry>> {
    const shop = await this.houseRules.findShop(this.database.db, handle);
    if (shop?.ownerId !== caller.userId) throw new AppError('not_found');
    const page = { before: cursorNumber(query.cursor), limit: query.limit + 1 };
    const items = await this.log.page(this.database.db, shop.id, page);
    return pageOf(items, query.limit, ({ id }) => String(id));
  }

  /** For the seller and the moderators. Throws `not_found`, `forbidden`. */
  async mutesOf(caller: Caller, handle: string, query: PageQuery): Promise<Page<Mute>> {
    const shop = await this.houseRules.findShop(this.database.db, handle);
    if (!shop) throw new AppError('not_found');
    await this.standings.requireModerator({ shopId: shop.id }, caller.userId);
    const page = { after: cursorId(query.cursor), limit: query.limit + 1 };
    const items = await this.mutes.list(this.database.db, shop.id, page);
    return pageOf(items, query.limit, ({ user }) => user.id);
  }
}

function cursorNumber(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('validation_failed', {
    fields: [{ path: 'cursor', code: 'format', detail: 'is no cursor of this list' }],
  });
}
