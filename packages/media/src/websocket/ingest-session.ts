import type { Duplex } from 'node:stream';
import type { IngestAnswer, IngestSink } from '../ingest.ts';
import { IntakeMeter } from '../rtmp/intake-meter.ts';
import type { RtmpLimits } from '../rtmp/limits.ts';
import type { Publisher } from '../rtmp/publish.ts';
import { RtmpError } from '../rtmp/rtmp-error.ts';
import { type Clock, Deadline } from '../shared/clock.ts';
import { type AudioConfig, UnsupportedMediaError, type VideoConfig } from '../shared/media.ts';
import { FrameReader, opcode, type WebSocketMessage } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { IngestError, type IngestErrorCode, ingestCloseCodes } from './ingest-error.ts';
import { parseHello, parseIngestMessage } from './ingest-message.ts';

/** What is queued when a session ends may still leave for so long. */
const LINGER_MS = 500;

export interface IngestSessionOptions {
  clock: Clock;
  limits: RtmpLimits;
  log: (line: string) => void;
  /** Decides on a ticket or stream key. Must not reject: a failure to decide is a refusal. */
  authorize: (credential: string, publisher: Publisher) => Promise<IngestAnswer>;
}

/**
 * One WebSocket of a publishing browser, from the answered upgrade to `close`, its only exit. The credential is handed
 * to `authorize` and kept nowhere.
 */
export class IngestSession implements Publisher {
  readonly remoteAddress: string;
  readonly #socket: Duplex;
  readonly #options: IngestSessionOptions;
  readonly #intake: IntakeMeter;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #deadline: Deadline;
  #state: 'connected' | 'authorizing' | 'publishing' | 'closed' = 'connected';
  #sink: IngestSink | null = null;
  readonly #configs: { video?: VideoConfig; audio?: AudioConfig } = {};

  constructor(socket: Duplex, remoteAddress: string, options: IngestSessionOptions) {
    const { clock, limits } = options;
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = remoteAddress;
    this.#intake = new IntakeMeter(clock, limits);
    const longest = () => (this.#state === 'publishing' ? limits.messageBytes : limits.bytesBeforePublish);
    this.#reader = new FrameReader(longest, (message) => this.#receive(message));
    this.#writer = new FrameWriter(socket, limits.unreadAnswerBytes, () => this.#abandon());
    this.#deadline = new Deadline(clock);
    this.#deadline.arm(limits.connectTimeoutMs, () => this.#end('timeout', 'no first message came'));
    socket.on('data', (bytes: Buffer) => this.push(bytes));
    socket.on('error', (error) => this.close(error.message));
    socket.on('end', () => this.close('peer closed the connection'));
    socket.on('close', () => this.close('peer closed the connection'));
  }

  get lastHeardAt(): number {
    return this.#intake.lastHeardAt;
  }

  disconnect(reason: string): void {
    this.#end('disconnected', reason);
  }

  /** The server stops. */
  goAway(): void {
    this.#end('server_closing', 'server is closing');
  }

  push(bytes: Buffer): void {
    if (this.#state === 'closed') return;
    try {
      this.#intake.count(bytes.length);
      this.#reader.push(bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the connection; every way out of a session comes here, and the first reason counts. */
  close(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#deadline.cancel();
    this.#options.log(`[ingest ${this.remoteAddress}] closed: ${reason}`);
    this.#socket.end();
    this.#options.clock.setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#sink?.closed(reason);
    this.#sink = null;
  }

  #end(code: IngestErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#writer.close(ingestCloseCodes[code], `${code}: ${reason}`);
    this.close(`${code}: ${reason}`);
  }

  #abandon(): void {
    this.close('peer does not read its answers');
    this.#socket.destroy();
  }

  #fail(error: unknown): void {
    if (error instanceof IngestError) this.#end(error.code, error.message);
    else if (error instanceof UnsupportedMediaError) this.#end('unsupported_media', error.message);
    else if (error instanceof RtmpError) this.#end('too_much', error.message);
    else this.#end('internal', error instanceof Error ? error.message : 'unknown');
  }

  #receive({ opcode: kind, payload }: WebSocketMessage): void {
    if (this.#state === 'closed') return;
    switch (kind) {
      case opcode.ping:
        this.#writer.pong(payload);
        break;
      case opcode.pong:
        break;
      case opcode.close:
        this.#writer.close(1000, '');
        this.close('publisher ended the stream');
        break;
      case opcode.text:
        if (this.#state !== 'connected') throw new IngestError('bad_message', 'text after the first message');
        void this.#authorize(parseHello(payload.toString('utf8')));
        break;
      default:
        this.#media(payload);
    }
  }

  #media(payload: Buffer): void {
    const sink = this.#sink;
    if (!sink) throw new IngestError('bad_message', 'media before the permission to publish');
    const message = parseIngestMessage(payload);
    if (message.kind === 'still') sink.still(message.jpeg);
    else if (message.kind === 'config') this.#configure(sink, message.config);
    // Frames before their configuration could be decoded by nobody.
    else if (this.#configs[message.frame.track]) sink.media.frame(message.frame);
  }

  #configure(sink: IngestSink, config: VideoConfig | AudioConfig): void {
    const known = this.#configs[config.kind];
    if (known?.codec === config.codec && known.decoderConfig.equals(config.decoderConfig)) return;
    if (config.kind === 'video') {
      sink.media.videoConfig(config);
      this.#configs.video = config;
    } else {
      sink.media.audioConfig(config);
      this.#configs.audio = config;
    }
  }

  async #authorize(credential: string): Promise<void> {
    const { authorize, limits, log } = this.#options;
    this.#state = 'authorizing';
    this.#deadline.arm(limits.publishTimeoutMs, () => this.#end('timeout', 'the permission took too long'));
    // Nothing is read until the host has answered, so a sender cannot fill memory meanwhile.
    this.#socket.pause();
    const answer = await authorize(credential, this);
    if (this.#isClosed()) {
      if ('sink' in answer) answer.sink.closed('publisher left while it was being authorised');
      return;
    }
    if ('refused' in answer) {
      this.#end(answer.isBusy ? 'already_publishing' : 'unauthorized', answer.refused);
      return;
    }
    this.#sink = answer.sink;
    this.#state = 'publishing';
    this.#intake.trust();
    this.#writer.text('{"event":"publishing"}');
    log(`[ingest ${this.remoteAddress}] publishing`);
    this.#watchIdle();
    this.#socket.resume();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #watchIdle(): void {
    const { clock, limits } = this.#options;
    const quietMs = clock.now() - this.lastHeardAt;
    if (quietMs >= limits.idleTimeoutMs) {
      this.#end('timeout', `publisher sent nothing for ${limits.idleTimeoutMs / 1_000} s`);
      return;
    }
    this.#deadline.arm(limits.idleTimeoutMs - quietMs, () => this.#watchIdle());
  }
}
