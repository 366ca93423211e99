import { type CountListener, Presence } from './presence.ts';

/** One process, whose open connections are the leases. Several nodes: `RedisPresence`, one lease for each node. */
export class MemoryPresence extends Presence {
  /** By stream: each socket's viewer, and each viewer's number of sockets. */
  readonly #streams = new Map<string, { viewerOf: Map<string, string>; sockets: Map<string, number> }>();
  #listener: CountListener = () => {};

  enter(streamId: string, viewerId: string, socketId: string): void {
    let stream = this.#streams.get(streamId);
    if (!stream) {
      stream = { viewerOf: new Map(), sockets: new Map() };
      this.#streams.set(streamId, stream);
    }
    if (stream.viewerOf.has(socketId)) return;
    stream.viewerOf.set(socketId, viewerId);
    const socketCount = (stream.sockets.get(viewerId) ?? 0) + 1;
    stream.sockets.set(viewerId, socketCount);
    if (socketCount === 1) this.#listener(streamId, stream.sockets.size);
  }

  leave(streamId: string, socketId: string): void {
    const stream = this.#streams.get(streamId);
    const viewerId = stream?.viewerOf.get(socketId);
    if (!stream || viewerId === undefined) return;
    stream.viewerOf.delete(socketId);
    const socketCount = (stream.sockets.get(viewerId) ?? 1) - 1;
    if (socketCount > 0) {
      stream.sockets.set(viewerId, socketCount);
      return;
    }
    stream.sockets.delete(viewerId);
    if (stream.sockets.size === 0) this.#streams.delete(streamId);
    this.#listener(streamId, stream.sockets.size);
  }

  onCount(listener: CountListener): void {
    this.#listener = listener;
  }
}
