import type { RoomSnapshot } from '@vybekart/contract';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { Alarm, type Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { RoomLog } from './room-log.ts';

export interface RoomPollerOptions {
  streamId: string;
  api: Api;
  /** The connection's. */
  deviceId: string;
  log: RoomLog;
  clock: Clock;
  random: Random;
  /** The counts and the server's time; called now and then, not at each poll. */
  onSnapshot: (room: RoomSnapshot, requestedAtMs: number) => void;
  onPolled: () => void;
  onFailed: (error: ApiError) => void;
}

const interval = { firstMs: 2000, maxMs: 15_000, factor: 2, jitter: 0.2 };
/** Counts change slowly; every fifth poll asks for them. */
const pollsPerSnapshot = 5;

/** Keeps a room's log up to date by REST, about every two seconds, while sockets are blocked. */
export class RoomPoller {
  readonly #options: RoomPollerOptions;
  readonly #next: Alarm;
  #run: object | null = null;
  #polls = 0;
  #failures = 0;

  constructor(options: RoomPollerOptions) {
    this.#options = options;
    this.#next = new Alarm(options.clock);
  }

  start(): void {
    if (this.#run) return;
    this.#run = {};
    this.#polls = 0;
    this.#failures = 0;
    void this.#poll(this.#run);
  }

  stop(): void {
    this.#run = null;
    this.#next.clear();
  }

  async #poll(run: object): Promise<void> {
    const { random, onPolled, onFailed } = this.#options;
    try {
      await this.#fetch(run);
      if (this.#run !== run) return;
      this.#failures = 0;
      onPolled();
    } catch (error) {
      if (this.#run !== run) return;
      this.#failures += 1;
      onFailed(ApiError.from(error));
    }
    if (this.#run !== run) return;
    this.#next.set(backoffMs(interval, this.#failures, random), () => void this.#poll(run));
  }

  async #fetch(run: object): Promise<void> {
    const { api, streamId, deviceId, log } = this.#options;
    let mustReset = log.state === null;
    for (let hasMore = !mustReset; hasMore; ) {
      const query = { afterSeq: log.state?.seq ?? 0, deviceId };
      const page = await api.call('getRoomEvents', { params: { id: streamId }, query });
      if (this.#run !== run) return;
      mustReset = !log.append(page);
      hasMore = page.hasMore && !mustReset && page.missed.length > 0;
    }
    if (!mustReset && this.#polls++ % pollsPerSnapshot !== 0) return;
    const requestedAtMs = this.#options.clock.now();
    const room = await api.call('getRoom', { params: { id: streamId }, query: { deviceId } });
    if (this.#run !== run) return;
    if (mustReset) log.reset(room);
    this.#options.onSnapshot(room, requestedAtMs);
  }
}
