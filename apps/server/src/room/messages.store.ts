import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

/** Chat messages as things that can be taken away. */
export class MessagesStore {
  async find(
    executor: Executor,
    streamId: string,
    messageId: string,
  ): Promise<{ authorId: string; status: string } | undefined> {
    return executor
      .selectFrom('messages')
      .select(['user_id as authorId', 'status'])
      .where('id', '=', messageId)
      .where('stream_id', '=', streamId)
      .executeTakeFirst();
  }

  /** The same for everything that somebody wrote in a room; answers how many messages went. */
  async removeAllOf(executor: Executor, streamId: string, userId: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      with gone as (
        update messages set status = 'deleted', text = ''
        where stream_id = ${streamId} and user_id = ${userId} and status <> 'deleted'
        returning id
      ),
      emptied as (
        update room_events set payload = jsonb_set(payload, '{message,text}', '""')
        where message_id in (select id from gone)
      )
      select count(*) from gone`.execute(executor);
    return rows[0]?.count ?? 0;
  }

  /** Its place in the log stays, its words go. */
  async remove(executor: Executor, messageId: string): Promise<void> {
    await executor
      .updateTable('messages')
      .set({ status: 'deleted', text: '' })
      .where('id', '=', messageId)
      .execute();
    await executor
      .updateTable('room_events')
      .set({ payload: sql`jsonb_set(payload, '{message,text}', '""')` })
      .where('message_id', '=', messageId)
      .execute();
  }
}
