import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A masked text frame, as clients must send them (RFC 6455 section 5.3); for texts below 64 kB. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([header, mask, masked]);
}

export interface Joining {
  /** Of the handshake: `{ token }`, nothing for a guest. */
  auth?: object;
  streamId?: string;
  /** Shown the acknowledgement of joining and then each event's text. */
  read?: (text: string) => void;
}

/**
 * A Socket.IO viewer on a bare TCP socket, cheap enough to run thousands of: it joins the room, answers pings and
 * walks over frames. Events are counted; `read` is shown each one's text only when it is set.
 */
export class RawViewer {
  delivered = 0;
  read: ((text: string) => void) | undefined;
  readonly #socket: Socket;
  readonly #whenReady: PromiseWithResolvers<void> = Promise.withResolvers();
  #isUpgraded = false;
  #isReady = false;
  #rest: Buffer = Buffer.alloc(0);
  readonly #joining: Joining;

  private constructor(port: number, joining: Joining) {
    this.#joining = joining;
    this.read = joining.read;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#whenReady.reject(error));
    this.#socket.on('close', () => this.#whenReady.reject(new Error('the server closed the connection')));
    this.#socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        'Sec-WebSocket-Version: 13\r\n\r\n',
    );
  }

  /** Resolves when the room is joined. */
  static async join(port: number, joining: Joining = {}): Promise<RawViewer> {
    const viewer = new RawViewer(port, joining);
    await viewer.#whenReady.promise;
    return viewer;
  }

  send(text: string): void {
    this.#socket.write(maskedFrame(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#isUpgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#rest = bytes;
        return;
      }
      this.#isUpgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (!frame) break;
      this.#frame(bytes, frame.start, frame.end);
      at = frame.end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
  }

  #frame(bytes: Buffer, start: number, end: number): void {
    const isEvent = bytes[start] === 0x34 && bytes[start + 1] === 0x32;
    if (isEvent) {
      this.delivered += 1;
      this.read?.(bytes.toString('utf8', start, end));
      return;
    }
    const text = bytes.toString('utf8', start, end);
    const { auth, streamId } = this.#joining;
    if (text.startsWith('0')) this.send(`40/streams,${auth ? JSON.stringify(auth) : ''}`);
    else if (text === '2') this.send('3');
    else if (text.startsWith('40')) this.send(`42/streams,0${JSON.stringify(['join_room', { streamId }])}`);
    else if (text.startsWith('43') && !this.#isReady) {
      this.#isReady = true;
      this.read?.(text);
      this.#whenReady.resolve();
    }
  }
}

/** Where the payload of the unmasked frame at `at` lies; null when it is not all there. */
function frameAt(bytes: Buffer, at: number): { start: number; end: number } | null {
  if (bytes.length < at + 2) return null;
  const short = bytes.readUInt8(at + 1);
  if (short < 126) return whole(bytes, at + 2, short);
  if (short === 126) return bytes.length < at + 4 ? null : whole(bytes, at + 4, bytes.readUInt16BE(at + 2));
  return bytes.length < at + 10 ? null : whole(bytes, at + 10, Number(bytes.readBigUInt64BE(at + 2)));
}

function whole(bytes: Buffer, start: number, length: number): { start: number; end: number } | null {
  return bytes.length < start + length ? null : { start, end: start + length };
}
