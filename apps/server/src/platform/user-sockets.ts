import type { ClientToServerEvents, ServerPayloads, ServerToClientEvents } from '@vybekart/contract';
import type { Namespace, Socket } from 'socket.io';
import type { Caller } from './endpoint.ts';
import type { NodeBus } from './node-bus.ts';

/** What a socket of `/streams` knows of itself: null for a guest. */
interface SocketData {
  caller: Caller | null;
}
type NoEvents = Record<string, never>;
export type StreamsNamespace = Namespace<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
export type StreamsSocket = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;

type PrivateEvent =
  | 'review_requested'
  | 'review_settled'
  | 'chat_standing'
  | 'new_order'
  | 'order_updated'
  | 'notification'
  | 'session_revoked';

/**
 * Sends private events to every open socket of one user, whatever room it is in and on whatever node.
 * At most once: who is offline reads the inbox or the order later.
 */
export class UserSockets {
  #namespace: StreamsNamespace | undefined;

  constructor(private readonly bus: NodeBus) {
    bus.on('user.notice', ({ userId, event, payload }) =>
      this.#emit(userId, event as PrivateEvent, payload as ServerPayloads[PrivateEvent]),
    );
    bus.on('session.revoked', ({ sessionId }) => this.#cut(sessionId));
  }

  /** Called once by the gateway when the namespace exists. */
  attach(namespace: StreamsNamespace): void {
    this.#namespace = namespace;
  }

  /** Makes a socket reachable by its user and its session; call when it connects signed in. */
  async enrol(socket: StreamsSocket, caller: Caller): Promise<void> {
    await socket.join([`user:${caller.userId}`, `session:${caller.sessionId}`]);
  }

  send<N extends PrivateEvent>(userId: string, event: N, payload: ServerPayloads[N]): void {
    this.#emit(userId, event, payload);
    this.bus.publish('user.notice', { userId, event, payload }, { isKept: true });
  }

  /** Tells the sockets of a revoked session and cuts them. */
  revokeSession(sessionId: string): void {
    this.#cut(sessionId);
    this.bus.publish('session.revoked', { sessionId }, { isKept: true });
  }

  #emit<N extends PrivateEvent>(userId: string, event: N, payload: ServerPayloads[N]): void {
    const sockets = this.#namespace?.to(`user:${userId}`);
    const emit = sockets?.emit as ((event: N, payload: ServerPayloads[N]) => void) | undefined;
    emit?.call(sockets, event, payload);
  }

  #cut(sessionId: string): void {
    this.#namespace?.to(`session:${sessionId}`).emit('session_revoked', {});
    this.#namespace?.in(`session:${sessionId}`).disconnectSockets(true);
  }
}
