/** More than the frames of one part of any stream that is accepted; what is never written to is not resident. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Keeps frames until their part is made, in memory that the next part's are written over: as garbage of every frame
 * they would start a full collection of the heap each second.
 */
export class FrameMemory {
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;

  /** A copy that holds until `clear`. */
  keep(data: Buffer): Buffer {
    if (this.#used + data.length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, data.length));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += data.copy(this.#block, from);
    return this.#block.subarray(from, this.#used);
  }

  /** Nothing that was kept is needed any longer. */
  clear(): void {
    this.#used = 0;
  }
}
