import { UnsupportedMediaError, type VideoConfig } from '../shared/media.ts';

const CODEC = /^vp09\.(\d{2})\.(\d{2})\.(\d{2})(\.|$)/;
/** VP Codec ISO Media File Format Binding, section "Levels": 1080p at 60 frames a second. */
const HIGHEST_LEVEL = 41;
const LONGEST_SIDE = 1920;
const MOST_PIXELS = 1920 * 1088;
/** Colour primaries, transfer and matrix of BT.709, ISO/IEC 23091-2. */
const BT709 = 1;
/** Chroma samples lie with the luma samples, 4:2:0. */
const COLOCATED_420 = 1;

export interface Vp9Stream {
  /** As WebCodecs names it: `vp09.00.31.08`. */
  codec: string;
  /** Pixels. */
  width: number;
  height: number;
}

/**
 * A VP9 track of profile 0 with 8 bits, which has no out-of-band configuration: what WebCodecs says of it is all
 * there is. `decoderConfig` is the content of the `vpcC` box (VP Codec ISO Media File Format Binding, "VP Codec
 * Configuration Box"). Throws `UnsupportedMediaError`.
 */
export function vp9Config({ codec, width, height }: Vp9Stream): VideoConfig {
  const [, profile, level, bitDepth] = CODEC.exec(codec)?.map(Number) ?? [];
  if (profile !== 0 || bitDepth !== 8 || level === undefined) {
    throw new UnsupportedMediaError('VP9 of another kind than profile 0 with 8 bits');
  }
  if (level < 10 || level > HIGHEST_LEVEL) {
    throw new UnsupportedMediaError(
      `VP9 level ${level / 10}: levels 1 to ${HIGHEST_LEVEL / 10} are accepted`,
    );
  }
  if (
    Math.max(width, height) > LONGEST_SIDE ||
    width * height > MOST_PIXELS ||
    Math.min(width, height) < 16
  ) {
    throw new UnsupportedMediaError(`VP9 ${width}x${height}: the size must lie between 16x16 and 1920x1080`);
  }
  const decoderConfig = Buffer.of(
    ...[profile, level, (bitDepth << 4) | (COLOCATED_420 << 1)],
    ...[BT709, BT709, BT709],
    ...[0, 0], // bytes of initialisation data: none
  );
  return { kind: 'video', codec: `vp09.00.${level}.08`, width, height, decoderConfig };
}
