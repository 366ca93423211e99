import { gzipSync } from 'node:zlib';

/** A rendered playlist, shared by all who ask for this version of it. */
export class RenderedPlaylist {
  readonly plain: Buffer;
  #gzipped: Buffer | null = null;

  constructor(text: string) {
    this.plain = Buffer.from(text);
  }

  get gzipped(): Buffer {
    this.#gzipped ??= gzipSync(this.plain);
    return this.#gzipped;
  }
}
