import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;
const TITLES = { 400: 'Bad Request', 403: 'Forbidden', 426: 'Upgrade Required', 429: 'Too Many Requests' };

/**
 * Answers the opening handshake, RFC 6455 section 4.2.2, without extensions and subprotocols. False when the request
 * is no correct one; it has been answered and the socket closed then.
 */
export function acceptUpgrade(request: IncomingMessage, socket: Duplex): boolean {
  const key = request.headers['sec-websocket-key'];
  const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
  if (request.method !== 'GET' || !isWebSocket || key === undefined || !KEY.test(key)) {
    refuseUpgrade(socket, 400);
    return false;
  }
  if (request.headers['sec-websocket-version'] !== '13') {
    refuseUpgrade(socket, 426, 'sec-websocket-version: 13\r\n');
    return false;
  }
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  const headers = `upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n`;
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`);
  return true;
}

/** Answers an upgrade with an HTTP error and closes. `headers`: whole lines. */
export function refuseUpgrade(socket: Duplex, status: keyof typeof TITLES, headers = ''): void {
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${TITLES[status]}\r\n${headers}connection: close\r\ncontent-length: 0\r\n\r\n`,
  );
  socket.once('finish', () => socket.destroy());
}
