import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConfigError } from '../config.ts';

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
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#rawHandlers.some((handle) => handle(request, response))) return;
    if (this.#application) {
      this.#application(request, response);
      return;
    }
    response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
    response.end('{"status":503,"code":"unavailable","title":"The server is starting."}');
  }

  /** What nobody takes here is for the application's sockets, once there are any. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#upgradeHandlers.some((handle) => handle(request, socket, head))) return;
    if (!this.#application) socket.destroy();
  }

  /** Lets answers that are under way finish for up to 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#application = undefined;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const deadline = setTimeout(() => this.server.closeAllConnections(), 5000);
    await closed;
    clearTimeout(deadline);
  }
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
