import { type BeforeApplicationShutdown, Inject } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { Clock } from '../platform/clock.ts';
import { Log } from '../platform/log.ts';
import type { StreamsNamespace, StreamsSocket } from '../platform/user-sockets.ts';
import { Attendance } from './attendance.ts';
import { bindEvents } from './bind-events.ts';
import { forgetHandshake } from './forget-handshake.ts';
import { HouseRules } from './moderation/house-rules.ts';
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
    @Inject(HouseRules) private readonly rules: HouseRules,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Log) private readonly log: Log,
  ) {}

  afterInit(sockets: StreamsNamespace): void {
    this.#sockets = sockets;
    sockets.use(this.auth.admit);
    this.rules.onChanged((shopId) => {
      this.attendance.removeBanned(sockets.sockets.values(), shopId).catch((error: unknown) => {
        this.log.warn({ err: error, shopId }, 'the banned stay in their rooms until the next change');
      });
    });
  }

  handleConnection(socket: StreamsSocket): void {
    bindEvents(socket, this.handlers.table, { clock: this.clock, log: this.log });
    this.auth.connected(socket);
    forgetHandshake(socket);
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
