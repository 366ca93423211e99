import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../../apps/server/src/platform/embedded-postgres/embedded-postgres.ts';
import { provideRedisServer, RedisServer } from '../../../apps/server/test/support/redis-server.ts';

const program = fileURLToPath(new URL('../../../apps/server/dist/main.js', import.meta.url));
const longestStartMs = 60_000;

/** What nodes share: one PostgreSQL, one Redis, one secret. */
export class Platform implements AsyncDisposable {
  readonly #environment: Record<string, string>;
  readonly #redis: RedisServer;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    environment: Record<string, string>,
    redis: RedisServer,
    resources: AsyncDisposableStack,
  ) {
    this.#environment = environment;
    this.#redis = redis;
    this.#resources = resources;
  }

  static async open(): Promise<Platform> {
    const redisServer = provideRedisServer();
    if (!redisServer) throw new Error('this benchmark needs redis-server');
    const resources = new AsyncDisposableStack();
    const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-cluster-'));
    resources.defer(() => rm(directory, { recursive: true, force: true }));
    const redis = resources.use(await RedisServer.start(redisServer));
    const log = { info: () => {}, warn: console.error, error: console.error };
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(directory, 'database'), log });
    resources.defer(() => postgres.stop());
    const environment = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      DATA_DIR: path.join(directory, 'data'),
      PORT: '0',
      RTMP_PORT: '0',
      DATABASE_URL: postgres.url,
      JWT_SECRET: 'what all nodes of this benchmark sign with',
    };
    return new Platform(environment, redis, resources);
  }

  /** A node that serves; with others of its kind it shares everything over Redis, alone it knows of no Redis. */
  async startNode(kind: 'alone' | 'one of several'): Promise<Node> {
    const shared = kind === 'alone' ? {} : { REDIS_URL: this.#redis.url };
    const child = spawn(process.execPath, [program], {
      env: { ...this.#environment, ...shared },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    const deadline = performance.now() + longestStartMs;
    for (;;) {
      const url = /^app +(http\S+)$/m.exec(output)?.[1];
      if (url) return new Node(child, url.replace('localhost', '127.0.0.1'));
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`no node:\n${output}`);
      await delay(50);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}

/** A server in a process of its own. */
export class Node implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;

  constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Its own figures by their names in `/metrics`; 0 for one that it does not have. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  }

  async post<Answer>(route: string, body: object, token?: string): Promise<Answer> {
    const answer = await fetch(this.url + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`POST ${route} was answered with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
