import { errorTable } from '@vybekart/contract';
import { AppError, type Failure } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { type Database, isDatabaseUnavailable } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import { problemDocument } from '../platform/problem-filter.ts';
import type { IdempotencyStore } from './idempotency.store.ts';
import { fingerprint, type KeyedRequest, lockSeconds } from './keyed-request.ts';
import type { OrderOptions } from './order-options.ts';

/** An answer as it goes out, byte for byte; `isReplayed`: it was given before under the same key. */
export interface KeptAnswer {
  status: number;
  body: string;
  isReplayed: boolean;
}

const purgeEveryMs = 10 * 60_000;
/** A key that is no longer among them is taken up when its lock in the database ends. */
const maxLeft = 10_000;

/** A refusal as an answer to keep. Throws the error again when it may end otherwise the next time (401, 429, 5xx). */
function refusalAnswer(error: unknown, requestId: string): KeptAnswer {
  if (!(error instanceof AppError)) throw error;
  const { http } = errorTable[error.code];
  if (http >= 500 || http === 401 || http === 429 || error.code === 'idempotency_in_progress') throw error;
  return keptRefusal(error, requestId);
}

/** The answer that says of a failure what it is. */
export function keptRefusal(refusal: Failure, requestId: string): KeptAnswer {
  const { http } = errorTable[refusal.code];
  return { status: http, body: JSON.stringify(problemDocument(refusal, requestId)), isReplayed: false };
}

/**
 * One answer for each key: the work runs once, later requests get the first one's answer, and work that a crash cut
 * off is taken up again, at once by the only node, by another one after 30 s. The work itself must therefore tolerate to
 * be run again.
 */
export class IdempotentRequests {
  readonly #atWork = new Map<string, KeyedRequest>();
  /** Until when, the oldest first. */
  readonly #left = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly store: IdempotencyStore,
    private readonly clock: Clock,
    private readonly options: Pick<OrderOptions, 'hasOtherNodes'>,
  ) {}

  listen(jobs: Jobs): void {
    jobs.every('orders:purge-keys', purgeEveryMs, () => this.store.purge(this.database.db));
  }

  /** Claims the key before the work and keeps what comes of it. */
  run(request: KeyedRequest, requestId: string, work: () => Promise<object>): Promise<KeptAnswer> {
    return this.alone(request, async () => {
      const isNew = await this.store.claim(this.database.db, request);
      const earlier = isNew ? null : ((await this.answered(request)) ?? (await this.#takeOver(request)));
      if (earlier) return earlier;
      try {
        const answer = await this.#answer(requestId, work);
        await this.store.finish(this.database.db, request, answer);
        return answer;
      } catch (error) {
        // The same key may be tried again at once; without a database only here, elsewhere after 30 s.
        await this.store.unlock(this.database.db, request).catch(() => {});
        throw error;
      }
    });
  }

  /** Runs one request of a key at a time in this process; throws `idempotency_in_progress` for a second one. */
  async alone(request: KeyedRequest, work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const id = idOf(request);
    const other = this.#atWork.get(id);
    if (other) {
      throw fingerprint(other.asked).equals(fingerprint(request.asked))
        ? new AppError('idempotency_in_progress', { retryAfterMs: 1000 })
        : new AppError('idempotency_key_reused');
    }
    this.#atWork.set(id, request);
    try {
      const answer = await work();
      this.#left.delete(id);
      return answer;
    } catch (error) {
      if (isDatabaseUnavailable(error)) this.#leave(id);
      throw error;
    } finally {
      this.#atWork.delete(id);
    }
  }

  /**
   * To be asked by whoever is {@link alone} with a key. True when nobody is at work under it, whatever lock was written:
   * there is no other process than this one, or it was here that the database did not answer in time. The latter holds
   * until the lock ends, when another node may take it over.
   */
  wasLeft(request: KeyedRequest): boolean {
    if (!this.options.hasOtherNodes) return true;
    return (this.#left.get(idOf(request)) ?? 0) > this.clock.monotonicMs();
  }

  #leave(id: string): void {
    this.#left.delete(id);
    this.#left.set(id, this.clock.monotonicMs() + lockSeconds * 1000);
    const [oldest] = this.#left.keys();
    if (this.#left.size > maxLeft && oldest !== undefined) this.#left.delete(oldest);
  }

  /** The answer given under a key, null for none. Throws `idempotency_key_reused` for another request. */
  async answered(request: KeyedRequest): Promise<KeptAnswer | null> {
    const row = await this.store.find(this.database.db, request);
    if (!row) return null;
    if (!row.fingerprint.equals(fingerprint(request.asked))) throw new AppError('idempotency_key_reused');
    if (row.status_code === null || row.body === null) return null;
    return { status: row.status_code, body: row.body, isReplayed: true };
  }

  async #takeOver(request: KeyedRequest): Promise<null> {
    const isOurs = await this.store.takeOver(this.database.db, request, this.wasLeft(request));
    if (!isOurs) throw new AppError('idempotency_in_progress', { retryAfterMs: 1000 });
    return null;
  }

  async #answer(requestId: string, work: () => Promise<object>): Promise<KeptAnswer> {
    try {
      return { status: 200, body: JSON.stringify(await work()), isReplayed: false };
    } catch (error) {
      return refusalAnswer(error, requestId);
    }
  }
}

const idOf = ({ actorId, route, key }: KeyedRequest) => `${actorId} ${route} ${key}`;
