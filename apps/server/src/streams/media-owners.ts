import type { MediaProvider, MediaResource, MediaState } from '../media/media-provider.ts';
import type { Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import type { NodeBus } from '../platform/node-bus.ts';
import type { MediaLeasesStore } from './media-leases.store.ts';

/**
 * Who may say what the video of a show does. A cloud provider answers every node alike. A video server that is a part
 * of the node knows its own shows alone: there the node that has the video holds a lease, and no other one judges the
 * show while that lease is renewed; what has to be cut is cut by all.
 */
export class MediaOwners {
  #hasReleased = false;

  constructor(
    private readonly database: Database,
    private readonly leases: MediaLeasesStore,
    private readonly media: MediaProvider,
    private readonly bus: NodeBus,
    private readonly log: Log,
  ) {
    bus.on('media.cut', ({ resource, reason, isOver }) => {
      const cut = isOver ? media.stop(resource, reason) : media.disconnect(resource, reason);
      cut.catch((error: unknown) => log.warn({ err: error, media: resource.id }, 'video could not be cut'));
    });
  }

  /** `state`: of the show at this node's video server, which takes or keeps the lease while video flows. */
  async mayJudge(streamId: string, state: MediaState): Promise<boolean> {
    if (!this.media.isPartOfNode) return true;
    if (this.#hasReleased) return false;
    const { db } = this.database;
    if (state !== 'live') return !(await this.leases.isHeldElsewhere(db, streamId, this.bus.nodeId));
    await this.leases.take(db, streamId, this.bus.nodeId);
    return true;
  }

  /** As {@link MediaProvider.stop}, on whatever node the video is. */
  async stop(resource: MediaResource, reason: string): Promise<void> {
    this.#tellOthers(resource, reason, true);
    await this.media.stop(resource, reason);
  }

  /** As {@link MediaProvider.disconnect}, on whatever node the encoder is. */
  async disconnect(resource: MediaResource, reason: string): Promise<void> {
    this.#tellOthers(resource, reason, false);
    await this.media.disconnect(resource, reason);
  }

  /** This node stops: others judge its shows at once. */
  async release(): Promise<void> {
    if (!this.media.isPartOfNode) return;
    this.#hasReleased = true;
    try {
      await this.leases.release(this.database.db, this.bus.nodeId);
    } catch (error) {
      this.log.warn({ err: error }, 'the shows of this node are free when their leases end');
    }
  }

  #tellOthers(resource: MediaResource, reason: string, isOver: boolean): void {
    if (this.media.isPartOfNode)
      this.bus.publish('media.cut', { resource, reason, isOver }, { isKept: true });
  }
}
