import type { Chatter, Moderator } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';

/** People are looked for among those who chatted in this many of the shop's newest shows. */
const searchedShows = 10;
const maxFound = 20;

/** Whom a shop's seller appointed, and among whom the seller can choose. */
export class ModeratorsStore {
  async list(executor: Executor, shopId: string): Promise<Moderator[]> {
    const rows = await executor
      .selectFrom('moderators')
      .innerJoin('users', 'users.id', 'moderators.user_id')
      .select(['users.id', 'users.display_name', 'appointed_at'])
      .where('shop_id', '=', shopId)
      .orderBy('appointed_at')
      .orderBy('users.id')
      .execute();
    return rows.map((row) => ({
      user: { id: row.id, displayName: row.display_name },
      appointedAt: row.appointed_at.toISOString(),
    }));
  }

  async count(executor: Executor, shopId: string): Promise<number> {
    const row = await executor
      .selectFrom('moderators')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('shop_id', '=', shopId)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** False when this person is one already. */
  async add(executor: Executor, shopId: string, userId: string): Promise<boolean> {
    const result = await executor
      .insertInto('moderators')
      .values({ shop_id: shopId, user_id: userId })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** False when this person is none. */
  async remove(executor: Executor, shopId: string, userId: string): Promise<boolean> {
    const result = await executor
      .deleteFrom('moderators')
      .where('shop_id', '=', shopId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** People whose name holds `name`, whatever the case, among those who chatted lately; the seller is not among them. */
  async chatters(executor: Executor, shopId: string, name: string): Promise<Chatter[]> {
    const { rows } = await sql<Chatter>`
      select id, display_name as "displayName" from users
      where deleted_at is null
        and strpos(lower(display_name), lower(${name})) > 0
        and id <> (select owner_id from shops where id = ${shopId})
        and id in (
          select user_id from messages where stream_id in (
            select id from streams where shop_id = ${shopId} order by id desc limit ${searchedShows}))
      order by lower(display_name), id limit ${maxFound}`.execute(executor);
    return rows;
  }
}
