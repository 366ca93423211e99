/** The pictures of two parts at 5 Mb/s. */
const BLOCK_BYTES = 256 * 1024;

/**
 * Keeps frames until their part is made, one behind the other in a block that is gone through again and again: as
 * garbage of every frame they would start a full collection of the heap each second. What does not fit gets memory of
 * its own.
 */
export class FrameMemory {
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #count = 0;
  /** Where the oldest frame begins. */
  #from = 0;
  /** Where the newest one ends; before `from` once it began again at the start. */
  #to = 0;

  /** A copy that holds until it is released. */
  keep(data: Buffer): Buffer {
    const at = this.#roomFor(data.length);
    if (at === null) return Buffer.from(data);
    this.#count++;
    this.#to = at + data.copy(this.#block, at);
    return this.#block.subarray(at, this.#to);
  }

  /** Frames are released in the order in which they were kept. */
  release(kept: Buffer): void {
    if (kept.buffer !== this.#block.buffer) return;
    this.#count--;
    this.#from = kept.byteOffset + kept.length;
    if (this.#count === 0) this.#from = this.#to = 0;
  }

  #roomFor(bytes: number): number | null {
    if (this.#to < this.#from) return this.#to + bytes < this.#from ? this.#to : null;
    if (this.#to + bytes <= BLOCK_BYTES) return this.#to;
    return bytes < this.#from ? 0 : null;
  }
}
