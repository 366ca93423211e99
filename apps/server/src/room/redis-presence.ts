import { createHash } from 'node:crypto';
import type { NodeBus, NodeMessages } from '../platform/node-bus.ts';
import { LocalViewers } from './local-viewers.ts';
import { type CountListener, Presence } from './presence.ts';

/** Changes of this node are told together. */
const changesMs = 50;
/** Several nodes that come back at the same time are answered together. */
const answerMs = 250;
const renewalsPerLease = 3;
const looksPerLease = 10;

/** What another node said of its viewers, and when it was last heard. */
interface Lease {
  streams: Map<string, Set<string>>;
  heardAtMs: number;
}

/**
 * Many nodes. Each one keeps everybody's viewers in memory, so that counting costs no round trip: a node tells its
 * changes at once and, three times in a lease, its whole truth, which also mends whatever was lost. A node that is not
 * heard for a lease is dead and its viewers are gone; one that comes back, or starts, asks the others for theirs.
 *
 * Limit: some 100 bytes on every node for each viewer of the platform.
 */
export class RedisPresence extends Presence implements Disposable {
  readonly #own = new LocalViewers();
  readonly #leases = new Map<string, Lease>();
  /** By stream: on how many nodes each viewer is. */
  readonly #nodesOf = new Map<string, Map<string, number>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #looking: NodeJS.Timeout;
  #changes: NodeMessages['presence.changes']['changes'] = [];
  #willTellWhole = false;
  #looks = 0;
  #listener: CountListener = () => {};

  constructor(
    private readonly bus: NodeBus,
    private readonly leaseMs = 30_000,
  ) {
    super();
    bus.on('presence.hello', () => this.#tellWholeSoon());
    bus.on('presence.whole', ({ rooms }, from) => this.#takeWhole(from, rooms));
    bus.on('presence.changes', ({ changes }, from) => this.#takeChanges(from, changes));
    bus.on('presence.bye', (_, from) => this.#takeWhole(from, []));
    bus.onReunion(() => {
      bus.publish('presence.hello', {});
      this.#tellWhole();
    });
    this.#looking = setInterval(() => this.#look(), leaseMs / looksPerLease);
    this.#looking.unref();
  }

  enter(streamId: string, viewerId: string, socketId: string): void {
    const viewer = markOf(viewerId);
    if (this.#own.enter(streamId, viewer, socketId)) this.#change(streamId, viewer, 1);
  }

  leave(streamId: string, socketId: string): void {
    const viewer = this.#own.leave(streamId, socketId);
    if (viewer !== null) this.#change(streamId, viewer, 0);
  }

  countOf(streamId: string): number {
    return this.#nodesOf.get(streamId)?.size ?? 0;
  }

  onCount(listener: CountListener): void {
    this.#listener = listener;
  }

  /** Tells the others that nobody watches here any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
    for (const timer of this.#timers) clearTimeout(timer);
    this.bus.publish('presence.bye', {});
  }

  #change(streamId: string, viewer: string, isHere: 0 | 1): void {
    if (this.#changes.length === 0) this.#later(changesMs, () => this.#tellChanges());
    this.#changes.push([streamId, viewer, isHere]);
    this.#recount([[streamId, viewer, isHere]]);
  }

  #tellChanges(): void {
    if (this.#changes.length > 0) this.bus.publish('presence.changes', { changes: this.#changes });
    this.#changes = [];
  }

  #tellWhole(): void {
    this.#changes = [];
    this.bus.publish('presence.whole', { rooms: this.#own.all() });
  }

  #tellWholeSoon(): void {
    if (this.#willTellWhole) return;
    this.#willTellWhole = true;
    this.#later(answerMs, () => {
      this.#willTellWhole = false;
      this.#tellWhole();
    });
  }

  #look(): void {
    this.#looks += 1;
    if (this.#looks % Math.floor(looksPerLease / renewalsPerLease) === 0) this.#tellWhole();
    const deadSinceMs = performance.now() - this.leaseMs;
    for (const [nodeId, lease] of this.#leases) {
      if (lease.heardAtMs < deadSinceMs) this.#takeWhole(nodeId, []);
    }
  }

  #takeWhole(nodeId: string, rooms: NodeMessages['presence.whole']['rooms']): void {
    const lease = this.#leaseOf(nodeId);
    const streams = new Map(rooms.map(([streamId, viewers]) => [streamId, new Set(viewers)]));
    const gone = leftOut(lease.streams, streams).map(([id, viewer]) => [id, viewer, 0] as const);
    const come = leftOut(streams, lease.streams).map(([id, viewer]) => [id, viewer, 1] as const);
    lease.streams = streams;
    if (streams.size === 0) this.#leases.delete(nodeId);
    this.#recount([...come, ...gone]);
  }

  #takeChanges(nodeId: string, changes: NodeMessages['presence.changes']['changes']): void {
    const { streams } = this.#leaseOf(nodeId);
    const real = changes.filter(([streamId, viewer, isHere]) => {
      const viewers = streams.get(streamId) ?? new Set<string>();
      if (viewers.has(viewer) === (isHere === 1)) return false;
      if (isHere === 1) viewers.add(viewer);
      else viewers.delete(viewer);
      if (viewers.size > 0) streams.set(streamId, viewers);
      else streams.delete(streamId);
      return true;
    });
    this.#recount(real);
  }

  #leaseOf(nodeId: string): Lease {
    let lease = this.#leases.get(nodeId);
    if (!lease) {
      lease = { streams: new Map(), heardAtMs: 0 };
      this.#leases.set(nodeId, lease);
    }
    lease.heardAtMs = performance.now();
    return lease;
  }

  /** Takes viewers of one node in or out, and tells each stream whose count has changed, once. */
  #recount(changes: readonly (readonly [streamId: string, viewer: string, isHere: 0 | 1])[]): void {
    const before = new Map<string, number>();
    for (const [streamId, viewer, isHere] of changes) {
      if (!before.has(streamId)) before.set(streamId, this.countOf(streamId));
      const nodes = this.#nodesOf.get(streamId) ?? new Map<string, number>();
      const count = (nodes.get(viewer) ?? 0) + (isHere === 1 ? 1 : -1);
      if (count > 0) nodes.set(viewer, count);
      else nodes.delete(viewer);
      if (nodes.size > 0) this.#nodesOf.set(streamId, nodes);
      else this.#nodesOf.delete(streamId);
    }
    for (const [streamId, count] of before) {
      if (this.countOf(streamId) !== count) this.#listener(streamId, this.countOf(streamId));
    }
  }

  #later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}

/** The pairs of stream and viewer that are in `all` and not in `others`. */
function leftOut(
  all: ReadonlyMap<string, ReadonlySet<string>>,
  others: ReadonlyMap<string, ReadonlySet<string>>,
): [streamId: string, viewer: string][] {
  return [...all].flatMap(([streamId, viewers]) => {
    const known = others.get(streamId);
    return [...viewers].filter((viewer) => !known?.has(viewer)).map((viewer) => [streamId, viewer]) as [
      string,
      string,
    ][];
  });
}

/** Eleven characters instead of an id: nobody's account or device lies in Redis. 66 bits: no two viewers share one. */
function markOf(viewerId: string): string {
  return createHash('sha256').update(viewerId).digest('base64url').slice(0, 11);
}
