import type { ModerationAction, ModerationEntry } from '@vybekart/contract';
import type { Executor } from '../../platform/database.ts';

export interface ModerationRecord {
  shopId: string;
  action: ModerationAction;
  /** Null for what the server does by itself. */
  actorId: string | null;
  targetId?: string | null;
  streamId?: string | null;
  messageId?: string | null;
  reason?: string | undefined;
  facts?: ModerationEntry['facts'];
}

/** Who moderated what, whom, when and why. The database refuses every change of what is written. */
export class ModerationLogStore {
  /** Call in the transaction of the act. */
  async record(executor: Executor, record: ModerationRecord): Promise<void> {
    await executor
      .insertInto('moderation_log')
      .values({
        shop_id: record.shopId,
        action: record.action,
        actor_id: record.actorId,
        target_id: record.targetId ?? null,
        stream_id: record.streamId ?? null,
        message_id: record.messageId ?? null,
        reason: record.reason ?? null,
        facts: JSON.stringify(record.facts ?? {}),
      })
      .execute();
  }

  /** The newest first, with ids below `before`. */
  async page(
    executor: Executor,
    shopId: string,
    { before, limit }: { before: number | undefined; limit: number },
  ): Promise<ModerationEntry[]> {
    let query = executor
      .selectFrom('moderation_log')
      .leftJoin('users as actors', 'actors.id', 'actor_id')
      .leftJoin('users as targets', 'targets.id', 'target_id')
      .select(['moderation_log.id', 'at', 'action', 'stream_id', 'message_id', 'reason', 'facts'])
      .select(['actors.id as actorId', 'actors.display_name as actorName'])
      .select(['targets.id as targetId', 'targets.display_name as targetName'])
      .where('shop_id', '=', shopId)
      .orderBy('moderation_log.id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('moderation_log.id', '<', before);
    return (await query.execute()).map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      action: row.action as ModerationAction,
      actor: person(row.actorId, row.actorName),
      target: person(row.targetId, row.targetName),
      streamId: row.stream_id,
      messageId: row.message_id,
      reason: row.reason,
      facts: row.facts as ModerationEntry['facts'],
    }));
  }
}

function person(id: string | null, displayName: string | null): ModerationEntry['actor'] {
  return id === null || displayName === null ? null : { id, displayName };
}
