import type { Packet } from './packet.ts';

/**
 * What a room sends in one tick: its packets, coupled into as few buffers as its members need. A member that came in
 * the middle of the tick skips the packets that its snapshot holds already.
 */
export class Train {
  readonly #packets: readonly Packet[];
  readonly #coupled = new Map<string, Buffer>();

  constructor(packets: readonly Packet[]) {
    this.#packets = packets;
  }

  /** This train with another one coupled to its end. */
  followedBy(other: Train): Train {
    return new Train([...this.#packets, ...other.#packets]);
  }

  /** The packets from the one at `skip` on; for a slow member the durable ones alone. */
  packetsFrom(skip: number, isSlow: boolean): readonly Packet[] {
    const packets = skip === 0 ? this.#packets : this.#packets.slice(skip);
    return isSlow ? packets.filter((packet) => packet.isDurable) : packets;
  }

  /** The same as one run of WebSocket frames, which may be empty. */
  framesFrom(skip: number, isSlow: boolean): Buffer {
    const key = `${skip} ${isSlow}`;
    let frames = this.#coupled.get(key);
    if (!frames) {
      frames = Buffer.concat(this.packetsFrom(skip, isSlow).map((packet) => packet.frame));
      this.#coupled.set(key, frames);
    }
    return frames;
  }
}
