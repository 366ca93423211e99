import type { Executor } from '../platform/database.ts';

/** Invitations to private shows, and who came by them. */
export class StreamGuestsStore {
  /** Undefined for a public show, and where there is none. */
  async invitation(executor: Executor, streamId: string): Promise<string | undefined> {
    const row = await executor
      .selectFrom('streams')
      .select('invitation_code')
      .where('id', '=', streamId)
      .executeTakeFirst();
    return row?.invitation_code ?? undefined;
  }

  /** Idempotent. */
  async add(executor: Executor, streamId: string, userId: string): Promise<void> {
    await executor
      .insertInto('stream_guests')
      .values({ stream_id: streamId, user_id: userId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async has(executor: Executor, streamId: string, userId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('stream_guests')
      .select('user_id')
      .where('stream_id', '=', streamId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined;
  }
}
