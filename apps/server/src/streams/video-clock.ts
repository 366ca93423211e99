import type { MediaProvider, MediaResource } from '../media/media-provider.ts';
import type { Clock } from '../platform/clock.ts';
import type { NodeBus } from '../platform/node-bus.ts';

/** As long as a node keeps a show whose video it has: see `MediaLeasesStore`. */
const staleAfterMs = 12_000;
/** Of so many tidings the quickest one is right: the others were under way for longer. */
const tidingsKept = 4;

/** What another node said of a show's video. */
interface Tidings {
  nodeId: string;
  /** Of the newest ones: the video's time less this process's own. */
  aheadMs: number[];
  heardAtMs: number;
}

/**
 * The moment that a show's newest pictures show (EXT-X-PROGRAM-DATE-TIME), on every node. A video server that is a part
 * of the node knows its own shows alone: that node tells the others every 3 s where its video is, and they count on
 * from there, right to the time that a message takes between nodes. What a node says is forgotten after 12 s.
 */
export class VideoClock {
  readonly #elsewhere = new Map<string, Tidings>();
  readonly #told = new Set<string>();

  constructor(
    private readonly media: MediaProvider,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
  ) {
    bus.on('media.time', ({ id, atMs }, nodeId) => this.#hear(id, atMs, nodeId));
  }

  /** Null while no video flows, and where no node has said that it does. */
  of(resource: MediaResource): Date | null {
    const here = this.media.videoTime(resource);
    const tidings = this.#elsewhere.get(resource.id);
    if (here || !tidings) return here;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - tidings.heardAtMs < staleAfterMs) return new Date(nowMs + Math.max(...tidings.aheadMs));
    this.#elsewhere.delete(resource.id);
    return null;
  }

  /** Tells the others where this node's video is, and once that it has ended. Call often. */
  tell(resource: MediaResource): void {
    if (!this.media.isPartOfNode) return;
    const { id } = resource;
    const atMs = this.media.videoTime(resource)?.getTime() ?? null;
    if (atMs !== null) this.#told.add(id);
    else if (!this.#told.delete(id)) return;
    this.bus.publish('media.time', { id, atMs });
  }

  #hear(id: string, atMs: number | null, nodeId: string): void {
    const before = this.#elsewhere.get(id);
    const isSameNode = before?.nodeId === nodeId;
    if (atMs === null) {
      if (isSameNode) this.#elsewhere.delete(id);
      return;
    }
    const heardAtMs = this.clock.monotonicMs();
    const earlier = isSameNode ? before.aheadMs : [];
    const aheadMs = [atMs - heardAtMs, ...earlier].slice(0, tidingsKept);
    this.#elsewhere.set(id, { nodeId, aheadMs, heardAtMs });
  }
}
