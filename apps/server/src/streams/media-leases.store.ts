import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';

/** A node that has not renewed its lease for this long is dead, or does not reach the database. */
const lease = sql`interval '12 seconds'`;

/** Which node has the video of which show; the database's clock decides whose lease is over. */
export class MediaLeasesStore {
  /** The video flows at this node, whoever had it before. */
  async take(executor: Executor, streamId: string, nodeId: string): Promise<void> {
    await sql`
      insert into media_leases (stream_id, node_id) values (${streamId}, ${nodeId})
      on conflict (stream_id) do update set node_id = excluded.node_id, renewed_at = now()`.execute(executor);
  }

  /** Whether another node, which is alive, has the video. */
  async isHeldElsewhere(executor: Executor, streamId: string, nodeId: string): Promise<boolean> {
    const { rows } = await sql`
      select 1 from media_leases
      where stream_id = ${streamId} and node_id <> ${nodeId} and renewed_at > now() - ${lease}`.execute(
      executor,
    );
    return rows.length > 0;
  }

  /** Gives back all that a node has. */
  async release(executor: Executor, nodeId: string): Promise<void> {
    await executor.deleteFrom('media_leases').where('node_id', '=', nodeId).execute();
  }
}
