import { Redis } from 'ioredis';
import type { Log } from './log.ts';

const commandTimeoutMs = 500;
const watchIntervalMs = 500;
const firstRetryMs = 100;
const longestRetryMs = 2000;

/**
 * The connections to Redis (6 or newer): one for commands, one that may block in a read.
 *
 * Commands fail at once while Redis is away and after half a second when it does not answer; nothing waits in a queue.
 * A Redis that accepts connections but is frozen counts as away. Both connections come back by themselves, at most
 * every 2 s and each node at its own times.
 */
export class RedisLink implements AsyncDisposable {
  readonly commands: Redis;
  readonly reader: Redis;
  /** Host and port, for people. */
  readonly address: string;
  readonly #listeners: ((isUp: boolean) => void)[] = [];
  #isUp = false;
  #isClosed = false;
  #hasFailed = false;
  #lastError = 'it does not answer';
  #watch: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    private readonly log: Log,
  ) {
    const options = {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      keepAlive: 10_000,
      connectionName: 'vybekart',
      retryStrategy: (attempt: number) =>
        Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
    };
    this.commands = new Redis(url, {
      ...options,
      commandTimeout: commandTimeoutMs,
      enableAutoPipelining: true,
    });
    this.reader = new Redis(url, options);
    const { hostname, port } = new URL(url);
    this.address = `${hostname}:${port || 6379}`;
    for (const connection of [this.commands, this.reader]) {
      connection.on('error', (error: Error) => {
        this.#lastError = error.message;
      });
      connection.on('close', () => this.#set(false));
      connection.connect().catch(() => {});
    }
    this.#watchSoon(0);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Told whenever Redis goes away or comes back; the first time when it is reached. */
  onChange(listener: (isUp: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** A command got no good answer: Redis counts as away until it answers again. */
  suspect(): void {
    this.#set(false);
  }

  /** Resolves after the first attempt to reach Redis, successful or not. */
  async firstAttempt(timeoutMs = 3000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!this.#isUp && !this.#hasFailed && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!this.#isUp) this.#warn();
  }

  #watchSoon(delayMs: number): void {
    this.#watch = setTimeout(() => void this.#probe(), delayMs);
    this.#watch.unref();
  }

  async #probe(): Promise<void> {
    const connections = [this.commands, this.reader];
    if (connections.every(({ status }) => status === 'ready')) {
      try {
        await this.commands.ping();
        this.#set(connections.every(({ status }) => status === 'ready'));
      } catch {
        this.#set(false);
        // It accepts connections but does not answer; a read that blocks would never notice.
        for (const connection of connections) if (!this.#isClosed) connection.disconnect(true);
      }
    } else {
      this.#hasFailed ||= connections.some(({ status }) => ['reconnecting', 'close', 'end'].includes(status));
      this.#set(false);
    }
    if (!this.#isClosed) this.#watchSoon(this.#isUp || this.#hasFailed ? watchIntervalMs : 20);
  }

  #set(isUp: boolean): void {
    if (this.#isUp === isUp || this.#isClosed) return;
    this.#isUp = isUp;
    if (isUp) this.log.info({ redis: this.address }, 'Redis answers');
    else this.#warn();
    for (const listener of this.#listeners) listener(isUp);
  }

  #warn(): void {
    this.log.warn({ redis: this.address, reason: this.#lastError }, 'Redis is away: this node is on its own');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#isUp = false;
    clearTimeout(this.#watch);
    this.reader.disconnect();
    this.commands.disconnect();
  }
}
