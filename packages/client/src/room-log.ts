import type { MissedEvents, RoomEvent, RoomSnapshot } from '@vybekart/contract';
import { type RoomState, reduceRoom, roomFromSnapshot } from './room-state.ts';

/** More events than this out of order are not kept: the next catch-up brings them anyway. */
const maxHeld = 1000;

/**
 * Puts a room's durable events in order: drops what is already applied, holds what came too early, and takes
 * over snapshots and missed pages. Only `state` is ever shown.
 */
export class RoomLog {
  #state: RoomState | null = null;
  readonly #held = new Map<number, RoomEvent>();

  get state(): RoomState | null {
    return this.#state;
  }

  /** Events before `state.seq + 1` are missing. */
  get hasGap(): boolean {
    return this.#held.size > 0;
  }

  /** True when the state changed; false for a repetition and for an event that must wait. */
  receive(event: RoomEvent): boolean {
    if (this.#state && event.seq <= this.#state.seq) return false;
    if (this.#held.size < maxHeld) this.#held.set(event.seq, event);
    return this.#applyHeld();
  }

  /** Starts from a snapshot; newer events that came before it are kept. */
  reset(room: RoomSnapshot): void {
    this.#state = roomFromSnapshot(room);
    this.#applyHeld();
  }

  /**
   * Takes a page of missed events. False when it does not continue our state (the log was cut, or the server
   * lost some): then only a snapshot helps.
   */
  append(page: MissedEvents): boolean {
    if (page.reset || !this.#state) return false;
    for (const event of page.missed) {
      if (event.seq > this.#state.seq + 1) return false;
      this.#state = reduceRoom(this.#state, event);
    }
    this.#applyHeld();
    return true;
  }

  #applyHeld(): boolean {
    if (!this.#state) return false;
    const before = this.#state;
    let next = this.#held.get(this.#state.seq + 1);
    while (next) {
      this.#state = reduceRoom(this.#state, next);
      next = this.#held.get(this.#state.seq + 1);
    }
    for (const seq of this.#held.keys()) if (seq <= this.#state.seq) this.#held.delete(seq);
    return this.#state !== before;
  }
}
