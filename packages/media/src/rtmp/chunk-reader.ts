import type { RtmpMessage } from './chunk-writer.ts';
import type { RtmpLimits } from './limits.ts';
import { RtmpError } from './rtmp-error.ts';

/** The basic header (3), the longest message header (11) and an extended timestamp (4). */
const LONGEST_HEADER_BYTES = 18;
const MESSAGE_HEADER_BYTES = [11, 7, 3, 0] as const;
const EXTENDED_TIMESTAMP = 0xffffff;
const LARGEST_CHUNK_SIZE = 0xffffff;
const DEFAULT_CHUNK_SIZE = 128;

/** What one chunk stream remembers from chunk to chunk. */
interface ChunkStream {
  timestampMs: number;
  deltaMs: number;
  length: number;
  type: number;
  messageStreamId: number;
  isExtended: boolean;
  payload: Buffer | null;
  received: number;
}

export type ChunkReaderLimits = Pick<
  RtmpLimits,
  | 'messageBytes'
  | 'chunkStreams'
  | 'chunkStreamsInFlight'
  | 'assemblyBytes'
  | 'chunkSizeBeforePublish'
  | 'bytesBeforePublish'
>;

/**
 * Reassembles messages from chunks (RTMP specification 1.0, section 5.3). Bytes may arrive in any split:
 * too few bytes is a normal return. A violation throws `RtmpError`, after which the reader is not usable.
 *
 * Memory is bounded by `assemblyBytes` per connection (`bytesBeforePublish` until it is trusted), whatever
 * lengths the headers announce, and by the longest message, as it is used again: a payload is lent to `onMessage`
 * for the call.
 */
export class ChunkReader {
  readonly #limits: ChunkReaderLimits;
  readonly #onMessage: (message: RtmpMessage) => void;
  readonly #streams = new Map<number, ChunkStream>();
  readonly #header = Buffer.alloc(LONGEST_HEADER_BYTES);
  #headerLength = 0;
  #chunkSize = DEFAULT_CHUNK_SIZE;
  /** The chunk whose payload is being read, and how much of it is still to come. */
  #current: ChunkStream | null = null;
  #chunkRemaining = 0;
  #assemblyBytes = 0;
  /** Where messages are put together that do not interleave, which is nearly all of them. */
  #assembly: Buffer = Buffer.alloc(0);
  #inFlight = 0;
  #isTrusted = false;

  constructor(limits: ChunkReaderLimits, onMessage: (message: RtmpMessage) => void) {
    this.#limits = limits;
    this.#onMessage = onMessage;
  }

  /** Lifts the tighter limits that hold until the peer's publish is accepted. */
  trust(): void {
    this.#isTrusted = true;
  }

  /** Section 5.4.1. */
  setChunkSize(size: number): void {
    const largest = this.#isTrusted ? LARGEST_CHUNK_SIZE : this.#limits.chunkSizeBeforePublish;
    if (size < 1 || size > largest) {
      throw new RtmpError('bad_chunk_size', `chunk size ${size} is not in 1..${largest}`);
    }
    this.#chunkSize = size;
  }

