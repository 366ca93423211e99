import type { RoomEvent } from '@vybekart/contract';

/** The newest events of one room, without a gap, in memory; bounded. */
export class RecentEvents {
  #events: RoomEvent[] = [];

  /** `head`: the seq of the room's newest event, 0 for none. `events` must end with it. */
  constructor(
    public head: number,
    events: readonly RoomEvent[],
    private readonly capacity = 500,
  ) {
    this.#events = [...events];
  }

  /** Takes the event that follows the head; throws on any other. */
  push(event: RoomEvent): void {
    if (event.seq !== this.head + 1) throw new Error(`event ${event.seq} cannot follow event ${this.head}`);
    this.head = event.seq;
    this.#events.push(event);
    if (this.#events.length >= this.capacity * 2) this.#events = this.#events.slice(-this.capacity);
  }

  /** Everything after `seq`; null when that is no longer all in memory. */
  after(seq: number): RoomEvent[] | null {
    if (seq >= this.head) return [];
    const first = this.head - this.#events.length + 1;
    return seq + 1 < first ? null : this.#events.slice(seq + 1 - first);
  }

  /** Puts what `change` answers in the place of each event that is in memory. */
  amend(change: (event: RoomEvent) => RoomEvent): void {
    this.#events = this.#events.map(change);
  }
}
