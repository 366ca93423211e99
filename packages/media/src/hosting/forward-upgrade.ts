import type { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Says who the peer is, with a word that only the owner of the media server knows. */
export const peerHeader = 'x-media-peer';

/** Hands a connection that leaves HTTP to another listener of this machine, from its request on. */
export function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  to: { port: number; peer: string },
): void {
  const { method, url, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== peerHeader) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  }
  const upstream = connect(to.port, '127.0.0.1');
  for (const each of [socket, upstream]) {
    if (each instanceof Socket) each.setTimeout(0).setNoDelay(true);
  }
  upstream.write(`${lines.join('\r\n')}\r\n${peerHeader}: ${to.peer}\r\n\r\n`, 'latin1');
  upstream.write(head);
  socket.pipe(upstream).pipe(socket);
  for (const [one, other] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    one.on('error', () => {});
    one.once('close', () => other.destroy());
  }
}
