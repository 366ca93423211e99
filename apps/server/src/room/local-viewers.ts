/** The sockets of this process and whose they are: a viewer is there from its first socket in a stream to its last. */
export class LocalViewers {
  /** By stream: each socket's viewer, and each viewer's number of sockets. */
  readonly #streams = new Map<string, { viewerOf: Map<string, string>; sockets: Map<string, number> }>();

  /** True when the viewer was not there before. Idempotent for a socket in a stream. */
  enter(streamId: string, viewerId: string, socketId: string): boolean {
    let stream = this.#streams.get(streamId);
    if (!stream) {
      stream = { viewerOf: new Map(), sockets: new Map() };
      this.#streams.set(streamId, stream);
    }
    if (stream.viewerOf.has(socketId)) return false;
    stream.viewerOf.set(socketId, viewerId);
    const socketCount = (stream.sockets.get(viewerId) ?? 0) + 1;
    stream.sockets.set(viewerId, socketCount);
    return socketCount === 1;
  }

  /** The viewer that left with this socket, null when it is still there or never was. */
  leave(streamId: string, socketId: string): string | null {
    const stream = this.#streams.get(streamId);
    const viewerId = stream?.viewerOf.get(socketId);
    if (!stream || viewerId === undefined) return null;
    stream.viewerOf.delete(socketId);
    const socketCount = (stream.sockets.get(viewerId) ?? 1) - 1;
    if (socketCount > 0) {
      stream.sockets.set(viewerId, socketCount);
      return null;
    }
    stream.sockets.delete(viewerId);
    if (stream.sockets.size === 0) this.#streams.delete(streamId);
    return viewerId;
  }

  countOf(streamId: string): number {
    return this.#streams.get(streamId)?.sockets.size ?? 0;
  }

  /** Every stream with its viewers. */
  all(): [streamId: string, viewerIds: string[]][] {
    return [...this.#streams].map(([streamId, { sockets }]) => [streamId, [...sockets.keys()]]);
  }
}
