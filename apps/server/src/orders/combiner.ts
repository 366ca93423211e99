import { setImmediate } from 'node:timers/promises';
import { AppError } from '../platform/app-error.ts';
import { isDatabaseUnavailable } from '../platform/database.ts';

interface Waiting<Request, Result> {
  request: Request;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Lets requests that arrive while a statement is in flight share the next one: one commit for up to `maxBatch` of
 * them, first come, first served. A batch that fails is run again one by one, so that each request gets its own
 * answer; when the database is not there, all of it fails.
 */
export class Combiner<Request, Result> {
  #waiting: Waiting<Request, Result>[] = [];
  #isRunning = false;

  /**
   * `run` answers each request in its order, all or nothing. Above `maxWaiting`, who comes is refused. `isHalved`: of many
   * about half go along, so that this process works on the other half meanwhile; worth it for a cheap statement.
   */
  constructor(
    private readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly limits: { maxBatch: number; maxWaiting: number; isHalved?: boolean },
  ) {}

  submit(request: Request): Promise<Result> {
    if (this.#waiting.length >= this.limits.maxWaiting) {
      return Promise.reject(new AppError('unavailable', { retryAfterMs: 1000 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#isRunning) return;
      this.#isRunning = true;
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    await turnOver();
    let batch = this.#next([]);
    let running = this.#start(batch);
    while (batch.length > 0) {
      const outcome = await running;
      await turnOver();
      // The next statement is on its way before anybody works on the answers of this one.
      const answered = batch;
      batch = this.#next(answered);
      running = this.#start(batch);
      await this.#answer(answered, outcome);
      if (batch.length === 0) {
        batch = this.#next([]);
        running = this.#start(batch);
      }
    }
    this.#isRunning = false;
  }

  /** `answered`: who may be back at once. */
  #next(answered: readonly unknown[]): Waiting<Request, Result>[] {
    const { maxBatch, isHalved } = this.limits;
    const half = Math.max(fewTogether, Math.ceil((this.#waiting.length + answered.length) / 2));
    return this.#waiting.splice(0, isHalved ? Math.min(maxBatch, half) : maxBatch);
  }

  #start(batch: readonly Waiting<Request, Result>[]): Promise<Outcome<Result>> {
    if (batch.length === 0) return Promise.resolve({ results: [] });
    return this.run(batch.map((waiting) => waiting.request)).then(
      (results) =>
        results.length === batch.length
          ? { results }
          : { error: new Error(`${results.length} answers to ${batch.length} requests`) },
      (error: unknown) => ({ error }),
    );
  }

  async #answer(batch: readonly Waiting<Request, Result>[], outcome: Outcome<Result>): Promise<void> {
    if ('results' in outcome) {
      for (const [index, result] of outcome.results.entries()) batch[index]?.resolve(result);
    } else if (batch.length === 1 || isDatabaseUnavailable(outcome.error)) {
      for (const waiting of batch) waiting.reject(outcome.error);
    } else {
      for (const waiting of batch) await this.#answer([waiting], await this.#start([waiting]));
    }
  }
}

/** So few are not halved: a statement costs something by itself. */
const fewTogether = 16;

/** What else arrives in this turn of the event loop goes along with the next statement. */
const turnOver = () => setImmediate();

type Outcome<Result> = { results: readonly Result[] } | { error: unknown };
