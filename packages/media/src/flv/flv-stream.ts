import { type FlvTag, readFlvTags } from './flv-file.ts';

const FILE_HEADER_BYTES = 13;
const TAG_HEADER_BYTES = 11;
/** More is no tag of a program that works. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Tags of an FLV file as it is being written. Throws `TypeError` when it is none. */
export class FlvStream {
  readonly #onTag: (tag: FlvTag) => void;
  #header: Buffer | null = null;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onTag: (tag: FlvTag) => void) {
    this.#onTag = onTag;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.#rest.length > MOST_BYTES) throw new TypeError('an FLV tag that does not end');
    if (!this.#header) {
      if (this.#rest.length < FILE_HEADER_BYTES) return;
      this.#header = this.#rest.subarray(0, FILE_HEADER_BYTES);
      this.#rest = this.#rest.subarray(FILE_HEADER_BYTES);
    }
    const whole = this.#wholeTags();
    if (whole === 0) return;
    for (const tag of readFlvTags(Buffer.concat([this.#header, this.#rest.subarray(0, whole)])))
      this.#onTag(tag);
    this.#rest = this.#rest.subarray(whole);
  }

  #wholeTags(): number {
    let at = 0;
    while (at + TAG_HEADER_BYTES <= this.#rest.length) {
      const next = at + TAG_HEADER_BYTES + this.#rest.readUIntBE(at + 1, 3) + 4;
      if (next > this.#rest.length) break;
      at = next;
    }
    return at;
  }
}
