import { Agent, createServer, get, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * The least that a CDN does: keeps answers by their whole URL for as long as `cache-control` says, and asks the origin
 * once for everybody who waits for the same URL.
 */
export class CachingProxy implements AsyncDisposable {
  /** Requests that reached the origin, by URL. */
  readonly originHits = new Map<string, number>();
  readonly #server: Server;
  readonly #origin: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #kept = new Map<string, { answer: Promise<Answer>; freshUntilMs: number }>();
  readonly #sockets = new Set<Socket>();

  private constructor(origin: string) {
    this.#origin = origin;
    this.#server = createServer((request, response) => {
      this.#answer(request.url ?? '/').then(
        ({ status, headers, body }) => {
          const { 'content-type': type, 'cache-control': cacheControl } = headers;
          response.writeHead(status, { 'content-type': type, 'cache-control': cacheControl });
          response.end(body);
        },
        () => response.writeHead(502).end(),
      );
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(origin: string): Promise<CachingProxy> {
    const proxy = new CachingProxy(origin);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** `http://127.0.0.1:{port}` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(url: string): Promise<Answer> {
    const kept = this.#kept.get(url);
    if (kept && kept.freshUntilMs > performance.now()) return kept.answer;
    const entry = { answer: this.#ask(url), freshUntilMs: Number.POSITIVE_INFINITY };
    this.#kept.set(url, entry);
    const settle = (maxAgeS: number) => {
      entry.freshUntilMs = performance.now() + 1_000 * maxAgeS;
    };
    entry.answer.then(
      ({ headers }) => settle(Number(/\bmax-age=(\d+)/.exec(headers['cache-control'] ?? '')?.[1] ?? 0)),
      () => settle(0),
    );
    return entry.answer;
  }

  #ask(url: string): Promise<Answer> {
    this.originHits.set(url, (this.originHits.get(url) ?? 0) + 1);
    return new Promise((resolve, reject) => {
      get(this.#origin + url, { agent: this.#agent }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 502, headers } = response;
          resolve({ status, headers, body: Buffer.concat(pieces) });
        });
      }).on('error', reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
