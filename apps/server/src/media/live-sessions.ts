import type { Clock } from '../platform/clock.ts';

/** What is on air on a channel. `id` differs for every broadcast on the same channel. */
export interface LiveSession {
  id: string;
  /** The provider says that nothing arrives at this moment. */
  isStarving: boolean;
}
export type Sessions = ReadonlyMap<string, LiveSession>;

/** Everything that is on air at a provider, asked for as a whole and no more often than needed. */
export class LiveSessions {
  #known: { sessions: Sessions; atMs: number } | null = null;
  #isExpired = true;
  #loading: Promise<Sessions> | null = null;

  /** `fetch` lists what is on air by channel. `maxAgeMs`: how old an answer may be when nobody told of a change. */
  constructor(
    private readonly fetch: () => Promise<Sessions>,
    private readonly clock: Clock,
    private readonly maxAgeMs: number,
  ) {}

  /** The next question is answered by what the provider says after this moment. */
  expire(): void {
    this.#isExpired = true;
  }

  /** Callers who come while the provider is being asked share its answer. */
  async now(): Promise<Sessions> {
    const known = this.#known;
    if (known && !this.#isExpired && this.clock.monotonicMs() - known.atMs < this.maxAgeMs)
      return known.sessions;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** What was on air when the provider was last asked. */
  lastKnown(channelId: string): LiveSession | null {
    return this.#known?.sessions.get(channelId) ?? null;
  }

  async #load(): Promise<Sessions> {
    let sessions: Sessions;
    do {
      this.#isExpired = false;
      try {
        sessions = await this.fetch();
      } catch (error) {
        this.#isExpired = true;
        throw error;
      }
      this.#known = { sessions, atMs: this.clock.monotonicMs() };
    } while (this.#isExpired);
    return sessions;
  }
}
