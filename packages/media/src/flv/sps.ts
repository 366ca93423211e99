import { BitReader } from '../shared/bit-reader.ts';

/** What a sequence parameter set says about the picture. */
export interface Sps {
  profileIdc: number;
  /** Ten times the level: 31 is level 3.1. */
  levelIdc: number;
  /** Displayed size in pixels, cropping applied. */
  width: number;
  height: number;
}

/** Profiles whose SPS carries chroma format and scaling lists, ITU-T H.264 section 7.3.2.1.1. */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Parses a sequence parameter set NAL unit, header byte included. ITU-T H.264 section 7.3.2.1.1. */
export function parseSps(nalUnit: Buffer): Sps {
  const bits = new BitReader(withoutEmulationPrevention(nalUnit.subarray(1)));
  const profileIdc = bits.bits(8);
  bits.skip(8); // constraint flags
  const levelIdc = bits.bits(8);
  bits.unsignedExpGolomb(); // seq_parameter_set_id
  const chromaFormat = HIGH_PROFILES.has(profileIdc) ? readHighProfileFields(bits) : 1;
  bits.unsignedExpGolomb(); // log2_max_frame_num_minus4
  skipPictureOrderCount(bits);
  bits.unsignedExpGolomb(); // max_num_ref_frames
  bits.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMacroblocks = bits.unsignedExpGolomb() + 1;
  const heightInMapUnits = bits.unsignedExpGolomb() + 1;
  const isFrameOnly = bits.flag();
  if (!isFrameOnly) bits.skip(1); // mb_adaptive_frame_field_flag
  bits.skip(1); // direct_8x8_inference_flag

  const fieldFactor = isFrameOnly ? 1 : 2;
  let width = widthInMacroblocks * 16;
  let height = heightInMapUnits * 16 * fieldFactor;
  if (bits.flag()) {
    const cropUnitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
    const cropUnitY = (chromaFormat === 1 ? 2 : 1) * fieldFactor;
    width -= (bits.unsignedExpGolomb() + bits.unsignedExpGolomb()) * cropUnitX;
    height -= (bits.unsignedExpGolomb() + bits.unsignedExpGolomb()) * cropUnitY;
  }
  return { profileIdc, levelIdc, width, height };
}

/** Returns chroma_format_idc. */
function readHighProfileFields(bits: BitReader): number {
  const chromaFormat = bits.unsignedExpGolomb();
  if (chromaFormat === 3) bits.skip(1); // separate_colour_plane_flag
  bits.unsignedExpGolomb(); // bit_depth_luma_minus8
  bits.unsignedExpGolomb(); // bit_depth_chroma_minus8
  bits.skip(1); // qpprime_y_zero_transform_bypass_flag
  if (bits.flag()) {
    const listCount = chromaFormat === 3 ? 12 : 8;
    for (let list = 0; list < listCount; list++) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chromaFormat;
}

/** Section 7.3.2.1.1.1. */
function skipScalingList(bits: BitReader, size: number): void {
  let lastScale = 8;
  let nextScale = 8;
  for (let i = 0; i < size && nextScale !== 0; i++) {
    nextScale = (lastScale + bits.signedExpGolomb() + 256) % 256;
    if (nextScale !== 0) lastScale = nextScale;
  }
}

function skipPictureOrderCount(bits: BitReader): void {
  const type = bits.unsignedExpGolomb();
  if (type === 0) {
    bits.unsignedExpGolomb(); // log2_max_pic_order_cnt_lsb_minus4
  } else if (type === 1) {
    bits.skip(1); // delta_pic_order_always_zero_flag
    bits.signedExpGolomb(); // offset_for_non_ref_pic
    bits.signedExpGolomb(); // offset_for_top_to_bottom_field
    const cycle = bits.unsignedExpGolomb();
    if (cycle > 255) throw new RangeError(`picture order count cycle of ${cycle} frames`);
    for (let i = 0; i < cycle; i++) bits.signedExpGolomb();
  }
}

/** Section 7.4.1: 00 00 03 in a NAL unit stands for 00 00. */
function withoutEmulationPrevention(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
