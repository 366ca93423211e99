import { IngestError } from './ingest-error.ts';

/** RFC 6455 section 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const CONTROL = 8;
const LONGEST_CONTROL_FRAME = 125;
/** A browser cuts a long message into frames of some ten kilobytes; more pieces than this only cost memory. */
const MOST_FRAGMENTS = 256;

export interface WebSocketMessage {
  opcode: number;
  /** Unmasked, in memory that is shared with nothing. */
  payload: Buffer;
}

interface FrameHeader {
  isFinal: boolean;
  opcode: number;
  length: number;
  mask: number;
}

/**
 * Puts a client's frames together, RFC 6455 section 5, without extensions. Feed it whatever arrives; whole messages
 * and control frames come out in order. Throws `IngestError` on a violation, and is not to be used after that.
 */
export class FrameReader {
  readonly #onMessage: (message: WebSocketMessage) => void;
  readonly #longestMessage: () => number;
  /** Bytes that make no whole header yet. */
  #rest = Buffer.alloc(0);
  #header: FrameHeader | null = null;
  /** Of the frame that is being read. */
  #payload = Buffer.alloc(0);
  #received = 0;
  /** The opcode of a message whose last frame has not come. */
  #unfinished: number | null = null;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;

  /** `longestMessage` is asked for each frame: it may grow once the peer is trusted. */
  constructor(longestMessage: () => number, onMessage: (message: WebSocketMessage) => void) {
    this.#longestMessage = longestMessage;
    this.#onMessage = onMessage;
  }

  push(bytes: Buffer): void {
    let left: Buffer | null = bytes;
    while (left && left.length > 0)
      left = this.#header ? this.#readPayload(this.#header, left) : this.#readHeader(left);
  }

  /** Returns what follows the header; null if it is not whole. */
  #readHeader(bytes: Buffer): Buffer | null {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const size = headerSize(all);
    if (size === null || all.length < size) {
      this.#rest = Buffer.from(all);
      return null;
    }
    this.#rest = Buffer.alloc(0);
    this.#header = this.#check(all, size);
    this.#payload = Buffer.allocUnsafeSlow(this.#header.length);
    const left = all.subarray(size);
    if (this.#header.length > 0) return left;
    this.#endFrame(this.#header);
    return left;
  }

  #check(bytes: Buffer, size: number): FrameHeader {
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    if (first & 0x70)
      throw new IngestError('bad_frame', 'reserved bits are set, and no extension was agreed');
    if (!(second & 0x80)) throw new IngestError('bad_frame', 'a client has to mask its frames');
    const header = {
      isFinal: (first & 0x80) !== 0,
      opcode: first & 15,
      length: payloadLength(bytes),
      mask: bytes.readUInt32BE(size - 4),
    };
    if (header.opcode & CONTROL) checkControl(header);
    else this.#checkData(header);
    return header;
  }

  #checkData({ opcode: kind, length }: FrameHeader): void {
    if (kind > opcode.binary) throw new IngestError('bad_frame', `opcode ${kind}`);
    if ((kind === opcode.continuation) !== (this.#unfinished !== null)) {
      throw new IngestError('bad_frame', 'a fragment is out of its place');
    }
    const longest = this.#longestMessage();
    if (this.#fragmentBytes + length > longest) {
      throw new IngestError('message_too_long', `a message of more than ${longest} bytes`);
    }
  }

  #readPayload(header: FrameHeader, bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, header.length - this.#received);
    unmask(piece, header.mask, this.#payload, this.#received);
    this.#received += piece.length;
    if (this.#received === header.length) this.#endFrame(header);
    return bytes.subarray(piece.length);
  }

  #endFrame(header: FrameHeader): void {
    const payload = this.#payload;
    this.#header = null;
    this.#received = 0;
    if (header.opcode & CONTROL) this.#onMessage({ opcode: header.opcode, payload });
    else this.#endData(header, payload);
  }

  #endData({ opcode: kind, isFinal, length }: FrameHeader, payload: Buffer): void {
    if (isFinal && this.#unfinished === null) {
      this.#onMessage({ opcode: kind, payload });
      return;
    }
    this.#unfinished ??= kind;
    this.#fragments.push(payload);
    this.#fragmentBytes += length;
    if (this.#fragments.length > MOST_FRAGMENTS) {
      throw new IngestError('bad_frame', `a message in more than ${MOST_FRAGMENTS} fragments`);
    }
    if (!isFinal) return;
    const message = { opcode: this.#unfinished, payload: Buffer.concat(this.#fragments) };
    this.#unfinished = null;
    this.#fragments = [];
    this.#fragmentBytes = 0;
    this.#onMessage(message);
  }
}

/** Null while it cannot be told. */
function headerSize(bytes: Buffer): number | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  return 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (bytes.readUInt8(1) & 0x80 ? 4 : 0);
}

function payloadLength(bytes: Buffer): number {
  const short = bytes.readUInt8(1) & 0x7f;
  if (short < 126) return short;
  return short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
}

function checkControl({ opcode: kind, isFinal, length }: FrameHeader): void {
  if (kind > opcode.pong) throw new IngestError('bad_frame', `opcode ${kind}`);
  if (!isFinal || length > LONGEST_CONTROL_FRAME) {
    throw new IngestError('bad_frame', `a control frame of ${length} bytes, or in fragments`);
  }
}

/** Unmasks a piece of a payload to its place `at` in it, RFC 6455 section 5.3. */
function unmask(piece: Buffer, mask: number, payload: Buffer, at: number): void {
  for (let i = 0; i < piece.length; i++) {
    payload[at + i] = (piece[i] ?? 0) ^ (mask >>> (8 * (3 - ((at + i) & 3))));
  }
}
