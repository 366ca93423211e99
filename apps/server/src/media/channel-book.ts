import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';

/** A seller's lasting place at a provider: JSON by which the provider finds it again. */
export interface Channel {
  readonly id: string;
  readonly [fact: string]: unknown;
}

/** Which channel of which provider belongs to which shop; its private shows have another one than the others. */
export class ChannelBook {
  constructor(
    private readonly database: Database,
    private readonly provider: string,
  ) {}

  async find(shopId: string, isPrivate: boolean): Promise<Channel | null> {
    const row = await this.database.db
      .selectFrom('media_channels')
      .select('channel')
      .where('shop_id', '=', shopId)
      .where('provider', '=', this.provider)
      .where('is_private', '=', isPrivate)
      .executeTakeFirst();
    return row ? (row.channel as Channel) : null;
  }

  /** Notes a channel, unless the shop has one by now; answers the one that counts. */
  async keep(shopId: string, isPrivate: boolean, channel: Channel): Promise<Channel> {
    await this.database.db
      .insertInto('media_channels')
      .values({
        shop_id: shopId,
        provider: this.provider,
        is_private: isPrivate,
        channel: JSON.stringify(channel),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.find(shopId, isPrivate)) ?? channel;
  }

  /** Forgets a channel that the provider does not know any more; its shop gets another one with its next show. */
  async forget(channelId: string): Promise<void> {
    await this.database.db
      .deleteFrom('media_channels')
      .where('provider', '=', this.provider)
      .where(sql`channel ->> 'id'`, '=', channelId)
      .execute();
  }
}
