import type { StreamsSocket } from '../platform/user-sockets.ts';

const nothing = Object.freeze({});

/**
 * Lets go of the request that a socket came with, some kilobytes for as long as it stays: what is needed of it lies in
 * `socket.data`. Both fields may be missing in Socket.IO 4.8 (`socket.request` then is null).
 */
export function forgetHandshake(socket: StreamsSocket): void {
  const kept = socket as unknown as { conn: { request: unknown }; handshake: object };
  kept.conn.request = null;
  kept.handshake = nothing;
}
