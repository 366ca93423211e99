import type { Socket as TcpSocket } from 'node:net';
import type { Train } from './train.ts';

/** What a room needs of a Socket.IO socket. */
export interface RoomSocket {
  readonly id: string;
  readonly conn: {
    readonly readyState: string;
    readonly transport: { readonly name: string };
    write(text: string): unknown;
    close(discard: boolean): void;
  };
}

/** Fields of engine.io 6.6 and ws 8 that are not public. */
interface EngineInternals {
  readonly writeBuffer: readonly unknown[];
  readonly transport: {
    readonly socket?: { readonly readyState?: number; readonly _socket?: TcpSocket | null };
  };
}

/** Above this a member gets durable events only. */
const slowBytes = 128 * 1024;
const slowPackets = 50;
/** Above this a member is cut; it comes back and catches up by seq. */
const cutBytes = 1024 * 1024;
const cutPackets = 500;

/** A socket in a room. */
export class Member {
  readonly socket: RoomSocket;
  hasLeft = false;

  constructor(socket: RoomSocket) {
    this.socket = socket;
  }

  /** Writes a train from the packet at `skip` on. False when the member does not read and must be cut. */
  deliver(train: Train, skip: number): boolean {
    const { conn } = this.socket;
    if (conn.readyState !== 'open') return true;
    const tcp = this.#tcpSocket();
    const queuedBytes = tcp?.writableLength ?? 0;
    const queuedPackets = this.#internals.writeBuffer.length;
    if (queuedBytes > cutBytes || queuedPackets > cutPackets) return false;
    const isSlow = queuedBytes > slowBytes || queuedPackets > slowPackets;
    if (tcp && queuedPackets === 0) {
      const frames = train.framesFrom(skip, isSlow);
      if (frames.length > 0) tcp.write(frames);
    } else {
      // What waits in the engine was sent earlier, so this must queue behind it.
      for (const packet of train.packetsFrom(skip, isSlow)) conn.write(packet.text);
    }
    return true;
  }

  /** Closes the connection at once: a goodbye would wait behind what the member does not read. */
  cut(): void {
    const tcp = this.#tcpSocket();
    this.socket.conn.close(true);
    tcp?.destroy();
  }

  get #internals(): EngineInternals {
    return this.socket.conn as unknown as EngineInternals;
  }

  /** Null where it is not found; then the engine's own path is taken. */
  #tcpSocket(): TcpSocket | null {
    const { socket } = this.#internals.transport;
    if (this.socket.conn.transport.name !== 'websocket' || socket?.readyState !== 1) return null;
    const tcp = socket._socket;
    return tcp && typeof tcp.write === 'function' && tcp.writable ? tcp : null;
  }
}
