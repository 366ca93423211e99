import { LocalViewers } from './local-viewers.ts';
import { type CountListener, Presence } from './presence.ts';

/** One process, whose open connections are the leases. Several nodes: `RedisPresence`, one lease for each node. */
export class MemoryPresence extends Presence {
  readonly #viewers = new LocalViewers();
  #listener: CountListener = () => {};

  enter(streamId: string, viewerId: string, socketId: string): void {
    if (this.#viewers.enter(streamId, viewerId, socketId)) this.#tell(streamId);
  }

  leave(streamId: string, socketId: string): void {
    if (this.#viewers.leave(streamId, socketId) !== null) this.#tell(streamId);
  }

  countOf(streamId: string): number {
    return this.#viewers.countOf(streamId);
  }

  onCount(listener: CountListener): void {
    this.#listener = listener;
  }

  #tell(streamId: string): void {
    this.#listener(streamId, this.countOf(streamId));
  }
}
