import type { Language, Notification } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';

/** What is told, before it has a reader. `dedupKey`: the same fact reaches the same person once. */
export interface Announcement {
  kind: Notification['kind'];
  title: string;
  body: string;
  facts: Record<string, string>;
  streamId: string | null;
  orderId: string | null;
  dedupKey: string;
}

/** One push to one device, which nobody else sends. */
export interface PushClaim {
  notificationId: string;
  token: string;
  language: Language;
}

const columns = [
  'id',
  'kind',
  'title',
  'body',
  'facts',
  'stream_id',
  'order_id',
  'created_at',
  'read_at',
] as const;

/** The in-app inbox, and which push went to which device. */
export class NotificationsStore {
  /** Writes one entry for each user; those who were told already are left out of the answer. */
  async insert(executor: Executor, userIds: readonly string[], told: Announcement) {
    if (userIds.length === 0) return [];
    const rows = await executor
      .insertInto('notifications')
      .values(
        userIds.map((userId) => ({
          id: newId(),
          user_id: userId,
          kind: told.kind,
          title: told.title,
          body: told.body,
          facts: JSON.stringify(told.facts),
          stream_id: told.streamId,
          order_id: told.orderId,
          dedup_key: told.dedupKey,
        })),
      )
      .onConflict((conflict) => conflict.columns(['user_id', 'dedup_key']).doNothing())
      .returning([...columns, 'user_id'])
      .execute();
    return rows.map((row) => ({ userId: row.user_id, notification: toNotification(row) }));
  }

  async list(executor: Executor, userId: string, limit: number, beforeId?: string): Promise<Notification[]> {
    let query = executor.selectFrom('notifications').select(columns).where('user_id', '=', userId);
    if (beforeId !== undefined) query = query.where('id', '<', beforeId);
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    return rows.map(toNotification);
  }

  /** Takes the codes of an order out of its buyer's inbox. */
  async forgetCodes(executor: Executor, buyerId: string, orderId: string): Promise<void> {
    await executor
      .deleteFrom('notifications')
      .where('user_id', '=', buyerId)
      .where('dedup_key', 'like', `order:${orderId}:code:%`)
      .execute();
  }

  async find(executor: Executor, id: string): Promise<Notification | undefined> {
    const row = await executor
      .selectFrom('notifications')
      .select(columns)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toNotification(row);
  }

  async emailOf(executor: Executor, userId: string): Promise<string | undefined> {
    const row = await executor
      .selectFrom('users')
      .select('email')
      .where('id', '=', userId)
      .executeTakeFirst();
    return row?.email;
  }

  async markRead(executor: Executor, userId: string): Promise<void> {
    await executor
      .updateTable('notifications')
      .set({ read_at: sql`now()` })
      .where('user_id', '=', userId)
      .where('read_at', 'is', null)
      .execute();
  }

  /** Undefined unless the stream is on air: nobody is called to a show that is over. */
  async liveStream(executor: Executor, streamId: string) {
    return executor
      .selectFrom('streams')
      .innerJoin('shops', 'shops.id', 'streams.shop_id')
      .innerJoin('users', 'users.id', 'shops.owner_id')
      .select([
        'streams.visibility',
        'streams.title',
        'shops.id as shop_id',
        'shops.name as shop_name',
        'users.display_name',
      ])
      .where('streams.id', '=', streamId)
      .where('streams.status', 'in', ['live', 'interrupted'])
      .executeTakeFirst();
  }

  /** Those who came by the invitation of a private show. */
  async guests(executor: Executor, streamId: string, limit: number, afterUserId: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('stream_guests')
      .select('user_id')
      .where('stream_id', '=', streamId)
      .where('user_id', '>', afterUserId)
      .orderBy('user_id')
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  }

  async followers(executor: Executor, shopId: string, limit: number, afterUserId: string): Promise<string[]> {
    const rows = await executor
      .selectFrom('follows')
      .select('user_id')
      .where('shop_id', '=', shopId)
      .where('user_id', '>', afterUserId)
      .orderBy('user_id')
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  }

  /** Whom an order concerns, with the words to tell it. */
  async orderFacts(executor: Executor, orderId: string) {
    return executor
      .selectFrom('orders')
      .innerJoin('shops', 'shops.id', 'orders.shop_id')
      .innerJoin('users as buyer', 'buyer.id', 'orders.buyer_id')
      .innerJoin('order_items as item', (join) =>
        join.onRef('item.order_id', '=', 'orders.id').on('item.position', '=', 0),
      )
      .leftJoin('cash_payments', 'cash_payments.order_id', 'orders.id')
      .select(sql<boolean>`cash_payments.order_id is not null`.as('is_cash'))
      .select([
        'orders.status',
        'orders.buyer_id',
        'orders.stream_id',
        'orders.total_minor',
        'orders.refunded_minor',
        'orders.currency',
        'shops.owner_id as seller_id',
        'shops.name as shop_name',
        'buyer.display_name as buyer_name',
        'item.title as product_title',
        sql<number>`(select count(*)::int - 1 from order_items where order_id = orders.id)`.as('other_lines'),
      ])
      .where('orders.id', '=', orderId)
      .executeTakeFirst();
  }

  /**
   * Claims the devices that have not had this notification, so that each gets at most one push of it, over
   * crashes and retries too; {@link releaseDevice} gives a claim back.
   */
  async claimDevices(executor: Executor, notificationIds: readonly string[]): Promise<PushClaim[]> {
    if (notificationIds.length === 0) return [];
    const { rows } = await sql<PushClaim>`
      with claimed as (
        insert into push_deliveries (notification_id, token)
        select n.id, d.token from notifications n join devices d on d.user_id = n.user_id
        where n.id = any(${[...notificationIds]}::uuid[])
        on conflict do nothing
        returning notification_id, token
      )
      select claimed.notification_id as "notificationId", token, devices.language
      from claimed join devices using (token)`.execute(executor);
    return rows;
  }

  /** After a week nobody sends the same notification again. */
  async purgeDeliveries(executor: Executor): Promise<void> {
    await sql`delete from push_deliveries where sent_at < now() - interval '7 days'`.execute(executor);
  }

  async releaseDevice(executor: Executor, notificationId: string, token: string): Promise<void> {
    await executor
      .deleteFrom('push_deliveries')
      .where('notification_id', '=', notificationId)
      .where('token', '=', token)
      .execute();
  }

  async forgetDevice(executor: Executor, token: string): Promise<void> {
    await executor.deleteFrom('devices').where('token', '=', token).execute();
  }

  /** The entries that tell this fact to these people, whenever they were written. */
  async idsByDedupKey(executor: Executor, userIds: readonly string[], dedupKey: string): Promise<string[]> {
    if (userIds.length === 0) return [];
    const rows = await executor
      .selectFrom('notifications')
      .select('id')
      .where('user_id', 'in', [...userIds])
      .where('dedup_key', '=', dedupKey)
      .execute();
    return rows.map((row) => row.id);
  }
}

interface NotificationRow {
  id: string;
  kind: string;
  title: string;
  body: string;
  facts: unknown;
  stream_id: string | null;
  order_id: string | null;
  created_at: Date;
  read_at: Date | null;
}

function toNotification(row: NotificationRow): Notification {
  return {
    id: row.id,
    kind: row.kind as Notification['kind'],
    title: row.title,
    body: row.body,
    facts: row.facts as Record<string, string>,
    streamId: row.stream_id,
    orderId: row.order_id,
    createdAt: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  };
}
