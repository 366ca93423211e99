/** Called with the number of distinct viewers of a stream when it has changed. Must not throw. */
export type CountListener = (streamId: string, count: number) => void;

/**
 * Who watches what. A viewer is a person or a guest's device, not a socket: three tabs are one, on whatever nodes. A
 * viewer counts from the first `enter` to the last `leave` of its sockets, and vanishes within a lease (30 s) when the
 * node that holds them dies. The count is never negative and converges to the truth within 2 s; while nodes cannot
 * reach each other, for longer than a lease, each one counts its own viewers.
 */
export abstract class Presence {
  /** Idempotent for a socket in a stream. */
  abstract enter(streamId: string, viewerId: string, socketId: string): void;

  /** Idempotent. */
  abstract leave(streamId: string, socketId: string): void;

  /** The distinct viewers of a stream on all nodes, as far as this one knows. */
  abstract countOf(streamId: string): number;

  abstract onCount(listener: CountListener): void;
}
