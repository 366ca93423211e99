import type { Socket } from 'node:net';
import { type Clock, Deadline } from '../shared/clock.ts';
import { UnsupportedMediaError } from '../shared/media.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { RtmpMessage } from './chunk-writer.ts';
import { ServerHandshake } from './handshake.ts';
import { IntakeMeter } from './intake-meter.ts';
import type { RtmpLimits } from './limits.ts';
import { messageType, publishStreamId, uint32, userControl, userControlBody } from './messages.ts';
import type { PublishAnswer, Publisher, PublishSink } from './publish.ts';
import { PublishCommands, WINDOW_BYTES } from './publish-commands.ts';
import { RtmpError } from './rtmp-error.ts';
import { SessionWriter } from './session-writer.ts';

/** What is queued when a session ends (an error status, say) may still leave for so long. */
const LINGER_MS = 500;

export interface RtmpSessionOptions {
  clock: Clock;
  limits: RtmpLimits;
  log: (line: string) => void;
  /** Decides on a publish request. Must not reject: a failure to decide is a refusal. */
  authorize: (streamKey: string, publisher: Publisher) => Promise<PublishAnswer>;
}

/**
 * One connection of a publisher, from the first byte to `close`, its only exit. The stream key is handed to
 * `authorize` and kept nowhere.
 */
export class RtmpSession implements Publisher {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: RtmpSessionOptions;
  readonly #intake: IntakeMeter;
  readonly #reader: ChunkReader;
  readonly #writer: SessionWriter;
  readonly #commands: PublishCommands;
  readonly #deadline: Deadline;
  /** Null once it is complete. */
  #handshake: ServerHandshake | null;
  #sink: PublishSink | null = null;
  /** What an encoder that does not wait for the answer sent behind its publish; bounded by the byte limit. */
  #unanswered: RtmpMessage[] = [];
  #acknowledgedBytes = 0;
  #windowBytes = WINDOW_BYTES;
  #isClosed = false;

