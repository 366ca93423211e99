import type { ClientToServerEvents, ServerPayloads, ServerToClientEvents } from '@vybekart/contract';
import type { Namespace, Socket } from 'socket.io';
import type { Caller } from './endpoint.ts';
import type { NodeBus } from './node-bus.ts';

/** What a socket of `/streams` knows of itself. */
interface SocketData {
  /** Null for a guest. */
  caller: (Caller & { expiresAt: Date }) | null;
  /** Of the client, when it names one. */
  deviceId: string | null;
  /** The streams whose rooms it is in. */
  rooms: string[];
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
  readonly #ofUser = new SocketIndex();
  readonly #ofSession = new SocketIndex();

  constructor(private readonly bus: NodeBus) {
    bus.on('user.notice', ({ userId, event, payload }) =>
      this.#emit(userId, event as PrivateEvent, payload as ServerPayloads[PrivateEvent]),
    );
    bus.on('session.revoked', ({ sessionId }) => this.#cut(sessionId));
  }

  /** Makes a socket reachable by its user and its session; call when it connects signed in. */
  enrol(socket: StreamsSocket, { userId, sessionId }: Caller): void {
    this.#ofUser.add(userId, socket);
    this.#ofSession.add(sessionId, socket);
  }

  /** Call when it disconnects, and before it is enrolled for another session. */
  dismiss(socket: StreamsSocket, { userId, sessionId }: Caller): void {
    this.#ofUser.remove(userId, socket);
    this.#ofSession.remove(sessionId, socket);
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
    for (const socket of this.#ofUser.of(userId)) {
      const emit = socket.emit as (event: N, payload: ServerPayloads[N]) => void;
      emit.call(socket, event, payload);
    }
  }

  #cut(sessionId: string): void {
    for (const socket of this.#ofSession.of(sessionId)) {
      socket.emit('session_revoked', {});
      socket.disconnect(true);
    }
  }
}

/** Sockets by an id; small lists instead of sets, for most people have one. */
class SocketIndex {
  readonly #sockets = new Map<string, readonly StreamsSocket[]>();

  /** A list that stays as it is, whatever is added or removed meanwhile. */
  of(id: string): readonly StreamsSocket[] {
    return this.#sockets.get(id) ?? [];
  }

  /** Idempotent. */
  add(id: string, socket: StreamsSocket): void {
    const present = this.of(id);
    if (!present.includes(socket)) this.#sockets.set(id, [...present, socket]);
  }

  /** Idempotent. */
  remove(id: string, socket: StreamsSocket): void {
    const left = this.of(id).filter((each) => each !== socket);
    if (left.length > 0) this.#sockets.set(id, left);
    else this.#sockets.delete(id);
  }
}
