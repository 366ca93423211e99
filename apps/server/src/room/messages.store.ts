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
