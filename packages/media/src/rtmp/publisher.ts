import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { FlvTag } from '../flv/flv-file.ts';
import { type Clock, systemClock, type TimerHandle } from '../shared/clock.ts';
import { RtmpClientConnection } from './client-connection.ts';

export interface RtmpPublisherOptions {
  host: string;
  port: number;
  app: string;
  streamKey: string;
  /** RTMPS, with these options of the TLS connection (`ca`, `servername`); plain RTMP when absent. */
  tls?: ConnectionOptions;
  clock?: Clock;
  /** For connection, handshake and the server's answer together. */
  timeoutMs?: number;
}

export interface PublishFlvOptions {
  /** Start again at the end, with timestamps going on, until closed. */
  loop?: boolean;
  /** 1 is real time; `Infinity` sends as fast as the server reads. */
  speed?: number;
}

/** An RTMP client that publishes one stream over one connection. */
export class RtmpPublisher {
  /** Resolves with the reason when the connection has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #connection: RtmpClientConnection;
  /** Set as soon as the end is certain. */
  #reason: string | null = null;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#connection = new RtmpClientConnection(socket, (error) => this.#end(error.message));
    socket.on('error', (error) => this.#end(error.message));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end('server closed the connection');
        resolve(this.#reason ?? '');
      });
    });
  }

  /**
   * Connects and publishes. Rejects with `PublishRefusedError` if the server says no, with `Error` if it
   * cannot be reached, breaks off or does not answer in time.
   */
  static async connect(options: RtmpPublisherOptions): Promise<RtmpPublisher> {
    const { host, port, app, streamKey, tls, clock = systemClock, timeoutMs = 10_000 } = options;
    const socket = tls ? connectTls({ ...tls, host, port }) : connect(port, host);
    socket.setNoDelay(true);
    const publisher = new RtmpPublisher(socket, clock);
    const timer = clock.setTimeout(
      () => publisher.#end(`no answer within ${timeoutMs / 1_000} s`),
      timeoutMs,
    );
    try {
      await Promise.race([
        publisher.#connection.publish({
          app,
          url: `${tls ? 'rtmps' : 'rtmp'}://${host}:${port}/${app}`,
          streamKey,
        }),
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
    return this.#reason === null && this.#connection.media(tag.kind, tag.timestampMs >>> 0, tag.body);
  }

  /** Resolves when what was written has left, or the connection has ended. */
  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve();
    return this.#untilEndOr((done) => this.#socket.once('drain', done));
  }

  /**
   * Publishes tags, paced by their timestamps. Resolves at the end of the tags or of the connection, whichever
   * comes first; look at `closed` for the latter.
   */
  async publishFlv(tags: readonly FlvTag[], options: PublishFlvOptions = {}): Promise<void> {
    const speed = options.speed ?? 1;
    const startedAt = this.#clock.now();
    const lengthMs = roundLengthMs(tags);
    for (let offsetMs = 0; this.#reason === null; offsetMs += lengthMs) {
      for (const tag of tags) {
        if (offsetMs > 0 && isHeader(tag)) continue;
        const timestampMs = offsetMs + tag.timestampMs;
        const waitMs = startedAt + timestampMs / speed - this.#clock.now();
        if (waitMs > 0) await this.#sleep(waitMs);
        if (this.#reason !== null) return;
        if (!this.write({ ...tag, timestampMs })) await this.drained();
      }
      if (!options.loop || lengthMs === 0) return;
    }
  }

  /** Takes leave of the server and closes. */
  close(): void {
    if (this.#reason !== null) return;
    this.#connection.unpublish();
    this.#end('closed by the publisher');
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroySoon();
    for (const wake of [...this.#waiting]) wake();
  }

  async #sleep(ms: number): Promise<void> {
    let timer: TimerHandle = 0;
    await this.#untilEndOr((done) => {
      timer = this.#clock.setTimeout(done, ms);
    });
    this.#clock.clearTimeout(timer);
  }

  #untilEndOr(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      start(done);
    });
  }
}

/** Metadata and codec configuration, which a server needs once. */
function isHeader(tag: FlvTag): boolean {
  return tag.kind === 'script' || tag.body[1] === 0;
}

/** How far timestamps advance per round: from the first frame to the last, and one frame more. */
function roundLengthMs(tags: readonly FlvTag[]): number {
  const video = tags.filter((tag) => tag.kind === 'video' && !isHeader(tag));
  const frames = video.length > 1 ? video : tags.filter((tag) => tag.kind === 'audio' && !isHeader(tag));
  const first = frames[0]?.timestampMs ?? 0;
  const last = frames.at(-1)?.timestampMs ?? 0;
  const frameMs = frames.length > 1 ? (last - first) / (frames.length - 1) : 0;
  return Math.round(last - first + frameMs);
}