  constructor(socket: Socket, options: RtmpSessionOptions) {
    const { clock, limits } = options;
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#writer = new SessionWriter(socket, limits.unreadAnswerBytes, () => this.#abandon());
    this.#handshake = new ServerHandshake((bytes) => this.#writer.bytes(bytes));
    this.#intake = new IntakeMeter(clock, limits);
    this.#reader = new ChunkReader(limits, (message) => this.#receive(message));
    this.#commands = new PublishCommands(this.#writer, limits, {
      connected: () => this.#expire(limits.publishTimeoutMs, 'no accepted publish'),
      publish: (streamKey) => void this.#authorize(streamKey),
      close: (reason) => this.close(reason),
    });
    this.#deadline = new Deadline(clock);
    this.#expire(limits.handshakeTimeoutMs, 'no complete handshake');

    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#push(bytes));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('peer closed the connection'));
  }

  get lastHeardAt(): number {
    return this.#intake.lastHeardAt;
  }

  disconnect(reason: string): void {
    if (this.#sink) this.#writer.status('error', 'NetStream.Publish.Rejected', reason);
    this.close(reason);
  }

  /** Ends the connection; every way out of a session comes here, and the first reason counts. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unanswered = [];
    this.#deadline.cancel();
    this.#options.log(`[rtmp ${this.remoteAddress}] closed: ${reason}`);
    this.#socket.end();
    this.#options.clock.setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#sink?.closed(reason);
    this.#sink = null;
  }

  #abandon(): void {
    this.close('peer does not read its answers');
    this.#socket.destroy();
  }

  #expire(timeoutMs: number, missing: string): void {
    this.#deadline.arm(timeoutMs, () => this.close(`${missing} within ${timeoutMs / 1_000} s`));
  }

  #watchIdle(): void {
    const { clock, limits } = this.#options;
    const quietMs = clock.now() - this.lastHeardAt;
    if (quietMs >= limits.idleTimeoutMs) {
      this.close(`publisher sent nothing for ${limits.idleTimeoutMs / 1_000} s`);
      return;
    }
    this.#deadline.arm(limits.idleTimeoutMs - quietMs, () => this.#watchIdle());
  }

  #push(bytes: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#intake.count(bytes.length);
      const rest = this.#handshake ? this.#shakeHands(this.#handshake, bytes) : bytes;
      if (rest) this.#reader.push(rest);
      this.#acknowledge();
    } catch (error) {
      this.#fail(error);
    }
  }

  #shakeHands(handshake: ServerHandshake, bytes: Buffer): Buffer | null {
    const rest = handshake.push(bytes);
    if (rest) {
      this.#handshake = null;
      this.#expire(this.#options.limits.connectTimeoutMs, 'no connect');
    }
    return rest;
  }

  #fail(error: unknown): void {
    if (error instanceof RtmpError) this.disconnect(`${error.code}: ${error.message}`);
    else if (error instanceof UnsupportedMediaError) this.disconnect(error.message);
    else this.close(`internal error: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** RTMP specification 1.0, section 5.4.3. */
  #acknowledge(): void {
    const { totalBytes } = this.#intake;
    if (this.#isClosed || totalBytes - this.#acknowledgedBytes < this.#windowBytes / 2) return;
    this.#acknowledgedBytes = totalBytes;
    this.#writer.control(messageType.acknowledgement, uint32(totalBytes));
  }

  #receive(message: RtmpMessage): void {
    if (this.#isClosed) return;
    if (this.#commands.state === 'authorizing') {
      this.#unanswered.push({ ...message, payload: Buffer.from(message.payload) });
      return;
    }
    const { type, payload } = message;
    switch (type) {
      case messageType.setChunkSize:
        this.#reader.setChunkSize(readUint32(payload));
        break;
      case messageType.abort:
        this.#reader.abort(readUint32(payload));
        break;
      case messageType.windowAcknowledgementSize:
        this.#windowBytes = Math.max(1, readUint32(payload));
        break;
      case messageType.userControl:
        this.#receiveUserControl(payload);
        break;
      case messageType.commandAmf0:
        this.#commands.receive(payload);
        break;
      case messageType.commandAmf3:
        // AMF3 commands carry AMF0 values after one format byte.
        this.#commands.receive(payload.subarray(1));
        break;
      case messageType.audio:
      case messageType.video:
        this.#sink?.media(type === messageType.audio ? 'audio' : 'video', message.timestampMs, payload);
        break;
      // Everything else (metadata, acknowledgements, shared objects) tells this server nothing it uses.
    }
  }

  #receiveUserControl(payload: Buffer): void {
    if (payload.length < 6) throw new RtmpError('bad_control_message', 'user control message is cut short');
    if (payload.readUInt16BE() !== userControl.pingRequest) return;
    const pong = userControlBody(userControl.pingResponse, payload.readUInt32BE(2));
    this.#writer.control(messageType.userControl, pong);
  }

  async #authorize(streamKey: string): Promise<void> {
    // Nothing is read until the host has answered, so a sender cannot fill memory meanwhile.
    this.#socket.pause();
    const answer = await this.#options.authorize(streamKey, this);
    if (this.#isClosed) {
      if ('sink' in answer) answer.sink.closed('publisher left while it was being authorised');
      return;
    }
    this.#socket.resume();
    if ('refused' in answer) this.#commands.refuse(answer.code, answer.refused);
    else this.#startPublishing(answer.sink);
  }

  #startPublishing(sink: PublishSink): void {
    this.#sink = sink;
    this.#reader.trust();
    this.#intake.trust();
    const begin = userControlBody(userControl.streamBegin, publishStreamId);
    this.#writer.control(messageType.userControl, begin);
    this.#commands.accept();
    this.#options.log(`[rtmp ${this.remoteAddress}] publishing`);
    this.#watchIdle();
    try {
      for (const message of this.#unanswered.splice(0)) this.#receive(message);
    } catch (error) {
      this.#fail(error);
    }
  }
}

function readUint32(payload: Buffer): number {
  if (payload.length < 4) throw new RtmpError('bad_control_message', 'control message is cut short');
  return payload.readUInt32BE();
}
