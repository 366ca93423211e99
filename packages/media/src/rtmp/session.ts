import type { Socket } from 'node:net';
import { type Clock, Deadline } from '../shared/clock.ts';
import { UnsupportedMediaError } from '../shared/media.ts';
import { type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { ChunkReader } from './chunk-reader.ts';
import { encodeChunks, type RtmpMessage } from './chunk-writer.ts';
import { ServerHandshake } from './handshake.ts';
import type { RtmpLimits } from './limits.ts';
import {
  chunkStream,
  messageType,
  onStatus,
  publishStreamId,
  statusInfo,
  uint32,
  userControl,
  userControlBody,
} from './messages.ts';
import { RtmpError } from './rtmp-error.ts';
import { parseApp, parseStreamKey } from './stream-name.ts';

const OUT_CHUNK_SIZE = 4_096;
const WINDOW_BYTES = 5_000_000;
/** Over which `bitsPerSecond` is averaged. */
const RATE_PERIOD_MS = 5_000;

/** The publishing side of a connection, as the rest of the server sees it. */
export interface Publisher {
  readonly remoteAddress: string;
  /** When its last byte arrived, on the clock's `now`. */
  readonly lastHeardAt: number;
  /** Cuts the connection; the reason reaches the publisher and the log. */
  disconnect(reason: string): void;
}

/** Takes the media messages of an accepted publisher. A throw ends the connection with its message. */
export interface PublishSink {
  /** `payload` is the body of an FLV audio or video tag. */
  media(kind: 'audio' | 'video', timestampMs: number, payload: Buffer): void;
  /** Called once, last. */
  closed(reason: string): void;
}

export type PublishAnswer =
  | { sink: PublishSink }
  | { refused: string; code: 'NetStream.Publish.Unauthorized' | 'NetStream.Publish.BadName' };

export interface RtmpSessionOptions {
  clock: Clock;
  limits: RtmpLimits;
  log: (line: string) => void;
  /** Decides on a publish request. Must not reject: a failure to decide is a refusal. */
  authorize: (streamKey: string, publisher: Publisher) => Promise<PublishAnswer>;
}

/**
 * What a connection may do next. A command outside its row ends the connection: encoders send these in one
 * order only, give or take the two that change nothing.
 */
const commandsIn = {
  handshaking: [],
  connecting: ['connect'],
  connected: [
    'releaseStream',
    'FCPublish',
    'createStream',
    'publish',
    'deleteStream',
    'FCUnpublish',
    '_checkbw',
  ],
  authorizing: [],
  publishing: ['FCUnpublish', 'deleteStream', 'closeStream', 'releaseStream', '_checkbw'],
  closed: [],
} as const satisfies Record<string, readonly string[]>;

type SessionState = keyof typeof commandsIn;

/**
 * One connection of a publisher, from the first byte to `close`, its only exit. The stream key is handed to
 * `authorize` and kept nowhere.
 */
export class RtmpSession implements Publisher {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #options: RtmpSessionOptions;
  readonly #reader: ChunkReader;
  readonly #deadline: Deadline;
  readonly #handshake: ServerHandshake;
  #state: SessionState = 'handshaking';
  #sink: PublishSink | null = null;
  /** What an encoder that does not wait for the answer sent behind its publish; bounded by the byte limit. */
  #unanswered: RtmpMessage[] = [];
  #bytesIn = 0;
  #acknowledged = 0;
  #window = WINDOW_BYTES;
  #rateBytes = 0;
  #rateSince: number;
  lastHeardAt: number;

  constructor(socket: Socket, options: RtmpSessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.remoteAddress = `${socket.remoteAddress}:${socket.remotePort}`;
    this.lastHeardAt = options.clock.now();
    this.#rateSince = this.lastHeardAt;
    this.#reader = new ChunkReader(options.limits, (message) => this.#receive(message));
    this.#handshake = new ServerHandshake((bytes) => this.#write(bytes));
    this.#deadline = new Deadline(options.clock);
    this.#expire(options.limits.handshakeTimeoutMs, 'no complete handshake');

    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#push(bytes));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('peer closed the connection'));
  }

  disconnect(reason: string): void {
    if (this.#state === 'publishing') {
      this.#send(messageType.commandAmf0, onStatus('error', 'NetStream.Publish.Rejected', reason));
    }
    this.close(reason);
  }

  /** Ends the connection; every way out of a session comes here, and the first reason counts. */
  close(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#unanswered = [];
    this.#deadline.cancel();
    this.#options.log(`[rtmp ${this.remoteAddress}] closed: ${reason}`);
    // What is queued (an error status, say) may still leave, but a peer that keeps the socket half open may not.
    this.#socket.end();
    this.#options.clock.setTimeout(() => this.#socket.destroy(), 500);
    this.#sink?.closed(reason);
    this.#sink = null;
  }

  #expire(timeoutMs: number, missing: string): void {
    this.#deadline.arm(timeoutMs, () => this.close(`${missing} within ${timeoutMs / 1000} s`));
  }

  #push(bytes: Buffer): void {
    if (this.#state === 'closed') return;
    this.lastHeardAt = this.#options.clock.now();
    this.#bytesIn += bytes.length;
    try {
      this.#checkVolume(bytes.length);
      if (this.#state === 'handshaking') {
        const rest = this.#handshake.push(bytes);
        if (!rest) return;
        this.#enter('connecting');
        this.#reader.push(rest);
      } else {
        this.#reader.push(bytes);
      }
      this.#acknowledge();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof RtmpError) this.close(`${error.code}: ${error.message}`);
    else if (error instanceof UnsupportedMediaError) this.disconnect(error.message);
    else this.close(`internal error: ${error instanceof Error ? error.message : String(error)}`);
  }

  #enter(state: SessionState): void {
    if (this.#state === 'closed') return;
    this.#state = state;
    const { limits } = this.#options;
    if (state === 'connecting') this.#expire(limits.connectTimeoutMs, 'no connect');
    if (state === 'connected') this.#expire(limits.publishTimeoutMs, 'no accepted publish');
    if (state === 'publishing') this.#watchIdle();
  }

  #watchIdle(): void {
    const { clock, limits } = this.#options;
    const quietMs = clock.now() - this.lastHeardAt;
    if (quietMs >= limits.idleTimeoutMs) {
      this.close(`publisher sent nothing for ${limits.idleTimeoutMs / 1000} s`);
      return;
    }
    this.#deadline.arm(limits.idleTimeoutMs - quietMs, () => this.#watchIdle());
  }

  #checkVolume(arrived: number): void {
    const { limits, clock } = this.#options;
    if (this.#state !== 'publishing') {
      if (this.#bytesIn > limits.bytesBeforePublish) {
        throw new RtmpError('too_much_before_publish', `more than ${limits.bytesBeforePublish} bytes`);
      }
      return;
    }
    if (clock.now() - this.#rateSince >= RATE_PERIOD_MS) {
      this.#rateBytes = 0;
      this.#rateSince = clock.now();
    }
    this.#rateBytes += arrived;
    if (this.#rateBytes * 8_000 > limits.bitsPerSecond * RATE_PERIOD_MS) {
      this.disconnect(`publisher sends more than ${limits.bitsPerSecond / 1000} kb/s`);
    }
  }

  /** Section 5.4.3. */
  #acknowledge(): void {
    if (this.#state === 'closed' || this.#bytesIn - this.#acknowledged < this.#window / 2) return;
    this.#acknowledged = this.#bytesIn;
    this.#send(messageType.acknowledgement, uint32(this.#bytesIn));
  }

  #receive(message: RtmpMessage): void {
    if (this.#state === 'authorizing') {
      this.#unanswered.push(message);
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
        this.#window = Math.max(1, readUint32(payload));
        break;
      case messageType.userControl:
        this.#receiveUserControl(payload);
        break;
      case messageType.commandAmf0:
        this.#receiveCommand(payload);
        break;
      case messageType.commandAmf3:
        // AMF3 commands carry AMF0 values after one format byte.
        this.#receiveCommand(payload.subarray(1));
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
    this.#send(messageType.userControl, userControlBody(userControl.pingResponse, payload.readUInt32BE(2)));
  }

  #receiveCommand(payload: Buffer): void {
    const [name, transaction, ...args] = decodeAmf(payload, this.#options.limits);
    if (typeof name !== 'string' || typeof transaction !== 'number') {
      throw new RtmpError('bad_command', 'command has no name or no transaction');
    }
    if (this.#state === 'closed') return;
    if (name === 'play' || name === 'play2') {
      this.#send(messageType.commandAmf0, onStatus('error', 'NetStream.Play.Failed', 'play is not offered'));
      this.close('peer asked to play');
      return;
    }
    const allowed: readonly string[] = commandsIn[this.#state];
    if (!allowed.includes(name)) {
      // Extensions of encoders are answered, not obeyed; a known command out of order is a broken peer.
      const isKnown = Object.values<readonly string[]>(commandsIn).some((commands) =>
        commands.includes(name),
      );
      if (!isKnown) return;
      throw new RtmpError('bad_command', `${name} while ${this.#state}`);
    }
    this.#obey(name, transaction, args);
  }

  #obey(name: string, transaction: number, args: AmfValue[]): void {
    switch (name) {
      case 'connect':
        this.#connect(transaction, args[0]);
        break;
      case 'createStream':
        this.#result(transaction, null, publishStreamId);
        break;
      case 'publish':
        this.#publish(args[1]);
        break;
      case 'deleteStream':
      case 'FCUnpublish':
      case 'closeStream':
        if (this.#state === 'publishing') this.close('publisher ended the stream');
        break;
      default:
        this.#result(transaction, null);
    }
  }

  #connect(transaction: number, argument: AmfValue | undefined): void {
    const asked = argument && typeof argument === 'object' && !Array.isArray(argument) ? argument.app : null;
    if (parseApp(asked) === null) {
      this.#send(
        messageType.commandAmf0,
        encodeAmf('_error', transaction, null, {
          ...statusInfo('error', 'NetConnection.Connect.InvalidApp', 'application name is not valid'),
        }),
      );
      this.close('application name is not valid');
      return;
    }
    this.#send(messageType.windowAcknowledgementSize, uint32(WINDOW_BYTES));
    this.#send(messageType.setPeerBandwidth, Buffer.concat([uint32(WINDOW_BYTES), Buffer.of(2)]));
    this.#send(messageType.setChunkSize, uint32(OUT_CHUNK_SIZE));
    this.#result(
      transaction,
      { fmsVer: 'FMS/3,0,1,123', capabilities: 31 },
      {
        ...statusInfo('status', 'NetConnection.Connect.Success', 'connected'),
        objectEncoding: 0,
      },
    );
    this.#enter('connected');
  }

  #publish(name: AmfValue | undefined): void {
    const streamKey = parseStreamKey(name);
    if (streamKey === null) {
      this.#refuse('NetStream.Publish.BadName', 'stream name is not valid');
      return;
    }
    this.#state = 'authorizing';
    // Nothing is read until the host has answered, so a sender cannot fill memory meanwhile.
    this.#socket.pause();
    void this.#options.authorize(streamKey, this).then((answer) => {
      if (this.#state === 'closed') {
        if ('sink' in answer) answer.sink.closed('publisher left while being authorised');
        return;
      }
      this.#socket.resume();
      if ('refused' in answer) this.#refuse(answer.code, answer.refused);
      else this.#startPublishing(answer.sink);
    });
  }

  #startPublishing(sink: PublishSink): void {
    this.#sink = sink;
    this.#reader.trust();
    this.lastHeardAt = this.#options.clock.now();
    this.#rateSince = this.lastHeardAt;
    this.#send(messageType.userControl, userControlBody(userControl.streamBegin, publishStreamId));
    this.#send(
      messageType.commandAmf0,
      onStatus('status', 'NetStream.Publish.Start', 'publishing'),
      publishStreamId,
    );
    this.#enter('publishing');
    this.#options.log(`[rtmp ${this.remoteAddress}] publishing`);
    try {
      for (const message of this.#unanswered.splice(0)) this.#receive(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #refuse(code: string, description: string): void {
    this.#send(messageType.commandAmf0, onStatus('error', code, description), publishStreamId);
    this.close(`publish refused: ${description}`);
  }

  #result(transaction: number, ...values: AmfValue[]): void {
    this.#send(messageType.commandAmf0, encodeAmf('_result', transaction, ...values));
  }

  #send(type: number, payload: Buffer, messageStreamId = 0): void {
    const onChunkStream = type === messageType.commandAmf0 ? chunkStream.command : chunkStream.control;
    this.#write(
      encodeChunks({ type, timestampMs: 0, messageStreamId, payload }, onChunkStream, OUT_CHUNK_SIZE),
    );
  }

  #write(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#options.limits.unreadAnswerBytes) {
      this.close('peer_not_reading: the peer does not read its answers');
      this.#socket.destroy();
    }
  }
}

function readUint32(payload: Buffer): number {
  if (payload.length < 4) throw new RtmpError('bad_control_message', 'control message is cut short');
  return payload.readUInt32BE();
}
