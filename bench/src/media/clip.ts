import { randomBytes } from 'node:crypto';
import { type FlvTag, readFlvFile } from '@vybekart/media';

const clip = new URL('../../../packages/media/test/fixtures/show.flv', import.meta.url);
/** NAL unit type 12, ITU-T H.264 section 7.4.1: filler data, which decoders pass over. */
const FILLER = 12;

/**
 * Five seconds of real video and sound whose frames are filled up to a bit rate: every machine publishes the same
 * bytes per second, without an encoder. Key frames carry four times as much as the others, as encoders make them.
 */
export async function clipOf(bitsPerSecond: number): Promise<FlvTag[]> {
  const tags = await readFlvFile(clip);
  const frames = tags.filter((tag) => tag.kind === 'video' && tag.body[1] === 1);
  const isKeyFrame = (tag: FlvTag) => (tag.body[0] ?? 0) >> 4 === 1;
  const lastMs = frames.at(-1)?.timestampMs ?? 0;
  const seconds = (lastMs - (frames[0]?.timestampMs ?? 0)) / 1_000;
  const weights = frames.reduce((sum, tag) => sum + (isKeyFrame(tag) ? 4 : 1), 0);
  const bytesPerWeight = (bitsPerSecond / 8) * (seconds / weights);
  return tags.map((tag) => {
    if (!frames.includes(tag)) return tag;
    const missing = Math.floor(bytesPerWeight * (isKeyFrame(tag) ? 4 : 1)) - tag.body.length;
    return missing < 8 ? tag : { ...tag, body: Buffer.concat([tag.body, filler(missing)]) };
  });
}

function filler(bytes: number): Buffer {
  const unit = randomBytes(bytes);
  unit.writeUInt32BE(bytes - 4);
  unit.writeUInt8(FILLER, 4);
  // No three bytes look like a start code.
  for (let at = 5; at < bytes; at++) unit[at] = (unit[at] ?? 0) | 0x10;
  return unit;
}
