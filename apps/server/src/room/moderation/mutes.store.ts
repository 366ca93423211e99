import type { Mute } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';
import { unfinishedStatuses } from '../../streams/stream-state.ts';

/** So many devices of one person are remembered, the first ones. */
const maxDevices = 50;

/** Timeouts, bans, and the devices that they follow to. */
export class MutesStore {
  /** For so many seconds, or until it is taken back. Answers the end; null for a ban, also for one that stands. */
  async mute(
    executor: Executor,
    shopId: string,
    userId: string,
    seconds: number | null,
  ): Promise<Date | null> {
    const until = sql<Date | null>`now() + make_interval(secs => ${seconds}::int)`;
    const row = await executor
      .insertInto('chat_mutes')
      .values({ shop_id: shopId, user_id: userId, until })
      .onConflict((conflict) =>
        conflict.columns(['shop_id', 'user_id']).doUpdateSet({
          until: sql`case when chat_mutes.until is null then null else excluded.until end`,
          created_at: sql`now()`,
        }),
      )
      .returning('until')
      .executeTakeFirstOrThrow();
    return row.until;
  }

  /** False when nothing muted this person. */
  async unmute(executor: Executor, shopId: string, userId: string): Promise<boolean> {
    const result = await executor
      .deleteFrom('chat_mutes')
      .where('shop_id', '=', shopId)
      .where('user_id', '=', userId)
      .where((where) => where.or([where('until', 'is', null), where('until', '>', sql<Date>`now()`)]))
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** Who is muted now, by id; `after` is the last id of the page before. */
  async list(
    executor: Executor,
    shopId: string,
    page: { after: string | undefined; limit: number },
  ): Promise<Mute[]> {
    let query = executor
      .selectFrom('chat_mutes')
      .innerJoin('users', 'users.id', 'chat_mutes.user_id')
      .select(['users.id', 'users.display_name', 'until', 'chat_mutes.created_at'])
      .where('shop_id', '=', shopId)
      .where((where) => where.or([where('until', 'is', null), where('until', '>', sql<Date>`now()`)]))
      .orderBy('users.id')
      .limit(page.limit);
    if (page.after) query = query.where('users.id', '>', page.after);
    return (await query.execute()).map((row) => ({
      user: { id: row.id, displayName: row.display_name },
      until: row.until?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    }));
  }

  /** Answers the shops whose rules the device changes: those that mute its owner. */
  async noteDevice(executor: Executor, userId: string, hash: string): Promise<string[]> {
    const { rows } = await sql<{ shop_id: string }>`
      with noted as (
        insert into chat_devices (user_id, device_hash)
        select ${userId}, decode(${hash}, 'hex')
        where (select count(*) from chat_devices where user_id = ${userId}) < ${maxDevices}
        on conflict do nothing returning user_id
      )
      update chat_rules set version = version + 1
      where shop_id in (
        select shop_id from chat_rules join chat_mutes using (shop_id) join noted using (user_id)
        -- Always in the same order: two of these must not wait for each other.
        order by shop_id for update of chat_rules)
      returning shop_id`.execute(executor);
    return rows.map((row) => row.shop_id);
  }

  /** The shop's shows that are not over. */
  async openShows(executor: Executor, shopId: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('streams')
      .select('id')
      .where('shop_id', '=', shopId)
      .where('status', 'in', [...unfinishedStatuses])
      .execute();
    return rows.map((row) => row.id);
  }
}
