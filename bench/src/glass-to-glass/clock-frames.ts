import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A picture whose top band is the time at which it was made, as black and white blocks. */
export const frame = { width: 640, height: 360, fps: 30, bits: 48, blockPx: 13, bandPx: 26 } as const;

/** Writes grey raw frames at the frame rate until `signal` stops it; a slow reader loses frames, never time. */
export async function paintClock(out: Writable, signal: AbortSignal): Promise<void> {
  const startedAtMs = performance.now();
  for (let count = 0; !signal.aborted; count += 1) {
    const dueMs = startedAtMs + (count * 1000) / frame.fps;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    if (out.writableNeedDrain) continue;
    out.write(pictureOf(Date.now(), count));
  }
  out.end();
}

function pictureOf(atMs: number, count: number): Buffer {
  const picture = Buffer.alloc(frame.width * frame.height, 96);
  const time = BigInt(atMs);
  for (let bit = 0; bit < frame.bits; bit += 1) {
    const isSet = (time >> BigInt(frame.bits - 1 - bit)) & 1n;
    paint(picture, bit * frame.blockPx, 0, frame.blockPx, frame.bandPx, isSet ? 235 : 16);
  }
  // Something that moves, so that the encoder has work as with a camera.
  paint(picture, (count * 7) % (frame.width - 60), 120 + ((count * 3) % 160), 60, 60, 200);
  return picture;
}

function paint(picture: Buffer, x: number, y: number, width: number, height: number, grey: number): void {
  for (let row = y; row < y + height; row += 1) {
    picture.fill(grey, row * frame.width + x, row * frame.width + x + width);
  }
}
