import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Admission } from './admission.ts';
import { RtmpSession, type RtmpSessionOptions } from './session.ts';

/** A private key and its certificate chain, both PEM. */
export interface TlsIdentity {
  key: string | Buffer;
  cert: string | Buffer;
}

/** Listens for publishers, in plain RTMP and in RTMPS, and runs one `RtmpSession` each. */
export class RtmpServer {
  readonly #options: RtmpSessionOptions;
  readonly #admission: Admission;
  readonly #servers: Server[] = [];
  readonly #sessions = new Map<Socket, RtmpSession>();
  /** Connections, some of which are still on their way through the TLS handshake. */
  readonly #connections = new Set<Socket>();

  constructor(options: RtmpSessionOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits, options.clock);
  }

  /** Resolves with the bound port; rejects with the system's error (EADDRINUSE, EACCES). */
  listen(port: number, host: string): Promise<number> {
    const server = createServer((socket) => {
      if (this.#admit(socket)) this.#serve(socket);
    });
    return this.#open(server, port, host);
  }

  /**
   * As `listen`, behind TLS 1.2 or newer. Who may connect is decided before the TLS handshake, which has to be complete
   * within the time of a handshake. Throws if the key and the certificate do not fit together.
   */
  listenTls(port: number, host: string, identity: TlsIdentity): Promise<number> {
    const { handshakeTimeoutMs } = this.#options.limits;
    const server = createTlsServer({
      ...identity,
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeTimeoutMs,
    });
    server.prependListener('connection', (socket: Socket) => this.#admit(socket));
    server.on('secureConnection', (socket: TLSSocket) => this.#serve(socket));
    server.on('tlsClientError', (error, socket) => {
      this.#options.log(`[rtmps ${socket.remoteAddress}] closed: ${error.message}`);
      socket.destroy();
    });
    return this.#open(server, port, host);
  }

  /** Cuts every connection and stops listening. */
  async close(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    const sessions = [...this.#sessions].map(([socket, session]) => {
      session.disconnect('server is closing');
      socket.destroySoon();
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(sessions);
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(closed);
  }

  #open(server: Server, port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', (error) => this.#options.log(`[rtmp] listener: ${error.message}`));
        this.#servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  #admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? 'unknown';
    const refusal = this.#admission.enter(address);
    socket.on('error', () => {});
    if (refusal !== null) {
      this.#options.log(`[rtmp ${address}] refused: ${refusal}`);
      socket.destroy();
      return false;
    }
    this.#connections.add(socket);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#admission.leave(address);
    });
    return true;
  }

  #serve(socket: Socket): void {
    const session = new RtmpSession(socket, this.#options);
    this.#sessions.set(socket, session);
    socket.once('close', () => this.#sessions.delete(socket));
  }
}
