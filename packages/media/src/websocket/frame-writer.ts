import type { Duplex } from 'node:stream';
import { opcode } from './frame-reader.ts';

const LONGEST_REASON_BYTES = 123;

/** Writes a server's short frames, RFC 6455 section 5; a peer that does not read them is given up. */
export class FrameWriter {
  readonly #socket: Duplex;
  readonly #unreadBytes: number;
  readonly #onUnread: () => void;

  constructor(socket: Duplex, unreadBytes: number, onUnread: () => void) {
    this.#socket = socket;
    this.#unreadBytes = unreadBytes;
    this.#onUnread = onUnread;
  }

  text(text: string): void {
    this.#frame(opcode.text, Buffer.from(text));
  }

  pong(payload: Buffer): void {
    this.#frame(opcode.pong, payload);
  }

  /** `reason` is cut to what a close frame can carry. */
  close(code: number, reason: string): void {
    const text = Buffer.from(reason.slice(0, LONGEST_REASON_BYTES).replace(/[^ -~]/g, '?'));
    const payload = Buffer.alloc(2 + text.length);
    payload.writeUInt16BE(code);
    text.copy(payload, 2);
    this.#frame(opcode.close, payload);
  }

  #frame(kind: number, payload: Buffer): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#socket.write(Buffer.concat([header(kind, payload.length), payload]));
    if (this.#socket.writableLength > this.#unreadBytes) this.#onUnread();
  }
}

function header(kind: number, length: number): Buffer {
  if (length < 126) return Buffer.of(0x80 | kind, length);
  return Buffer.of(0x80 | kind, 126, length >> 8, length & 255);
}
