const MOST_BYTES = 256 * 1024;
const LONGEST_SIDE = 1280;
const SOI = 0xffd8;
const EOI = 0xffd9;
/** SOF0 and SOF2: baseline and progressive Huffman coding, ITU-T T.81 table B.1. */
const FRAME_HEADERS = new Set([0xffc0, 0xffc2]);

/**
 * Whether a publisher's bytes may be handed to everybody as a JPEG of the show: whole, small, and of a size that no
 * viewer has to fear (ITU-T T.81 annex B). It is not decoded here.
 */
export function isShowPicture(jpeg: Buffer): boolean {
  if (jpeg.length < 4 || jpeg.length > MOST_BYTES) return false;
  if (jpeg.readUInt16BE(0) !== SOI || jpeg.readUInt16BE(jpeg.length - 2) !== EOI) return false;
  for (let at = 2; at + 9 <= jpeg.length; ) {
    const marker = jpeg.readUInt16BE(at);
    if (marker < 0xffc0) return false;
    if (FRAME_HEADERS.has(marker)) {
      const [height, width] = [jpeg.readUInt16BE(at + 5), jpeg.readUInt16BE(at + 7)];
      return Math.min(width, height) > 0 && Math.max(width, height) <= LONGEST_SIDE;
    }
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  return false;
}
