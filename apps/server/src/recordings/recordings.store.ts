import { sql } from 'kysely';
import type { MediaResource, RecordedShow } from '../media/media-provider.ts';
import type { Executor } from '../platform/database.ts';

/** Which shows have a recording, and which of these are to go. */
export class RecordingsStore {
  /** A no-op for a show whose recording is known, be it that it was taken away. */
  async insert(executor: Executor, streamId: string, recording: RecordedShow): Promise<void> {
    await executor
      .insertInto('recordings')
      .values({
        stream_id: streamId,
        started_at: recording.startedAt,
        duration_ms: recording.durationMs,
        bytes: recording.bytes,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Whether a recording was ever known, and whether it is to be seen. */
  async state(executor: Executor, streamId: string): Promise<'unknown' | 'kept' | 'removed'> {
    const row = await executor
      .selectFrom('recordings')
      .select('removed_at')
      .where('stream_id', '=', streamId)
      .executeTakeFirst();
    if (!row) return 'unknown';
    return row.removed_at === null ? 'kept' : 'removed';
  }

  /** False when there is none to be seen. */
  async remove(executor: Executor, streamId: string): Promise<boolean> {
    const result = await executor
      .updateTable('recordings')
      .set({ removed_at: sql`now()` })
      .where('stream_id', '=', streamId)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Removes what is older than `days`, and the oldest of the rest until they fit into `maxBytes`. */
  async removeSurplus(executor: Executor, days: number, maxBytes: number): Promise<string[]> {
    const { rows } = await sql<{ stream_id: string }>`
      update recordings set removed_at = now()
      where removed_at is null and stream_id in (
        select stream_id from (
          select stream_id, created_at,
                 sum(bytes) over (order by created_at desc, stream_id desc) as with_newer_bytes
          from recordings where removed_at is null
        ) as kept
        where created_at < now() - make_interval(days => ${days}::int) or with_newer_bytes > ${maxBytes}
      )
      returning stream_id`.execute(executor);
    return rows.map((row) => row.stream_id);
  }

  /** Removes those of sellers who have left. */
  async removeOfErased(executor: Executor): Promise<string[]> {
    const { rows } = await sql<{ stream_id: string }>`
      update recordings set removed_at = now()
      where removed_at is null and stream_id in (
        select streams.id from streams
        join shops on shops.id = streams.shop_id
        join users on users.id = shops.owner_id
        where users.deleted_at is not null
      )
      returning stream_id`.execute(executor);
    return rows.map((row) => row.stream_id);
  }

  /** Recordings that have not moved to the archive yet, the newest first: one that cannot move blocks nobody. */
  toArchive(executor: Executor, provider: string): Promise<{ streamId: string; media: MediaResource }[]> {
    return executor
      .selectFrom('recordings')
      .innerJoin('streams', 'streams.id', 'recordings.stream_id')
      .select(['stream_id as streamId', 'media'])
      .where('removed_at', 'is', null)
      .where('archived_at', 'is', null)
      .where('streams.provider', '=', provider)
      .orderBy('recordings.created_at', 'desc')
      .limit(20)
      .$castTo<{ streamId: string; media: MediaResource }>()
      .execute();
  }

  async noteArchived(executor: Executor, streamId: string): Promise<void> {
    await executor
      .updateTable('recordings')
      .set({ archived_at: sql`now()` })
      .where('stream_id', '=', streamId)
      .execute();
  }

  /** Of these resources, those that no stream has. */
  async strangers(executor: Executor, mediaIds: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select asked.id from unnest(${mediaIds}::text[]) as asked (id)
      where not exists (select from streams where streams.media ->> 'id' = asked.id)`.execute(executor);
    return rows.map((row) => row.id);
  }

  /** Removed recordings whose video is still with this provider. */
  toPurge(
    executor: Executor,
    provider: string,
  ): Promise<{ streamId: string; media: MediaResource; endedAt: Date }[]> {
    return executor
      .selectFrom('recordings')
      .innerJoin('streams', 'streams.id', 'recordings.stream_id')
      .select(['stream_id as streamId', 'media', 'streams.ended_at as endedAt'])
      .where('removed_at', 'is not', null)
      .where('streams.provider', '=', provider)
      .where('purged_at', 'is', null)
      .limit(100)
      .$castTo<{ streamId: string; media: MediaResource; endedAt: Date }>()
      .execute();
  }

  async notePurged(executor: Executor, streamId: string): Promise<void> {
    await executor
      .updateTable('recordings')
      .set({ purged_at: sql`now()` })
      .where('stream_id', '=', streamId)
      .execute();
  }
}
