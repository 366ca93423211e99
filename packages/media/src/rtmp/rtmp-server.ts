import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { Admission } from './admission.ts';
import { RtmpSession, type RtmpSessionOptions } from './session.ts';

/** Listens for publishers and runs one `RtmpSession` each. */
export class RtmpServer {
  readonly #options: RtmpSessionOptions;
  readonly #admission: Admission;
  readonly #server: Server;
  readonly #sessions = new Set<RtmpSession>();
  readonly #sockets = new Set<Socket>();

  constructor(options: RtmpSessionOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits, options.clock);
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Resolves with the bound port; rejects with the system's error (EADDRINUSE, EACCES). */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.log(`[rtmp] listener: ${error.message}`));
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Cuts every connection and stops listening. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.disconnect('server is closing');
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress ?? 'unknown';
    const refusal = this.#admission.enter(address);
    if (refusal !== null) {
      this.#options.log(`[rtmp ${address}] refused: ${refusal}`);
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const session = new RtmpSession(socket, this.#options);
    this.#sessions.add(session);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sessions.delete(session);
      this.#sockets.delete(socket);
      this.#admission.leave(address);
    });
  }
}
