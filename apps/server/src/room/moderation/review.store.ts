import type { Message, ReportReason, ReviewItem } from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';

export interface HeldMessage {
  status: string;
  authorId: string;
  message: Message | null;
}

/** Messages that wait for a decision, and the reports that brought some of them there. */
export class ReviewStore {
  /** Stores a new message as held; false when its `clientMsgId` was used before. */
  async hold(executor: Executor, streamId: string, message: Message): Promise<boolean> {
    const result = await executor
      .insertInto('messages')
      .values({
        id: message.id,
        stream_id: streamId,
        user_id: message.user.id,
        client_msg_id: message.clientMsgId,
        text: message.text,
        reply_to: message.replyTo?.id ?? null,
        status: 'held_for_review',
        held_message: JSON.stringify(message),
        held_reason: 'blocked_word',
        held_at: sql`now()`,
      })
      .onConflict((conflict) => conflict.columns(['stream_id', 'user_id', 'client_msg_id']).doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Takes a visible message back for review; its old place in the log stays empty. */
  async takeBack(executor: Executor, message: Message): Promise<void> {
    await executor
      .updateTable('messages')
      .set({
        status: 'held_for_review',
        held_message: JSON.stringify(message),
        held_reason: 'reports',
        held_at: sql`now()`,
      })
      .where('id', '=', message.id)
      .execute();
    await executor
      .updateTable('room_events')
      .set({ message_id: null })
      .where('message_id', '=', message.id)
      .execute();
  }

  /** Locked until the transaction ends. */
  find(executor: Executor, streamId: string, messageId: string): Promise<HeldMessage | undefined> {
    return executor
      .selectFrom('messages')
      .select(['status', 'user_id as authorId', 'held_message as message'])
      .where('id', '=', messageId)
      .where('stream_id', '=', streamId)
      .forUpdate()
      .$castTo<HeldMessage>()
      .executeTakeFirst();
  }

  async approve(executor: Executor, messageId: string): Promise<void> {
    await executor
      .updateTable('messages')
      .set({
        status: 'visible',
        held_message: null,
        held_reason: null,
        held_at: null,
        approved_at: sql`now()`,
      })
      .where('id', '=', messageId)
      .execute();
  }

  async hide(executor: Executor, messageId: string): Promise<void> {
    await executor
      .updateTable('messages')
      .set({ status: 'hidden', text: '', held_message: null, held_reason: null, held_at: null })
      .where('id', '=', messageId)
      .execute();
  }

  async isAnyHeld(executor: Executor, streamId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('messages')
      .select('id')
      .where('stream_id', '=', streamId)
      .where('status', '=', 'held_for_review')
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async heldOf(executor: Executor, streamId: string, userId: string): Promise<Message[]> {
    const rows = await executor
      .selectFrom('messages')
      .select('held_message')
      .where('stream_id', '=', streamId)
      .where('user_id', '=', userId)
      .where('status', '=', 'held_for_review')
      .orderBy('id')
      .execute();
    return rows.map((row) => row.held_message as Message);
  }

  /** Those that wait longest first. */
  async list(
    executor: Executor,
    streamId: string,
    page: { after: string | undefined; limit: number },
  ): Promise<ReviewItem[]> {
    let query = executor
      .selectFrom('messages')
      .select(['held_message', 'held_reason', 'held_at'])
      .where('stream_id', '=', streamId)
      .where('status', '=', 'held_for_review')
      .orderBy('id')
      .limit(page.limit);
    if (page.after) query = query.where('id', '>', page.after);
    return (await query.execute()).map((row) => ({
      streamId,
      message: row.held_message as Message,
      reason: row.held_reason as ReviewItem['reason'],
      heldAt: (row.held_at as Date).toISOString(),
    }));
  }

  /** Notes a report; answers by how many people the message was reported, or null when reports do not count any more. */
  async report(
    executor: Executor,
    report: { messageId: string; userId: string; reason: ReportReason | null },
  ): Promise<number | null> {
    const { messageId, userId, reason } = report;
    await executor
      .insertInto('message_reports')
      .values({ message_id: messageId, user_id: userId, reason })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await executor
      .selectFrom('messages')
      .select(sql<number>`(select count(*) from message_reports where message_id = ${messageId})`.as('count'))
      .where('id', '=', messageId)
      .where('status', '=', 'visible')
      .where('approved_at', 'is', null)
      .executeTakeFirst();
    return row?.count ?? null;
  }
}
