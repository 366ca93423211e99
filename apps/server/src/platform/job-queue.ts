import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type Runner, run as runWorker, type TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import type { Database, Executor } from './database.ts';
import { type EventName, type EventPayloads, Events, Jobs } from './events.ts';
import type { Log } from './log.ts';
import { PatientPool } from './patient-pool.ts';

const tendLocksEveryMs = 15_000;
/** The lock of a job that is at work is never as old as this. */
const abandonedAfterSeconds = 60;
/** For jobs at work to end and to be written down when the process stops; the next start takes up what is left. */
const longestStopMs = 10_000;

/**
 * Events and jobs on graphile-worker: `add_job` is plain SQL inside the caller's transaction, which makes the job
 * table our outbox. Limit: a few hundred jobs a second; far above that, a log-based broker fed from this outbox.
 */
export class JobQueue extends Jobs implements Events {
  readonly #tasks: TaskList = {};
  readonly #subscribers = new Map<EventName, string[]>();
  readonly #periodic: { name: string; intervalMs: number; run: () => Promise<void> }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #atWork = new Set<string>();
  readonly #pool: PatientPool;
  #runner: Runner | undefined;
  #stopped = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    /** Others may be at work on jobs of the same database. */
    private readonly hasOtherNodes = false,
  ) {
    super();
    this.#pool = new PatientPool(database.pool);
  }

  handle<P extends object>(name: string, run: (payload: P) => Promise<void>): void {
    if (this.#tasks[name]) throw new Error(`the job ${name} has a handler already`);
    this.#tasks[name] = async (payload, { job }) => {
      this.#atWork.add(job.id);
      try {
        await run(payload as P);
      } finally {
        this.#atWork.delete(job.id);
      }
    };
  }

  on<N extends EventName>(
    event: N,
    subscriber: string,
    handle: (payload: EventPayloads[N]) => Promise<void>,
  ): void {
    const job = `${event}:${subscriber}`;
    this.handle<EventPayloads[N]>(job, handle);
    this.#subscribers.set(event, [...(this.#subscribers.get(event) ?? []), job]);
  }

  async publish<N extends EventName>(executor: Executor, event: N, payload: EventPayloads[N]): Promise<void> {
    const jobs = this.#subscribers.get(event) ?? [];
    if (jobs.length === 0) return;
    await sql`
      select graphile_worker.add_job(job, ${JSON.stringify(payload)}::json)
      from unnest(${jobs}::text[]) as job`.execute(executor);
  }

  async add(
    executor: Executor,
    name: string,
    payload: object,
    options: { runAt?: Date; key?: string; maxAttempts?: number } = {},
  ): Promise<void> {
    await sql`
      select graphile_worker.add_job(
        ${name}, ${JSON.stringify(payload)}::json, run_at => ${options.runAt ?? null}::timestamptz,
        max_attempts => ${options.maxAttempts ?? null}::int, job_key => ${options.key ?? null})`.execute(
      executor,
    );
  }

  every(name: string, intervalMs: number, run: () => Promise<void>): void {
    this.#periodic.push({ name, intervalMs, run });
  }

  /** Starts working; call after every handler is registered. */
  async start(): Promise<void> {
    // A single node that starts knows that nobody is at work.
    await this.#unlock(this.hasOtherNodes ? abandonedAfterSeconds : 0);
    this.every('jobs:tend-locks', tendLocksEveryMs, () => this.tendLocks());
    this.#runner = await runWorker({
      pgPool: this.#pool.pool,
      taskList: this.#tasks,
      concurrency: 8,
      pollInterval: 1000,
      noHandleSignals: true,
      logger: new Logger(() => (level, message, meta) => this.#logJob(level, message, meta)),
    });
    for (const { name, intervalMs, run } of this.#periodic) this.#schedule(name, intervalMs, run);
  }

  /**
   * Renews the locks of jobs at work here, and unlocks what nobody works on: what a killed process had begun, or what was
   * given to a worker that never heard of it, because the answer of the database was lost. It would stay locked for
   * four hours; running it twice harms nothing.
   */
  async tendLocks(): Promise<void> {
    await sql`
      update graphile_worker._private_jobs set locked_at = now()
      where id = any(${[...this.#atWork]}::bigint[]) and locked_at is not null`.execute(this.database.db);
    await this.#unlock(abandonedAfterSeconds);
  }

  /** `force_unlock_workers` would unlock everything that the same worker has begun. */
  async #unlock(olderThanSeconds: number): Promise<void> {
    await sql`
      update graphile_worker._private_jobs set locked_at = null, locked_by = null
      where locked_at <= now() - make_interval(secs => ${olderThanSeconds})`.execute(this.database.db);
  }

  #schedule(name: string, intervalMs: number, run: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const turn = run()
        .catch((error: unknown) => this.log.error({ err: error, job: name }, 'a periodic job failed'))
        .finally(() => {
          this.#running.delete(turn);
          if (!this.#stopped) this.#schedule(name, intervalMs, run);
        });
      this.#running.add(turn);
    }, intervalMs);
    this.#timers.add(timer);
  }

  #logJob(level: string, message: string, meta: unknown): void {
    const facts = meta && typeof meta === 'object' && 'error' in meta ? { err: meta.error } : {};
    if (level === 'error') this.log.error(facts, message);
    else if (level === 'warning') this.log.warn(facts, message);
    else this.log.debug(facts, message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
    const jobsEnd = Promise.resolve(this.#runner?.stop()).then(() => this.#pool.settled());
    await Promise.race([jobsEnd, delay(longestStopMs, undefined, { ref: false })]);
    this.#pool.giveUp();
  }
}
