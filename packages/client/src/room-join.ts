import { type ChatStanding, errorTable, type Message, type RoomSnapshot } from '@vybekart/contract';
import { ApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { Alarm } from './clock.ts';
import type { LiveConnection } from './live-connection.ts';
import type { RoomLog } from './room-log.ts';
import type { Acknowledged } from './socket-link.ts';

export interface RoomJoinOptions {
  streamId: string;
  connection: LiveConnection;
  log: RoomLog;
  /** The log took over an answer; `isComplete` is false while there are more pages. */
  onPage: (room: RoomSnapshot, requestedAtMs: number, isComplete: boolean) => void;
  /** What this person may do in the chat, and which of their messages wait for review. */
  onStanding: (you: ChatStanding, held: readonly Message[]) => void;
  /** The server said no; it is asked again by itself when `willRetry`. */
  onFailed: (error: ApiError, willRetry: boolean) => void;
}

const retry = { firstMs: 1000, maxMs: 10_000, factor: 2, jitter: 0.5 };

/** Joins a room, and asks again from the last seq until nothing is missing. */
export class RoomJoin {
  readonly #options: RoomJoinOptions;
  readonly #again: Alarm;
  #round = 0;
  #failures = 0;

  constructor(options: RoomJoinOptions) {
    this.#options = options;
    this.#again = new Alarm(options.connection.clock);
  }

  /** Begins anew; an answer to an earlier round is ignored. */
  start(): void {
    this.stop();
    this.#failures = 0;
    void this.#run(this.#round);
  }

  stop(): void {
    this.#round += 1;
    this.#again.clear();
  }

  async #run(round: number): Promise<void> {
    const { streamId, connection, log, onPage, onStanding } = this.#options;
    try {
      for (let isComplete = false; !isComplete; ) {
        const afterSeq = log.state?.seq;
        const requestedAtMs = connection.clock.now();
        const payload = afterSeq === undefined ? { streamId } : { streamId, afterSeq };
        const answer = await connection.request('join_room', payload);
        if (round !== this.#round) return;
        isComplete = this.#take(answer, afterSeq);
        onStanding(answer.you, answer.held);
        onPage(answer.room, requestedAtMs, isComplete);
        if (round !== this.#round) return;
      }
    } catch (error) {
      if (round === this.#round) this.#fail(ApiError.from(error), round);
    }
  }

  /** True when the log has come to the room's seq; false when there are more pages. */
  #take(answer: Acknowledged<'join_room'>, afterSeq: number | undefined): boolean {
    const { log } = this.#options;
    const { room, missed = [], hasMore = false, reset = false } = answer;
    const page = { missed, hasMore, reset: reset || afterSeq === undefined || room.seq < afterSeq };
    const goesOn = log.append(page) && (hasMore ? missed.length > 0 : (log.state?.seq ?? 0) >= room.seq);
    if (!goesOn) log.reset(room);
    return !(goesOn && hasMore);
  }

  #fail(error: ApiError, round: number): void {
    const willRetry =
      error.code === 'network' || error.code === 'timeout' ? true : errorTable[error.code].retry;
    if (willRetry) {
      const delayMs = backoffMs(retry, this.#failures, this.#options.connection.random);
      this.#failures += 1;
      this.#again.set(Math.max(delayMs, error.retryAfterMs ?? 0), () => void this.#run(round));
    }
    this.#options.onFailed(error, willRetry);
  }
}
