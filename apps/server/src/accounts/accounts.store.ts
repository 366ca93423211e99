import type { RegisterDevice } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

export interface UserRow {
  id: string;
  email: string;
  display_name: string;
  password_hash: string;
  created_at: Date;
}

const userColumns = ['id', 'email', 'display_name', 'password_hash', 'created_at'] as const;

/** Users, their sign-ins and their devices. */
export class AccountsStore {
  insertUser(executor: Executor, user: Omit<UserRow, 'created_at'>): Promise<UserRow> {
    return executor.insertInto('users').values(user).returning(userColumns).executeTakeFirstOrThrow();
  }

  findUserByEmail(executor: Executor, email: string): Promise<UserRow | undefined> {
    return executor
      .selectFrom('users')
      .select(userColumns)
      .where('email', '=', email)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }

  findUser(executor: Executor, id: string): Promise<UserRow | undefined> {
    return executor
      .selectFrom('users')
      .select(userColumns)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }

  async renameUser(executor: Executor, id: string, displayName: string): Promise<void> {
    await executor.updateTable('users').set({ display_name: displayName }).where('id', '=', id).execute();
  }

  async hasShowOnAir(executor: Executor, ownerId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('streams')
      .innerJoin('shops', 'shops.id', 'streams.shop_id')
      .select('streams.id')
      .where('shops.owner_id', '=', ownerId)
      .where('streams.status', 'in', ['ready', 'live', 'interrupted'])
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Orders must keep their buyer, so the row stays without anything that names the person. */
  async eraseUser(executor: Executor, id: string): Promise<void> {
    await executor
      .updateTable('users')
      .set({
        email: `erased-${id}@invalid`,
        display_name: 'Former member',
        password_hash: '',
        deleted_at: sql`now()`,
      })
      .where('id', '=', id)
      .execute();
    await executor
      .updateTable('products')
      .set({ deleted_at: sql`now()` })
      .where('deleted_at', 'is', null)
      .where('shop_id', 'in', executor.selectFrom('shops').select('id').where('owner_id', '=', id))
      .execute();
    await executor.deleteFrom('devices').where('user_id', '=', id).execute();
    await executor.deleteFrom('follows').where('user_id', '=', id).execute();
    await executor.deleteFrom('stream_guests').where('user_id', '=', id).execute();
  }

  async saveDevice(
    executor: Executor,
    userId: string,
    { token, platform, language = 'en' }: RegisterDevice,
  ): Promise<void> {
    const values = { user_id: userId, platform, language };
    await executor
      .insertInto('devices')
      .values({ token, ...values })
      .onConflict((conflict) => conflict.column('token').doUpdateSet({ ...values, last_seen_at: sql`now()` }))
      .execute();
    await sql`
      delete from devices where user_id = ${userId} and token not in (
        select token from devices where user_id = ${userId} order by last_seen_at desc limit 20)`.execute(
      executor,
    );
  }

  async removeDevice(executor: Executor, userId: string, token: string): Promise<void> {
    await executor.deleteFrom('devices').where('user_id', '=', userId).where('token', '=', token).execute();
  }
}
