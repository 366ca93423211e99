import { connect, type Socket } from 'node:net';
import { type FlvTag } from '../flv/flv-file.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
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

const OUT_CHUNK_SIZE = 4_096;

export interface RtmpPublisherOptions {
  host: string;
  port: number;
  app: string;
  streamKey: string;
  clock?: Clock;
  /** For connection, handshake and the server's answer together. */
  timeoutMs?: number;
}

/** The server answered, and the answer is no. `code` is that of the status or error object. */
export class PublishRefusedError extends Error {
  override readonly name = 'PublishRefusedError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
  }
}

export interface PublishFlvOptions {
  /** Start again at the end, with timestamps going on, until closed. */
  loop?: boolean;
  /** 1 is real time; `Infinity` sends as fast as the server reads. */
  speed?: number;
}

type CommandHandler = (args: AmfValue[]) => void;

/** An RTMP client that publishes. One connection, one stream; `closed` settles once, when it is over. */
export class RtmpPublisher {
  /** Resolves with the reason when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #reader: ChunkReader;
  readonly #results = new Map<number, CommandHandler>();
  #onStatus: (info: AmfObject) => void = () => {};
  #transaction = 0;
  #reason: string | null = null;
  #wakeWaits = new Set<() => void>();

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#reader = new ChunkReader(defaultRtmpLimits, (message) => this.#receive(message));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#reason ??= 'server closed the connection';
        for (const wake of this.#wakeWaits) wake();
        resolve(this.#reason);
      });
    });
    socket.on('error', (error) => {
      this.#reason ??= error.message;
    });
  }

  /**
   * Connects and publishes. Rejects with `PublishRefusedError` if the server says no, with `Error` if it
   * cannot be reached, breaks off or does not answer in time.
   */
  static async connect(options: RtmpPublisherOptions): Promise<RtmpPublisher> {
    const clock = options.clock ?? systemClock;
    const socket = connect(options.port, options.host);
    socket.setNoDelay(true);
    const publisher = new RtmpPublisher(socket, clock);
    const timeoutMs = options.timeoutMs ?? 10_000;
    const timer = clock.setTimeout(() => publisher.#end(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
    try {
      await Promise.race([
        publisher.#publish(options),
        publisher.closed.then((reason) => {
          throw new Error(reason);
        }),
      ]);
      return publisher;
    } catch (error) {
      publisher.close();
      throw error;
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /** Sends one tag now. False when the server reads too slowly; `drained` tells when to go on. */
  write(tag: FlvTag): boolean {
    if (this.#reason !== null) return false;
    const isAudio = tag.kind === 'audio';
    const type = isAudio ? messageType.audio : tag.kind === 'video' ? messageType.video : messageType.data;
    const payload = tag.kind === 'script' ? Buffer.concat([encodeAmf('@setDataFrame'), tag.body]) : tag.body;
    const { timestampMs } = tag;
    const message = { type, timestampMs, messageStreamId: publishStreamId, payload };
    const onChunkStream = isAudio ? chunkStream.audio : chunkStream.video;
    return this.#socket.write(encodeChunks(message, onChunkStream, OUT_CHUNK_SIZE));
  }

  /**
   * Publishes tags, paced by their timestamps. Resolves at the end of the tags or of the connection, whichever
   * comes first; look at `closed` for the latter.
   */
  async publishFlv(tags: readonly FlvTag[], options: PublishFlvOptions = {}): Promise<void> {
    const speed = options.speed ?? 1;
    const startedAt = this.#clock.now();
    const lengthMs = loopLengthMs(tags);
    for (let offsetMs = 0; this.#reason === null; offsetMs += lengthMs) {
      for (const tag of tags) {
        const isRepeatedHeader = offsetMs > 0 && (tag.kind === 'script' || isSequenceHeader(tag));
        if (isRepeatedHeader) continue;
        const timestampMs = offsetMs + tag.timestampMs;
        const waitMs = startedAt + timestampMs / speed - this.#clock.now();
        if (waitMs > 0) await this.#sleep(waitMs);
        if (this.#reason !== null) return;
        if (!this.write({ ...tag, timestampMs: timestampMs >>> 0 })) await this.drained();
      }
      if (!options.loop || lengthMs === 0) return;
    }
  }

  /** Resolves when what was written has left, or the connection has ended. */
  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve();
    return this.#untilClosedOr((done) => this.#socket.once('drain', done));
  }

  /** Takes leave of the server and closes. */
  close(): void {
    if (this.#reason !== null) return;
    this.#command('FCUnpublish', null);
    this.#streamCommand('deleteStream', null, publishStreamId);
    this.#end('closed by the publisher');
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroySoon();
    for (const wake of this.#wakeWaits) wake();
  }

  async #publish(options: RtmpPublisherOptions): Promise<void> {
    await this.#shakeHands();
    this.#send(messageType.setChunkSize, uint32(OUT_CHUNK_SIZE));
    await this.#call('connect', {
      app: options.app,
      type: 'nonprivate',
      flashVer: 'FMLE/3.0',
      tcUrl: `rtmp://${options.host}:${options.port}/${options.app}`,
    });
    this.#command('releaseStream', null, options.streamKey);
    this.#command('FCPublish', null, options.streamKey);
    await this.#call('createStream', null);
    await new Promise<void>((resolve, reject) => {
      this.#onStatus = (info) => {
        const code = String(info.code);
        if (code === 'NetStream.Publish.Start') resolve();
        else if (info.level === 'error') {
          const description = String(info.description ?? '');
          this.#reason ??= `${code}: ${description}`;
          reject(new PublishRefusedError(code, description));
        }
      };
      this.#streamCommand('publish', null, options.streamKey, 'live');
    });
  }

  #shakeHands(): Promise<void> {
    return new Promise((resolve, reject) => {
      const handshake = new ClientHandshake((bytes) => this.#socket.write(bytes));
      const onData = (bytes: Buffer) => {
        try {
          const rest = handshake.push(bytes);
          if (rest === null) return;
          this.#socket.off('data', onData);
          this.#socket.on('data', (more: Buffer) => this.#push(more));
          this.#push(rest);
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      this.#socket.on('data', onData);
    });
  }

  #push(bytes: Buffer): void {
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #receive(message: RtmpMessage): void {
    const { type, payload } = message;
    if (type === messageType.setChunkSize) this.#reader.setChunkSize(payload.readUInt32BE());
    else if (type === messageType.userControl && payload.readUInt16BE() === userControl.pingRequest) {
      this.#send(messageType.userControl, userControlBody(userControl.pingResponse, payload.readUInt32BE(2)));
    } else if (type === messageType.commandAmf0) {
      const [name, transaction, ...args] = decodeAmf(payload, defaultRtmpLimits);
      this.#answered(name, transaction, args);
    }
  }

  #answered(name: AmfValue | undefined, transaction: AmfValue | undefined, args: AmfValue[]): void {
    const info = args.findLast((arg) => isObject(arg));
    if (name === 'onStatus' && isObject(info)) {
      if (info.level === 'error') this.#reason ??= `${info.code}: ${info.description}`;
      this.#onStatus(info);
    } else if (typeof transaction === 'number') {
      const handler = this.#results.get(transaction);
      this.#results.delete(transaction);
      handler?.([name ?? null, ...args]);
    }
  }

  /** Sends a command and awaits its result. */
  #call(name: string, ...args: AmfValue[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#command(name, ...args);
      this.#results.set(transaction, ([result, ...values]) => {
        if (result === '_result') resolve();
        else {
          const info = values.findLast((value) => isObject(value));
          const fields = isObject(info) ? info : {};
          reject(
            new PublishRefusedError(String(fields.code ?? name), String(fields.description ?? 'refused')),
          );
        }
      });
    });
  }

  #command(name: string, ...args: AmfValue[]): number {
    const transaction = ++this.#transaction;
    this.#send(messageType.commandAmf0, encodeAmf(name, transaction, ...args));
    return transaction;
  }

  /** A command on the message stream that publishes; its answer, if any, is an `onStatus`. */
  #streamCommand(name: string, ...args: AmfValue[]): void {
    this.#send(messageType.commandAmf0, encodeAmf(name, 0, ...args), publishStreamId);
  }

  #send(type: number, payload: Buffer, messageStreamId = 0): void {
    const onChunkStream = type === messageType.commandAmf0 ? chunkStream.command : chunkStream.control;
    const chunkSize = type === messageType.commandAmf0 ? OUT_CHUNK_SIZE : 128;
    const message = { type, timestampMs: 0, messageStreamId, payload };
    if (this.#socket.writable) this.#socket.write(encodeChunks(message, onChunkStream, chunkSize));
  }

  #sleep(ms: number): Promise<void> {
    let timer: ReturnType<Clock['setTimeout']> | null = null;
    return this.#untilClosedOr((done) => {
      timer = this.#clock.setTimeout(done, ms);
    }).finally(() => {
      if (timer !== null) this.#clock.clearTimeout(timer);
    });
  }

  #untilClosedOr(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#wakeWaits.delete(done);
        resolve();
      };
      this.#wakeWaits.add(done);
      start(done);
    });
  }
}

function isObject(value: AmfValue | undefined): value is AmfObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSequenceHeader(tag: FlvTag): boolean {
  return tag.body[1] === 0;
}

/** How far timestamps advance per round: the last one and one frame more. */
function loopLengthMs(tags: readonly FlvTag[]): number {
  const times = tags.filter((tag) => tag.kind === 'video').map((tag) => tag.timestampMs);
  const all = tags.map((tag) => tag.timestampMs);
  const last = all.reduce((a, b) => Math.max(a, b), 0);
  const spanMs = (times.at(-1) ?? last) - (times[0] ?? 0);
  const frameMs = times.length > 1 ? spanMs / (times.length - 1) : 23;
  return Math.round(Math.max((times.at(-1) ?? last) + frameMs, times.length > 0 ? 0 : last + frameMs));
}
