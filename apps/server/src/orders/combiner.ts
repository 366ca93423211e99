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

  /** `run` answers each request in its order, all or nothing. Above `maxWaiting`, who comes is refused. */
  constructor(
    private readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly limits: { maxBatch: number; maxWaiting: number },
  ) {}

  submit(request: Request): Promise<Result> {
    if (this.#waiting.length >= this.limits.maxWaiting) {
      return Promise.reject(new AppError('unavailable', { retryAfterMs: 1000 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#isRunning) return;
      this.#isRunning = true;
      // What else arrives in this turn of the event loop goes along.
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#runBatch(this.#waiting.splice(0, this.limits.maxBatch));
    this.#isRunning = false;
  }

  async #runBatch(batch: readonly Waiting<Request, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map((waiting) => waiting.request));
      if (results.length !== batch.length) throw new Error(`${results.length} answers to ${batch.length}`);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      if (batch.length === 1 || isDatabaseUnavailable(error)) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      for (const waiting of batch) await this.#runBatch([waiting]);
    }
  }
}