  /** Section 5.4.2: the peer gives up the unfinished message of this chunk stream. */
  abort(chunkStreamId: number): void {
    const stream = this.#streams.get(chunkStreamId);
    if (stream) this.#release(stream);
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      at = this.#current === null ? this.#readHeader(bytes, at) : this.#readPayload(this.#current, bytes, at);
    }
  }

  /** Takes header bytes one field at a time, as each field says how long the next one is. */
  #readHeader(bytes: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const missing = this.#headerBytesNeeded() - this.#headerLength;
      if (missing === 0) break;
      const taken = bytes.copy(this.#header, this.#headerLength, at, Math.min(at + missing, bytes.length));
      this.#headerLength += taken;
      at += taken;
      if (taken < missing) return at;
    }
    this.#headerLength = 0;
    this.#beginChunk();
    return at;
  }

  /** How long the header is, as far as the bytes so far tell. */
  #headerBytesNeeded(): number {
    const header = this.#header;
    if (this.#headerLength < 1) return 1;
    const basic = this.#basicHeaderBytes();
    if (this.#headerLength < basic) return basic;
    const fmt = (header[0] ?? 0) >> 6;
    const message = basic + (MESSAGE_HEADER_BYTES[fmt] ?? 0);
    if (this.#headerLength < message) return message;
    const isExtended =
      fmt === 3
        ? this.#streams.get(this.#chunkStreamId())?.isExtended
        : header.readUIntBE(basic, 3) === EXTENDED_TIMESTAMP;
    return isExtended ? message + 4 : message;
  }

  /** Section 5.3.1.1. */
  #basicHeaderBytes(): number {
    const low = (this.#header[0] ?? 0) & 63;
    return low === 0 ? 2 : low === 1 ? 3 : 1;
  }

  #chunkStreamId(): number {
    const low = (this.#header[0] ?? 0) & 63;
    if (low === 0) return 64 + (this.#header[1] ?? 0);
    if (low === 1) return 64 + this.#header.readUInt16LE(1);
    return low;
  }

  /** Section 5.3.1.2: applies a complete header to its chunk stream. */
  #beginChunk(): void {
    const header = this.#header;
    const fmt = (header[0] ?? 0) >> 6;
    const basic = this.#basicHeaderBytes();
    const stream = this.#streamFor(this.#chunkStreamId(), fmt);

    if (fmt < 3) {
      if (stream.payload) {
        throw new RtmpError('bad_chunk_header', `type ${fmt} header inside an unfinished message`);
      }
      const field = header.readUIntBE(basic, 3);
      stream.isExtended = field === EXTENDED_TIMESTAMP;
      // After a type 0 header the timestamp itself is the delta that a type 3 header repeats (5.3.1.2.4).
      stream.deltaMs = stream.isExtended
        ? header.readUInt32BE(basic + (MESSAGE_HEADER_BYTES[fmt] ?? 0))
        : field;
      if (fmt < 2) {
        stream.length = header.readUIntBE(basic + 3, 3);
        stream.type = header[basic + 6] ?? 0;
      }
      if (fmt === 0) stream.messageStreamId = header.readUInt32LE(basic + 7);
    }
    if (stream.payload === null) {
      stream.timestampMs = fmt === 0 ? stream.deltaMs : (stream.timestampMs + stream.deltaMs) >>> 0;
      this.#beginMessage(stream);
    }
    this.#current = stream;
    this.#chunkRemaining = Math.min(this.#chunkSize, stream.length - stream.received);
    if (this.#chunkRemaining === 0) this.#endChunk(stream);
  }

  #streamFor(id: number, fmt: number): ChunkStream {
    const known = this.#streams.get(id);
    if (known) return known;
    // A first header of type 1 lacks only the message stream id; librtmp opens its control stream that way.
    if (fmt > 1) throw new RtmpError('bad_chunk_header', `type ${fmt} header opens chunk stream ${id}`);
    if (this.#streams.size >= this.#limits.chunkStreams) {
      throw new RtmpError('too_many_chunk_streams', `more than ${this.#limits.chunkStreams} chunk streams`);
    }
    const stream: ChunkStream = {
      timestampMs: 0,
      deltaMs: 0,
      length: 0,
      type: 0,
      messageStreamId: 0,
      isExtended: false,
      payload: null,
      received: 0,
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #beginMessage(stream: ChunkStream): void {
    const { length } = stream;
    const longest = this.#isTrusted ? this.#limits.messageBytes : this.#limits.bytesBeforePublish;
    if (length > longest) {
      throw new RtmpError('message_too_long', `message of ${length} bytes, at most ${longest} are accepted`);
    }
    if (this.#inFlight >= this.#limits.chunkStreamsInFlight) {
      throw new RtmpError(
        'too_many_chunk_streams',
        `more than ${this.#limits.chunkStreamsInFlight} unfinished messages`,
      );
    }
    // Before publish no more can arrive than this, so more need not be reserved.
    const mostInAssembly = this.#isTrusted ? this.#limits.assemblyBytes : this.#limits.bytesBeforePublish;
    if (this.#assemblyBytes + length > mostInAssembly) {
      throw new RtmpError('too_much_in_assembly', `more than ${mostInAssembly} bytes in unfinished messages`);
    }
    stream.payload = this.#inFlight === 0 ? this.#assemblyOf(length) : Buffer.allocUnsafe(length);
    stream.received = 0;
    this.#assemblyBytes += length;
    this.#inFlight++;
  }

  #assemblyOf(length: number): Buffer {
    if (this.#assembly.length < length) this.#assembly = Buffer.allocUnsafeSlow(length);
    return this.#assembly.subarray(0, length);
  }

  #readPayload(stream: ChunkStream, bytes: Buffer, from: number): number {
    const payload = stream.payload ?? Buffer.alloc(0);
    const taken = bytes.copy(
      payload,
      stream.received,
      from,
      Math.min(from + this.#chunkRemaining, bytes.length),
    );
    stream.received += taken;
    this.#chunkRemaining -= taken;
    if (this.#chunkRemaining === 0) this.#endChunk(stream);
    return from + taken;
  }

  #endChunk(stream: ChunkStream): void {
    this.#current = null;
    const { payload } = stream;
    if (payload === null || stream.received < stream.length) return;
    this.#release(stream);
    this.#onMessage({
      type: stream.type,
      timestampMs: stream.timestampMs,
      messageStreamId: stream.messageStreamId,
      payload,
    });
  }

  #release(stream: ChunkStream): void {
    if (stream.payload === null) return;
    this.#assemblyBytes -= stream.length;
    this.#inFlight--;
    stream.payload = null;
    stream.received = 0;
  }
}
