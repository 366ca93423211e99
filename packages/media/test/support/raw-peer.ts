import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { encodeAmf } from '../../src/rtmp/amf0.ts';
import { encodeChunks } from '../../src/rtmp/chunk-writer.ts';

/** A peer that sends whatever bytes a test wants. */
export class RawPeer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  received = Buffer.alloc(0);
  isClosed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  send(...bytes: Buffer[]): this {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(bytes));
    return this;
  }

  handshake(): this {
    return this.send(Buffer.of(3), Buffer.alloc(8), randomBytes(1_528), randomBytes(1_536));
  }
}

export function commandBytes(...values: Parameters<typeof encodeAmf>): Buffer {
  return messageBytes(20, encodeAmf(...values));
}

export function messageBytes(type: number, payload: Buffer, chunkStreamId = 3): Buffer {
  return encodeChunks({ type, timestampMs: 0, messageStreamId: 0, payload }, chunkStreamId, 128);
}

/** A type 0 chunk header that announces a message and nothing more. */
export function announceBytes(chunkStreamId: number, length: number, type = 9): Buffer {
  const header = Buffer.alloc(12);
  header[0] = chunkStreamId;
  header.writeUIntBE(length, 4, 3);
  header[7] = type;
  return header;
}

export const connectBytes = commandBytes('connect', 1, { app: 'live' });
