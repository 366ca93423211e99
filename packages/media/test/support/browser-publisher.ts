import { mainProfile720p } from './frames.ts';

const opusHead = '4f707573486561640102380180bb0000000000';

interface MessageFields {
  version?: number;
  track?: number;
  flags?: number;
  timestampMs?: number;
  compositionOffsetMs?: number;
}

/** A binary message of the browser ingest, written from its description. */
export function ingestMessage(payload: Buffer, fields: MessageFields = {}): Buffer {
  const { version = 1, track = 1, flags = 0, timestampMs = 0, compositionOffsetMs = 0 } = fields;
  const header = Buffer.alloc(9);
  header.writeUInt8(version, 0);
  header.writeUInt8(track, 1);
  header.writeUInt8(flags, 2);
  header.writeUInt32BE(timestampMs >>> 0, 3);
  header.writeInt16BE(compositionOffsetMs, 7);
  return Buffer.concat([header, payload]);
}

export const videoConfigMessage = ingestMessage(Buffer.from(`61766331${mainProfile720p}`, 'hex'), {
  flags: 2,
});
export const audioConfigMessage = ingestMessage(Buffer.from(`4f707573${opusHead}`, 'hex'), {
  track: 2,
  flags: 2,
});

/** A masked frame as a client sends it, RFC 6455 section 5.2. */
export function clientFrame(
  payload: Buffer,
  { opcode = 2, isFinal = true, isMasked = true, length = payload.length } = {},
): Buffer {
  const mask = Buffer.of(0x37, 0xfa, 0x21, 0x3d);
  const head = Buffer.alloc(10);
  head.writeUInt8((isFinal ? 0x80 : 0) | opcode, 0);
  const bit = isMasked ? 0x80 : 0;
  let size = 2;
  if (length < 126) head.writeUInt8(bit | length, 1);
  else if (length < 65_536) {
    head.writeUInt8(bit | 126, 1);
    head.writeUInt16BE(length, 2);
    size = 4;
  } else {
    head.writeUInt8(bit | 127, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
    size = 10;
  }
  const body = isMasked ? payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0)) : payload;
  return Buffer.concat([head.subarray(0, size), ...(isMasked ? [mask] : []), body]);
}

/** Publishes over Node's own WebSocket. */
export class BrowserPublisher {
  readonly socket: WebSocket;
  /** `code reason` of the close. */
  readonly closed: Promise<string>;
  #frames = 0;

  private constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', ({ code, reason }) => resolve(`${code} ${reason}`));
    });
  }

  /** Resolves when the server lets it publish; rejects with the close code and reason. */
  static async connect(origin: string, credential: string): Promise<BrowserPublisher> {
    const publisher = new BrowserPublisher(`${origin.replace(/^http/, 'ws')}/ingest`);
    const { socket, closed } = publisher;
    await Promise.race([new Promise((resolve) => socket.addEventListener('open', resolve)), closed]);
    const answered = new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    socket.send(JSON.stringify({ version: 1, publish: credential }));
    await Promise.race([
      answered,
      closed.then((reason) => {
        throw new Error(reason);
      }),
    ]);
    return publisher;
  }

  configure(): this {
    return this.send(videoConfigMessage, audioConfigMessage);
  }

  /**
   * Sends so much of a show at once, from where the last one ended: 25 pictures (a key frame each second) and 50 Opus
   * packets a second.
   */
  sendSeconds(seconds: number, startMs = this.#frames * 20): this {
    for (let i = 0; i < seconds * 50; i++) {
      const timestampMs = startMs + i * 20;
      const serial = Buffer.alloc(4);
      serial.writeUInt32BE(this.#frames++);
      this.send(ingestMessage(Buffer.concat([Buffer.of(0xfc), serial]), { track: 2, flags: 1, timestampMs }));
      if (i % 2 !== 0) continue;
      const picture = Buffer.concat([Buffer.of(0, 0, 0, 5, 0x41), serial]);
      this.send(ingestMessage(picture, { flags: i % 50 === 0 ? 1 : 0, timestampMs }));
    }
    return this;
  }

  send(...messages: Buffer[]): this {
    for (const message of messages) this.socket.send(message);
    return this;
  }

  close(): Promise<string> {
    this.socket.close();
    return this.closed;
  }
}
