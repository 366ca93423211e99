import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';

interface MuteRow {
  userId: string;
  /** Null: until it is taken back. */
  until: Date | null;
  /** Hexadecimal. */
  deviceHashes: string[];
}

export interface HouseRulesRow {
  ownerId: string;
  version: number;
  moderatorIds: string[];
  blockedWords: string[];
  mutes: MuteRow[];
}

/** What a shop allows in its chat, as one reads it to decide; and the mark that says that it has changed. */
export class HouseRulesStore {
  /** Undefined for a shop that does not exist. One statement, so that the version is that of the rest. */
  async read(executor: Executor, shopId: string): Promise<HouseRulesRow | undefined> {
    const { rows } = await sql<
      Omit<HouseRulesRow, 'mutes'> & { mutes: (Omit<MuteRow, 'until'> & { until: string | null })[] }
    >`
      select owner_id as "ownerId",
        coalesce((select version from chat_rules where shop_id = shops.id), 0) as version,
        array(select user_id from moderators where shop_id = shops.id) as "moderatorIds",
        array(select word from blocked_words where shop_id = shops.id) as "blockedWords",
        coalesce((
          select jsonb_agg(jsonb_build_object(
            'userId', user_id,
            'until', until,
            'deviceHashes', (
              select coalesce(jsonb_agg(encode(device_hash, 'hex')), '[]')
              from chat_devices where chat_devices.user_id = chat_mutes.user_id)))
          from chat_mutes where shop_id = shops.id and (until is null or until > now())
        ), '[]') as mutes
      from shops where id = ${shopId}`.execute(executor);
    const [row] = rows;
    if (!row) return undefined;
    const mutes = row.mutes.map((mute) => ({ ...mute, until: mute.until ? new Date(mute.until) : null }));
    return { ...row, mutes };
  }

  /** The versions of those shops that ever changed anything. */
  async versions(executor: Executor, shopIds: readonly string[]): Promise<Map<string, number>> {
    if (shopIds.length === 0) return new Map();
    const rows = await executor
      .selectFrom('chat_rules')
      .select(['shop_id', 'version'])
      .where('shop_id', 'in', [...shopIds])
      .execute();
    return new Map(rows.map((row) => [row.shop_id, row.version]));
  }

  /** Call in the transaction of every change. Two changes of one shop wait for each other here. */
  async touch(executor: Executor, shopId: string): Promise<void> {
    await executor
      .insertInto('chat_rules')
      .values({ shop_id: shopId })
      .onConflict((conflict) =>
        conflict.column('shop_id').doUpdateSet({ version: sql`chat_rules.version + 1` }),
      )
      .execute();
  }

  async blockedWords(executor: Executor, shopId: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('blocked_words')
      .select('word')
      .where('shop_id', '=', shopId)
      .orderBy('word')
      .execute();
    return rows.map((row) => row.word);
  }

  async setBlockedWords(executor: Executor, shopId: string, words: readonly string[]): Promise<void> {
    await executor.deleteFrom('blocked_words').where('shop_id', '=', shopId).execute();
    if (words.length === 0) return;
    await executor
      .insertInto('blocked_words')
      .values(words.map((word) => ({ shop_id: shopId, word })))
      .execute();
  }

  async isFollower(executor: Executor, shopId: string, userId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('follows')
      .select('user_id')
      .where('shop_id', '=', shopId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined;
  }

  findShop(executor: Executor, handle: string): Promise<{ id: string; ownerId: string } | undefined> {
    return executor
      .selectFrom('shops')
      .select(['id', 'owner_id as ownerId'])
      .where('handle', '=', handle)
      .executeTakeFirst();
  }

  /** False for an account that is closed or never was. */
  async isPerson(executor: Executor, userId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('users')
      .select('id')
      .where('id', '=', userId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }
}
