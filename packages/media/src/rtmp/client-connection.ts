import type { Socket } from 'node:net';
import { type AmfObject, type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { ChunkReader } from './chunk-reader.ts';
import { encodeChunks, type RtmpMessage } from './chunk-writer.ts';
import { ClientHandshake } from './handshake.ts';
import { defaultRtmpLimits } from './limits.ts';
import {
  chunkStream,
  messageType,
  publishStreamId,
  uint32,
  userControl,
  userControlBody,
} from './messages.ts';
import { OUT_CHUNK_SIZE } from './session-writer.ts';

/** The server answered, and the answer is no. `code` is that of the status or error object. */
export class PublishRefusedError extends Error {
  override readonly name = 'PublishRefusedError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
  }
}

type Settle = { resolve: () => void; reject: (error: Error) => void };

/**
 * The client's end of an RTMP connection that publishes one stream: handshake, commands with their results,
 * chunks. `fail` hears of everything after which the connection is of no use: an error status, broken framing.
 */
export class RtmpClientConnection {
  readonly #socket: Socket;
  readonly #fail: (error: Error) => void;
  readonly #reader: ChunkReader;
  readonly #results = new Map<number, Settle>();
  #publishing: Settle | null = null;
  #transaction = 0;

  constructor(socket: Socket, fail: (error: Error) => void) {
    this.#socket = socket;
    this.#fail = fail;
    this.#reader = new ChunkReader(defaultRtmpLimits, (message) => this.#receive(message));
  }

  /** Everything up to `NetStream.Publish.Start`. Rejects with `PublishRefusedError` if the server says no. */
  async publish(address: { app: string; url: string; streamKey: string }): Promise<void> {
    const { app, url, streamKey } = address;
    await this.#shakeHands();
    this.#control(messageType.setChunkSize, uint32(OUT_CHUNK_SIZE));
    await this.#call('connect', { app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl: url });
    this.#command('releaseStream', null, streamKey);
    this.#command('FCPublish', null, streamKey);
    await this.#call('createStream', null);
    await new Promise<void>((resolve, reject) => {
      this.#publishing = { resolve, reject };
      this.#streamCommand('publish', null, streamKey, 'live');
    });
  }

  /** False when the socket's buffer is full. */
  media(kind: 'audio' | 'video' | 'script', timestampMs: number, body: Buffer): boolean {
    const isAudio = kind === 'audio';
    const type = isAudio ? messageType.audio : kind === 'video' ? messageType.video : messageType.data;
    const payload = kind === 'script' ? Buffer.concat([encodeAmf('@setDataFrame'), body]) : body;
    const message = { type, timestampMs, messageStreamId: publishStreamId, payload };
    const onChunkStream = isAudio ? chunkStream.audio : chunkStream.video;
    return this.#socket.write(encodeChunks(message, onChunkStream, OUT_CHUNK_SIZE));
  }

  /** Takes leave, so that the server need not wonder where its publisher has gone. */
  unpublish(): void {
    this.#command('FCUnpublish', null);
    this.#streamCommand('deleteStream', null, publishStreamId);
  }

  #shakeHands(): Promise<void> {
    return new Promise((resolve) => {
      let handshake: ClientHandshake | null = new ClientHandshake((bytes) => this.#socket.write(bytes));
      this.#socket.on('data', (bytes: Buffer) => {
        try {
          const rest = handshake ? handshake.push(bytes) : bytes;
          if (rest === null) return;
          handshake = null;
          resolve();
          this.#reader.push(rest);
        } catch (error) {
          this.#fail(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  #receive(message: RtmpMessage): void {
    const { type, payload } = message;
    if (type === messageType.setChunkSize) {
      this.#reader.setChunkSize(payload.readUInt32BE());
    } else if (type === messageType.userControl && payload.readUInt16BE() === userControl.pingRequest) {
      const pong = userControlBody(userControl.pingResponse, payload.readUInt32BE(2));
      this.#control(messageType.userControl, pong);
    } else if (type === messageType.commandAmf0) {
      const [name, transaction, ...args] = decodeAmf(payload, defaultRtmpLimits);
      const info = args.findLast((arg) => isObject(arg)) ?? {};
      if (name === 'onStatus') this.#receiveStatus(info);
      else if (typeof transaction === 'number') this.#receiveResult(name === '_result', transaction, info);
    }
  }

  #receiveStatus(info: AmfObject): void {
    if (info.level === 'error') {
      const refusal = refusalFrom(info);
      this.#publishing?.reject(refusal);
      this.#fail(refusal);
    } else if (info.code === 'NetStream.Publish.Start') {
      this.#publishing?.resolve();
    }
  }

  #receiveResult(isSuccess: boolean, transaction: number, info: AmfObject): void {
    const call = this.#results.get(transaction);
    this.#results.delete(transaction);
    if (isSuccess) call?.resolve();
    else call?.reject(refusalFrom(info));
  }

  #call(name: string, ...args: AmfValue[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#results.set(this.#command(name, ...args), { resolve, reject });
    });
  }

  #command(name: string, ...args: AmfValue[]): number {
    const transaction = ++this.#transaction;
    this.#sendCommand(encodeAmf(name, transaction, ...args), 0);
    return transaction;
  }

  /** A command on the message stream that publishes; its answer, if any, is an `onStatus`. */
  #streamCommand(name: string, ...args: AmfValue[]): void {
    this.#sendCommand(encodeAmf(name, 0, ...args), publishStreamId);
  }

  #sendCommand(payload: Buffer, messageStreamId: number): void {
    const message = { type: messageType.commandAmf0, timestampMs: 0, messageStreamId, payload };
    if (this.#socket.writable) this.#socket.write(encodeChunks(message, chunkStream.command, OUT_CHUNK_SIZE));
  }

  #control(type: number, payload: Buffer): void {
    const message = { type, timestampMs: 0, messageStreamId: 0, payload };
    if (this.#socket.writable) this.#socket.write(encodeChunks(message, chunkStream.control, OUT_CHUNK_SIZE));
  }
}

function isObject(value: AmfValue | undefined): value is AmfObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusalFrom(info: AmfObject): PublishRefusedError {
  return new PublishRefusedError(String(info.code ?? 'unknown'), String(info.description ?? 'refused'));
}
