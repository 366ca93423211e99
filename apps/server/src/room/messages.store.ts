import type { Message } from '@vybekart/contract';
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

  /** The visible message as the log has it, to pin it or to answer it. */
  async visible(executor: Executor, streamId: string, messageId: string): Promise<Message | undefined> {
    const row = await executor
      .selectFrom('messages')
      .innerJoin('room_events', 'room_events.message_id', 'messages.id')
      .select('payload')
      .where('messages.id', '=', messageId)
      .where('messages.stream_id', '=', streamId)
      .where('status', '=', 'visible')
      .executeTakeFirst();
    return (row?.payload as { message: Message } | undefined)?.message;
  }

  /** Takes one message away: its place in the log stays, its words go. */
  async remove(executor: Executor, streamId: string, messageId: string): Promise<void> {
    await executor
      .updateTable('messages')
      .set({ status: 'deleted', text: '', held_message: null })
      .where('id', '=', messageId)
      .execute();
    await this.erase(executor, streamId, [messageId]);
  }

  /** The same for everything that somebody wrote in a room; answers how many messages went. */
  async removeAllOf(executor: Executor, streamId: string, userId: string): Promise<number> {
    const gone = await executor
      .updateTable('messages')
      .set({ status: 'deleted', text: '', held_message: null })
      .where('stream_id', '=', streamId)
      .where('user_id', '=', userId)
      .where('status', '<>', 'deleted')
      .returning('id')
      .execute();
    const ids = gone.map(({ id }) => id);
    await this.erase(executor, streamId, ids);
    return ids.length;
  }

  /** Takes the words of messages out of the log: their own, where they are quoted, and above the chat. */
  async erase(executor: Executor, streamId: string, messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    await sql`
      update room_events set payload = jsonb_set(payload, '{message,text}', '""')
      where message_id = any(${messageIds}::uuid[])`.execute(executor);
    await sql`
      update room_events set payload = jsonb_set(payload, '{message,replyTo,excerpt}', 'null')
      where message_id in (select id from messages where reply_to = any(${messageIds}::uuid[]))`.execute(
      executor,
    );
    await sql`
      update room_events set payload = '{"message": null}'
      where stream_id = ${streamId} and event = 'message_pinned'
        and (payload #>> '{message,id}')::uuid = any(${messageIds}::uuid[])`.execute(executor);
  }
}
