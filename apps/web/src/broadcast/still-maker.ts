import { encodeStill } from './ingest-wire';

const FIRST_AFTER_MS = 4_000;
const EVERY_MS = 20_000;
const LONGEST_SIDE = 720;
const QUALITY = 0.7;
/** The server takes none that is larger. */
const MOST_BYTES = 250_000;

/** A picture of the show every 20 s, for its card in the list of shows. */
export class StillMaker {
  readonly #onStill: (message: Uint8Array<ArrayBuffer>) => void;
  #nextAtMs = performance.now() + FIRST_AFTER_MS;

  constructor(onStill: (message: Uint8Array<ArrayBuffer>) => void) {
    this.#onStill = onStill;
  }

  /** Looks at a picture; it is the caller's again when this returns. */
  see(frame: VideoFrame): void {
    const nowMs = performance.now();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + EVERY_MS;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(frame.displayWidth, frame.displayHeight));
    const canvas = new OffscreenCanvas(frame.displayWidth * scale, frame.displayHeight * scale);
    canvas.getContext('2d')?.drawImage(frame, 0, 0, canvas.width, canvas.height);
    void this.#send(canvas).catch(() => undefined);
  }

  async #send(canvas: OffscreenCanvas): Promise<void> {
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
    if (jpeg.size <= MOST_BYTES) this.#onStill(encodeStill(new Uint8Array(await jpeg.arrayBuffer())));
  }
}
