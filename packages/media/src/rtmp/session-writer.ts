import type { Writable } from 'node:stream';
import { type AmfValue, encodeAmf } from './amf0.ts';
import { encodeChunks } from './chunk-writer.ts';
import { chunkStream, messageType, onStatus, publishStreamId } from './messages.ts';

/** Ours, announced with Set Chunk Size before any longer message. */
export const OUT_CHUNK_SIZE = 4_096;

/** The answers of a session. A peer that does not read them is reported, as they would pile up. */
export class SessionWriter {
  readonly #socket: Writable;
  readonly #unreadLimit: number;
  readonly #onUnread: () => void;

  constructor(socket: Writable, unreadLimit: number, onUnread: () => void) {
    this.#socket = socket;
    this.#unreadLimit = unreadLimit;
    this.#onUnread = onUnread;
  }

  bytes(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#unreadLimit) this.#onUnread();
  }

  control(type: number, payload: Buffer): void {
    this.bytes(
      encodeChunks(
        { type, timestampMs: 0, messageStreamId: 0, payload },
        chunkStream.control,
        OUT_CHUNK_SIZE,
      ),
    );
  }

  /** `_result` or `_error` of a transaction, then its values. */
  answer(name: '_result' | '_error', transaction: number, ...values: AmfValue[]): void {
    this.#command(encodeAmf(name, transaction, ...values), 0);
  }

  /** RTMP specification 1.0, section 7.2.2. */
  status(level: 'status' | 'error', code: string, description: string): void {
    this.#command(onStatus(level, code, description), publishStreamId);
  }

  #command(payload: Buffer, messageStreamId: number): void {
    const message = { type: messageType.commandAmf0, timestampMs: 0, messageStreamId, payload };
    this.bytes(encodeChunks(message, chunkStream.command, OUT_CHUNK_SIZE));
  }
}
