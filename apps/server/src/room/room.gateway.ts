import { type BeforeApplicationShutdown, Inject } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { Log } from '../platform/log.ts';
import { RateLimits } from '../platform/rate-limits.ts';
import { type StreamsNamespace, type StreamsSocket, UserSockets } from '../platform/user-sockets.ts';
import { Attendance } from './attendance.ts';
import { bindEvents } from './bind-events.ts';
import { RoomHandlers } from './room-handlers.ts';
import { namespace } from './rooms.ts';
import { SocketAuth } from './socket-auth.ts';

/** Reconnecting clients are spread over this time, at most. */
const maxDrainMs = 10_000;
const drainMsPerSocket = 10;

@WebSocketGateway({ namespace })
export class RoomGateway
  implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect, BeforeApplicationShutdown
{
  #sockets: StreamsNamespace | undefined;

  constructor(
    @Inject(SocketAuth) private readonly auth: SocketAuth,
    @Inject(Attendance) private readonly attendance: Attendance,
    @Inject(RoomHandlers) private readonly handlers: RoomHandlers,
    @Inject(UserSockets) private readonly users: UserSockets,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(Log) private readonly log: Log,
  ) {}

  afterInit(sockets: StreamsNamespace): void {
    this.#sockets = sockets;
    sockets.use(this.auth.admit);
    this.users.attach(sockets);
  }

  handleConnection(socket: StreamsSocket): void {
    bindEvents(socket, this.handlers.table, { limits: this.limits, log: this.log });
    this.auth.connected(socket).catch((error: unknown) => {
      this.log.error({ err: error }, 'a socket could not be made reachable by its user');
      socket.disconnect(true);
    });
  }

  handleDisconnect(socket: StreamsSocket): void {
    this.auth.disconnected(socket);
    this.attendance.leaveAll(socket);
  }

  /** Tells every client to come back, each at its own time, before the connections are closed. */
  beforeApplicationShutdown(): void {
    const sockets = [...(this.#sockets?.sockets.values() ?? [])];
    const spreadMs = Math.min(maxDrainMs, sockets.length * drainMsPerSocket);
    for (const socket of sockets) {
      socket.emit('server_draining', { retryAfterMs: Math.round(Math.random() * spreadMs) });
    }
  }
}
