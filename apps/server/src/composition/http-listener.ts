import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../config.ts';

const answerWithinMs = 10_000;

/** Answers a request and says true, or leaves it to the next one. Must not throw. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Takes a connection that leaves HTTP and says true, or leaves it to the next one. Must not throw. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/**
 * The one HTTP port. It is bound before anything else starts, so that a taken port is told at once and the address
 * is known; until the application serves, every request gets 503. Raw handlers (video, the payment emulator) come
 * before the application: they need neither its parsing nor its guards.
 */
export class HttpListener {
  #phase: 'starting' | 'serving' | 'draining' | 'stopping' = 'starting';
  /** Requests that the application has not answered. */
  #atWork = 0;
  #onIdle: (() => void) | undefined;
  #closed: Promise<void> | undefined;
  readonly #rawHandlers: RawHandler[] = [];
  readonly #upgradeHandlers: UpgradeHandler[] = [];
  #application: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  private constructor(
    readonly server: Server,
    readonly port: number,
    /** How programs on this machine reach it. */
    readonly localUrl: string,
  ) {}

  static async bind(host: string, port: number): Promise<HttpListener> {
    const server = createServer({
      requestTimeout: 15_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 72_000,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16_384,
      noDelay: true,
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(portError('PORT', port, host, error)));
      server.listen(port, host, () => resolve());
    });
    const bound = (server.address() as AddressInfo).port;
    const localHost =
      { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
    const listener = new HttpListener(server, bound, `http://${localHost}:${bound}`);
    server.on('request', (request, response) => listener.#handle(request, response));
    server.on('upgrade', (request, socket, head) => listener.#upgrade(request, socket, head));
    return listener;
  }

  addRawHandler(handler: RawHandler): void {
    this.#rawHandlers.push(handler);
  }

  addUpgradeHandler(handler: UpgradeHandler): void {
    this.#upgradeHandlers.push(handler);
  }

  serve(application: (request: IncomingMessage, response: ServerResponse) => void): void {
    this.#application = application;
    this.#phase = 'serving';
  }

  /**
   * Gives up its connections without cutting off an answer that is under way. For `delayMs` everything is answered as
   * before, but no connection is kept after its answer and `/health/ready` says 503, so that load balancers look
   * elsewhere. Then nobody new is let in, and answers of the application that are under way have 10 s; a request that is
   * sent at that very moment may meet a closed connection, the rarer the more have gone during `delayMs`. Resolves when
   * none is left, or time is up.
   */
  async drain(delayMs: number): Promise<void> {
    this.#phase = 'draining';
    await delay(delayMs);
    void this.#close();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#atWork === 0) resolve();
    });
    await Promise.race([idle, delay(answerWithinMs, undefined, { ref: false })]);
    this.#phase = 'stopping';
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#phase !== 'serving') response.shouldKeepAlive = false;
    if (this.#rawHandlers.some((handle) => handle(request, response))) return;
    if (this.#phase === 'starting') refuse(response, 'The server is starting.');
    else if (this.#phase === 'stopping') refuse(response, 'The server is stopping.');
    else if (this.#phase === 'draining' && request.url === '/health/ready') {
      refuse(response, 'The server is stopping.');
    } else this.#apply(request, response);
  }

  #apply(request: IncomingMessage, response: ServerResponse): void {
    this.#atWork += 1;
    response.once('close', this.#answered);
    this.#application?.(request, response);
  }

  readonly #answered = () => {
    this.#atWork -= 1;
    if (this.#atWork === 0) this.#onIdle?.();
  };

  /** What nobody takes here is for the application's sockets, once there are any. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#upgradeHandlers.some((handle) => handle(request, socket, head))) return;
    if (this.#phase === 'starting' || this.#phase === 'stopping') socket.destroy();
  }

  /** Takes no connection any more; resolves when the last one is gone. */
  #close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.server.close(() => resolve()));
    return this.#closed;
  }

  /** Lets answers that are under way finish for up to 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#phase = 'stopping';
    const closed = this.#close();
    this.server.closeIdleConnections();
    const deadline = setTimeout(() => this.server.closeAllConnections(), 5000);
    await closed;
    clearTimeout(deadline);
  }
}

function refuse(response: ServerResponse, title: string): void {
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
  response.end(JSON.stringify({ status: 503, code: 'unavailable', title }));
}

/** A port that cannot be bound, told as a wrong setting. */
export function portError(
  name: 'PORT' | 'RTMP_PORT' | 'RTMPS_PORT' | 'MEDIA_PORT',
  port: number,
  host: string,
  error: unknown,
): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const why = {
    EADDRINUSE: 'is in use by another program',
    EACCES: 'may not be used by this account',
    EADDRNOTAVAIL: `cannot be used, because ${host} is no address of this machine`,
  }[String(code)];
  return why
    ? new ConfigError(`${name}: ${port} ${why}. Use another port, 0 for any free one.`)
    : (error as Error);
}
