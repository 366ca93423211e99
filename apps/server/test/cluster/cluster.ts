import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StripeEmulator } from '@vybekart/emulators';
import pg from 'pg';
import { inject } from 'vitest';
import { Tab } from '../room/tab.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer } from '../support/redis-server.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

const bundle = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Short, so that a dead node is forgotten in the time of a test. */
export const leaseSeconds = 3;

/** Two nodes in this process on one PostgreSQL, one Redis and one Stripe. */
export class Cluster implements AsyncDisposable {
  private constructor(
    readonly redis: RedisServer,
    readonly stripe: StripeEmulator,
    readonly database: pg.Pool,
    readonly one: TestServer,
    readonly other: TestServer,
    private readonly environment: Record<string, string>,
    private readonly resources: AsyncDisposableStack,
  ) {}

  static async open(): Promise<Cluster> {
    const resources = new AsyncDisposableStack();
    const redis = resources.use(await RedisServer.start(inject('redisServer') ?? ''));
    const { url } = resources.use(await createTestDatabase());
    const database = new pg.Pool({ connectionString: url, max: 2 });
    database.on('error', () => {});
    resources.defer(() => database.end());
    const stripe = await StripeEmulator.start({ webhookSpeedFactor: 60 });
    resources.defer(() => stripe.close());
    const environment = {
      DATABASE_URL: url,
      REDIS_URL: redis.url,
      NODE_LEASE_SECONDS: String(leaseSeconds),
      JWT_SECRET: 'what all nodes of this test sign with',
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_PUBLISHABLE_KEY: stripe.publishableKey,
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_API_BASE: stripe.url,
      STRIPE_CALLS_PER_SECOND: '1000',
    };
    const one = resources.use(await startServer(environment));
    const other = resources.use(await startServer(environment));
    stripe.setWebhookUrl(`${one.url}/webhooks/stripe`);
    return new Cluster(redis, stripe, database, one, other, environment, resources);
  }

  /** A third node, in a process that can be killed. */
  async spawnNode(): Promise<NodeProcess> {
    if (!existsSync(bundle)) throw new Error('the server is not built: run npm test');
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-node-'));
    this.resources.defer(() => rm(dataDir, { recursive: true, force: true }));
    const own = { NODE_ENV: 'test', LOG_LEVEL: 'error', PORT: '0', RTMP_PORT: '0', DATA_DIR: dataDir };
    const child = spawn(process.execPath, [bundle], {
      env: { PATH: process.env.PATH ?? '', ...this.environment, ...own },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.resources.defer(() => killed(child));
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    const url = await eventually(
      'the address of a node',
      () => {
        if (child.exitCode !== null) throw new Error(`the node ended:\n${output}`);
        return /^app +(http\S+)$/m.exec(output)?.[1];
      },
      60_000,
    );
    return { url, output, kill: () => killed(child) };
  }

  /** What `/health/ready` answers at a node. */
  async readiness(node: TestServer): Promise<{ code: number; status: string }> {
    const answer = await fetch(`${node.url}/health/ready`);
    return { code: answer.status, ...((await answer.json()) as { status: string }) };
  }

  /** Resolves when both nodes say this of themselves. */
  async untilBoth(status: 'up' | 'degraded'): Promise<void> {
    for (const node of [this.one, this.other]) {
      const isSo = async () => (await this.readiness(node)).status === status;
      await eventually(`${status} on every node`, isSo);
    }
  }

  /** Waits until nothing is left to do, so that no node is stopped in the middle of its work. */
  async [Symbol.asyncDispose](): Promise<void> {
    await eventually('the jobs are done', async () => {
      const { rows } = await this.database.query('select 1 from graphile_worker.jobs where run_at <= now()');
      return rows.length === 0;
    });
    await this.resources.disposeAsync();
  }
}

export interface NodeProcess {
  url: string;
  /** What it said at its start. */
  output: string;
  /** As if by kill -9. */
  kill(): Promise<void>;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A tab in a room. */
export async function joined(node: { url: string }, person: Person | null, streamId: string): Promise<Tab> {
  const tab = person ? await Tab.of(node.url, person) : await Tab.open(node.url);
  const { room } = await tab.do('join_room', { streamId });
  countAtJoining.set(tab, room.viewerCount);
  return tab;
}
const countAtJoining = new WeakMap<Tab, number>();

/** The number of viewers that a tab shows. */
export const shownCount = (tab: Tab) => tab.payloads('viewer_count').at(-1)?.count ?? countAtJoining.get(tab);

/** Says something with the patience of a client; answers its place when it was acknowledged. */
export async function say(tab: Tab, streamId: string, text: string): Promise<number> {
  const clientMsgId = randomUUID();
  for (;;) {
    const answer = await tab.ask('send_message', { streamId, clientMsgId, text });
    if (answer.ok) return Number(answer.seq);
    const error = answer.error as { code: string; retryAfterMs?: number };
    if (error.code !== 'rate_limited') throw new Error(error.code);
    await delay(error.retryAfterMs ?? 100);
  }
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
