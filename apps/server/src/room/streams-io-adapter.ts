import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { type Namespace, Server, type ServerOptions, type Socket } from 'socket.io';
import type { SocketBudget } from './socket-budget.ts';

type EngineSocket = Socket['conn'];

/** Enough for 300 graphemes of any script with everything around them. */
const maxMessageBytes = 16 * 1024;

/** WebSocket only, small messages, nobody but members of a namespace stays connected, and nobody has them all. */
export class StreamsIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly budget: SocketBudget,
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
      connection.once('close', this.budget.opened(connection.request));
    });
    // The main namespace, which clients join without naming one, has nothing to offer.
    server.of('/').use((_, next) => next(new Error('Invalid namespace')));
    return server;
  }

  /** The listener closes the HTTP server: Socket.IO's own close would wait for everybody who watches video. */
  override async close(server: Server | Namespace): Promise<void> {
    if (!(server instanceof Server)) return;
    for (const namespace of server._nsps.values()) namespace.disconnectSockets(true);
    server.engine.close();
  }
}
