import { acceptedFourCcs } from '../flv/enhanced.ts';
import { type AmfLimits, type AmfObject, type AmfValue, decodeAmf } from './amf0.ts';
import { messageType, publishStreamId, statusInfo, uint32 } from './messages.ts';
import { RtmpError } from './rtmp-error.ts';
import { OUT_CHUNK_SIZE, type SessionWriter } from './session-writer.ts';
import { parseApp, parseStreamKey } from './stream-name.ts';

/** How many bytes either side may send before it expects an acknowledgement. */
export const WINDOW_BYTES = 5_000_000;

/** What a publisher may ask for next. Encoders keep this order, give or take the ones that change nothing. */
const commandsIn = {
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
} as const satisfies Record<string, readonly string[]>;

export type PublishState = keyof typeof commandsIn;

const knownCommands = new Set<string>(Object.values<readonly string[]>(commandsIn).flat());

/** What commands bring about outside of them. */
export interface PublishEffects {
  connected(): void;
  /** Asks for permission; `accept` or `refuse` follows. */
  publish(streamKey: string): void;
  close(reason: string): void;
}

/** The command side of a publishing connection: RTMP specification 1.0, section 7.2, publish only. */
export class PublishCommands {
  readonly #writer: SessionWriter;
  readonly #limits: AmfLimits;
  readonly #effects: PublishEffects;
  #state: PublishState = 'connecting';

  constructor(writer: SessionWriter, limits: AmfLimits, effects: PublishEffects) {
    this.#writer = writer;
    this.#limits = limits;
    this.#effects = effects;
  }

  get state(): PublishState {
    return this.#state;
  }

  /** Takes the body of a command message. Throws `RtmpError` if it is malformed or out of order. */
  receive(body: Buffer): void {
    const [name, transaction, ...args] = decodeAmf(body, this.#limits);
    if (typeof name !== 'string' || typeof transaction !== 'number') {
      throw new RtmpError('bad_command', 'command has no name or no transaction');
    }
    if (name === 'play' || name === 'play2') {
      this.#writer.status('error', 'NetStream.Play.Failed', 'play is not offered');
      this.#effects.close('peer asked to play');
      return;
    }
    // Extensions of encoders are passed over.
    if (!knownCommands.has(name)) return;
    if (!(commandsIn[this.#state] as readonly string[]).includes(name)) {
      throw new RtmpError('bad_command', `${name} while ${this.#state}`);
    }
    this.#obey(name, transaction, args);
  }

  accept(): void {
    this.#state = 'publishing';
    this.#writer.status('status', 'NetStream.Publish.Start', 'publishing');
  }

  refuse(code: string, description: string): void {
    this.#writer.status('error', code, description);
    this.#effects.close(`publish refused: ${description}`);
  }

  #obey(name: string, transaction: number, args: AmfValue[]): void {
    switch (name) {
      case 'connect':
        this.#connect(transaction, args[0]);
        break;
      case 'createStream':
        this.#writer.answer('_result', transaction, null, publishStreamId);
        break;
      case 'publish':
        this.#publish(args[1]);
        break;
      case 'deleteStream':
      case 'FCUnpublish':
      case 'closeStream':
        if (this.#state === 'publishing') this.#effects.close('publisher ended the stream');
        break;
      default:
        this.#writer.answer('_result', transaction, null);
    }
  }

  #connect(transaction: number, argument: AmfValue | undefined): void {
    const asked = argument && typeof argument === 'object' && !Array.isArray(argument) ? argument : null;
    if (parseApp(asked?.app) === null) {
      const reason = 'application name is not valid';
      const info = statusInfo('error', 'NetConnection.Connect.InvalidApp', reason);
      this.#writer.answer('_error', transaction, null, info);
      this.#effects.close(reason);
      return;
    }
    this.#writer.control(messageType.windowAcknowledgementSize, uint32(WINDOW_BYTES));
    this.#writer.control(messageType.setPeerBandwidth, Buffer.concat([uint32(WINDOW_BYTES), Buffer.of(2)]));
    this.#writer.control(messageType.setChunkSize, uint32(OUT_CHUNK_SIZE));
    const server = { fmsVer: 'FMS/3,0,1,123', capabilities: 31 };
    const info = statusInfo('status', 'NetConnection.Connect.Success', 'connected');
    this.#writer.answer('_result', transaction, server, {
      ...info,
      objectEncoding: 0,
      ...(asked ? codecAnswer(asked) : {}),
    });
    this.#state = 'connected';
    this.#effects.connected();
  }

  #publish(name: AmfValue | undefined): void {
    const streamKey = parseStreamKey(name);
    if (streamKey === null) {
      this.refuse('NetStream.Publish.BadName', 'stream name is not valid');
      return;
    }
    this.#state = 'authorizing';
    this.#effects.publish(streamKey);
  }
}

/** Enhanced RTMP: a stream of this codec can be forwarded. */
const CAN_FORWARD = 4;

/** What is accepted, in the words in which the encoder named what it has; enhanced RTMP, "connect Command". */
function codecAnswer(asked: AmfObject): AmfObject {
  const { video, audio } = acceptedFourCcs;
  const mapOf = (fourCcs: readonly string[]) =>
    Object.fromEntries(fourCcs.map((each) => [each, CAN_FORWARD]));
  return {
    ...(asked.fourCcList ? { fourCcList: [...video, ...audio] } : {}),
    ...(asked.videoFourCcInfoMap ? { videoFourCcInfoMap: mapOf(video) } : {}),
    ...(asked.audioFourCcInfoMap ? { audioFourCcInfoMap: mapOf(audio) } : {}),
    ...(asked.capsEx === undefined ? {} : { capsEx: 0 }),
  };
}
