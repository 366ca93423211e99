import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@vybekart/client';
import { StripeEmulator } from '@vybekart/emulators';
import pg from 'pg';
import type { CrashPoint } from '../../src/platform/crash-points.ts';
import { askStripe } from '../commerce/stripe-books.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const bundle = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The built server as a process that may die, between a database and a payment provider that live on. */
export class KillableServer implements AsyncDisposable {
  /** Where it listens at this moment: another port after each start. */
  url = '';
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly stripe: StripeEmulator,
    readonly database: pg.Pool,
    private readonly environment: Record<string, string>,
    private readonly resources: AsyncDisposableStack,
  ) {}

  static async open(more: Record<string, string> = {}): Promise<KillableServer> {
    if (!existsSync(bundle)) throw new Error('the server is not built: run npm test');
    const resources = new AsyncDisposableStack();
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-crash-'));
    resources.defer(() => rm(dataDir, { recursive: true, force: true }));
    const { url } = resources.use(await createTestDatabase());
    const database = new pg.Pool({ connectionString: url, max: 2 });
    database.on('error', () => {});
    resources.defer(() => database.end());
    const stripe = await StripeEmulator.start({ webhookSpeedFactor: 600 });
    resources.defer(() => stripe.close());
    const environment = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      DEMO: 'off',
      LOG_LEVEL: 'error',
      PORT: '0',
      RTMP_PORT: '0',
      DATA_DIR: dataDir,
      // It starts many times; what a process compiled is kept when it ends in order.
      NODE_COMPILE_CACHE: path.join(dataDir, 'compiled'),
      DATABASE_URL: url,
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_PUBLISHABLE_KEY: stripe.publishableKey,
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_API_BASE: stripe.url,
      STRIPE_CALLS_PER_SECOND: '1000',
      ...more,
    };
    return new KillableServer(stripe, database, environment, resources);
  }

  /** Resolves when it serves, without webhooks yet. With a crash point it will die there, see {@link startCounting}. */
  async start(crashPoint?: CrashPoint): Promise<void> {
    const child = spawn(process.execPath, [bundle], {
      env: { ...this.environment, ...(crashPoint ? { CRASH_POINT: crashPoint } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        if (child === this.#child) this.#output += text;
      });
    }
    this.url = await eventually(
      'the address',
      () => {
        if (child.exitCode !== null) throw new Error(`the server ended:\n${this.#output}`);
        return /^app +(http\S+)$/m.exec(this.#output)?.[1];
      },
      60_000,
    );
  }

  /** From now on Stripe tells this process what happens, and first what it could not tell the one before. */
  hearStripe(): void {
    this.stripe.setWebhookUrl(`${this.url}/webhooks/stripe`);
  }

  /** Resolves when the turns to its crash point are counted. */
  async startCounting(): Promise<void> {
    this.#child?.kill('SIGUSR2');
    await eventually('it to count', () => /^counting$/m.test(this.#output));
  }

  /** Resolves when the process that runs now is gone; true when it died as if by kill -9. */
  async died(): Promise<boolean> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child?.signalCode === 'SIGKILL';
  }

  /** Kill -9, now. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.died();
  }

  /** Tells it to end, if it runs; answers with which exit code it has. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  /** Somebody who finds it wherever it listens. */
  client(): Client {
    return createClient({
      baseUrl: '',
      fetch: (path, init) => fetch(this.url + path, init),
      validateAnswers: true,
    });
  }

  /** Makes everything that waits for its time look this much older, by the database's clock. */
  async letTimePass(seconds: number): Promise<void> {
    const columns = {
      orders: ['checkout_locked_until', 'closing_checked_at', 'hold_expires_at'],
      payments: ['observed_at'],
      refunds: ['observed_at'],
      idempotency_keys: ['locked_until'],
    };
    for (const [table, names] of Object.entries(columns)) {
      const shifts = names.map((name) => `${name} = ${name} - make_interval(secs => $1)`);
      await this.database.query(`update ${table} set ${shifts.join(', ')}`, [seconds]);
    }
  }

  /** What Stripe itself says, by its API. */
  askStripe<T>(resource: string): Promise<T> {
    return askStripe<T>(this.stripe, resource);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.resources.disposeAsync();
  }
}
