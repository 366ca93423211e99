import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { type Namespace, Server, type ServerOptions, type Socket } from 'socket.io';
import { AppError } from '../platform/app-error.ts';
import type { OriginPolicy } from '../platform/origin-policy.ts';
import { connectError } from './connect-error.ts';
import { namespace } from './rooms.ts';
import type { SocketBudget } from './socket-budget.ts';

type EngineSocket = Socket['conn'];

/** For a client to answer that the connection ends; ws itself would wait for 30 s. */
const goodbyeMs = 2000;
/** Enough for 300 graphemes of any script with everything around them. */
const maxMessageBytes = 16 * 1024;

/** WebSocket only, small messages, nobody but members of a namespace stays connected, and nobody has them all. */
export class StreamsIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly budget: SocketBudget,
    private readonly origins: OriginPolicy,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const ours: Partial<ServerOptions> = {
      transports: ['websocket'],
      allowUpgrades: false,
      serveClient: false,
      maxHttpBufferSize: maxMessageBytes,
      connectTimeout: 10_000,
      pingInterval: 15_000,
      pingTimeout: 15_000,
      allowRequest: (request, decide) => {
        const isAllowed = this.budget.allows(request);
        decide(isAllowed ? null : 'too many connections from one address', isAllowed);
      },
    };
    const server: Server = super.createIOServer(port, { ...options, ...ours } as ServerOptions);
    server.engine.on('connection', (connection: EngineSocket) => {
      const closed = this.budget.opened(connection.request);
      if (closed) connection.once('close', closed);
      connection.on('close', dropSoon);
      if (!this.#isWelcome(connection.request)) turnAway(connection);
    });
    const { adapter } = server.of(namespace);
    // Rooms are ours, and so are the sockets of a person: Socket.IO need not keep a room for each socket.
    adapter.addAll = () => {};
    // The main namespace, which clients join without naming one, has nothing to offer.
    server.of('/').use((_, next) => next(new Error('Invalid namespace')));
    return server;
  }

  #isWelcome({ headers }: IncomingMessage): boolean {
    return this.origins.isAllowed(headers.origin, headers.host);
  }

  /** `bindEvents` hears them all. */
  override bindMessageHandlers(): void {}

  /** The listener closes the HTTP server: Socket.IO's own close would wait for everybody who watches video. */
  override async close(server: Server | Namespace): Promise<void> {
    if (!(server instanceof Server)) return;
    for (const { sockets } of server._nsps.values()) {
      for (const socket of sockets.values()) socket.disconnect(true);
    }
    server.engine.close();
  }
}

/**
 * Says why and closes, before the client has sent anything. A page cannot read a refused handshake; this reaches it as
 * `connect_error` with `data.code`.
 */
function turnAway(connection: EngineSocket): void {
  const error = JSON.stringify(connectError(new AppError('forbidden_origin')));
  // Socket.IO protocol v5: packet type 4 is CONNECT_ERROR.
  connection.write(`4${namespace},${error}`);
  connection.close();
}

/** Listens to the `close` of a connection: whoever does not hang up is hung up on. */
function dropSoon(this: EngineSocket): void {
  const { socket } = this.transport as unknown as { socket?: { _socket?: TcpSocket | null } };
  const tcp = socket?._socket;
  if (tcp && !tcp.destroyed) setTimeout(() => tcp.destroy(), goodbyeMs).unref();
}
