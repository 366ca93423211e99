import { randomBytes } from 'node:crypto';
import { RtmpError } from './rtmp-error.ts';

/** RTMP specification 1.0, section 5.2: the version byte, then 1536-byte packets. */
const VERSION = 3;
const PACKET_BYTES = 1536;

/**
 * The server's half of the plain handshake: C0+C1 are answered with S0+S1+S2, then C2 is awaited. C2 is not
 * compared with S1, as several encoders send something else there.
 */
export class ServerHandshake {
  readonly #reply: (bytes: Buffer) => void;
  readonly #received = Buffer.alloc(1 + 2 * PACKET_BYTES);
  #length = 0;
  #answered = false;

  constructor(reply: (bytes: Buffer) => void) {
    this.#reply = reply;
  }

  /** Takes what has arrived. Returns the bytes that follow the handshake once it is complete, else null. */
  push(bytes: Buffer): Buffer | null {
    const taken = bytes.copy(this.#received, this.#length);
    this.#length += taken;
    if (this.#length > 0 && this.#received[0] !== VERSION) {
      throw new RtmpError('bad_version', `peer speaks RTMP version ${this.#received[0]}, not ${VERSION}`);
    }
    if (!this.#answered && this.#length >= 1 + PACKET_BYTES) {
      this.#answered = true;
      const c1 = this.#received.subarray(1, 1 + PACKET_BYTES);
      this.#reply(Buffer.concat([Buffer.of(VERSION), firstPacket(), c1]));
    }
    return this.#length === this.#received.length ? bytes.subarray(taken) : null;
  }
}

/** The client's half: sends C0+C1 at once, answers S1 with C2, and does not wait longer than for S2. */
export class ClientHandshake {
  readonly #send: (bytes: Buffer) => void;
  readonly #received = Buffer.alloc(1 + 2 * PACKET_BYTES);
  #length = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
    send(Buffer.concat([Buffer.of(VERSION), firstPacket()]));
  }

  /** As `ServerHandshake.push`. */
  push(bytes: Buffer): Buffer | null {
    const taken = bytes.copy(this.#received, this.#length);
    this.#length += taken;
    if (this.#length > 0 && this.#received[0] !== VERSION) {
      throw new RtmpError('bad_version', `server speaks RTMP version ${this.#received[0]}, not ${VERSION}`);
    }
    if (this.#length < this.#received.length) return null;
    this.#send(Buffer.from(this.#received.subarray(1, 1 + PACKET_BYTES)));
    return bytes.subarray(taken);
  }
}

/** Time zero, four zero bytes (the mark of the plain handshake), 1528 random bytes. */
function firstPacket(): Buffer {
  return Buffer.concat([Buffer.alloc(8), randomBytes(PACKET_BYTES - 8)]);
}
