import { UnsupportedMediaError, type VideoConfig } from '../shared/media.ts';
import { parseSps, type Sps } from './sps.ts';

/** Baseline, Main and High: what every browser and phone decodes. */
const PLAYABLE_PROFILES = new Set([66, 77, 100]);
const HIGHEST_LEVEL_IDC = 51;
const LONGEST_SIDE = 1920;
const MOST_PIXELS = 1920 * 1088;
/** Beyond it a record is no configuration any encoder writes. */
const LONGEST_RECORD_BYTES = 4_096;

/**
 * Reads an AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1. Throws `UnsupportedMediaError`
 * when it is broken or describes what viewers cannot play: profile beyond High, level above 5.1, more than
 * 1920x1088 (in either orientation).
 */
export function parseAvcConfig(record: Buffer): VideoConfig {
  const sps = readFirstSps(record);
  const found = `H.264 profile ${sps.profileIdc} level ${sps.levelIdc / 10} ${sps.width}x${sps.height}`;
  if (!PLAYABLE_PROFILES.has(sps.profileIdc)) {
    throw new UnsupportedMediaError(`${found}: only the Baseline, Main and High profiles are accepted`);
  }
  if (sps.levelIdc > HIGHEST_LEVEL_IDC) throw new UnsupportedMediaError(`${found}: level 5.1 is the highest`);
  const isTooLarge = Math.max(sps.width, sps.height) > LONGEST_SIDE || sps.width * sps.height > MOST_PIXELS;
  if (isTooLarge || sps.width < 16 || sps.height < 16) {
    throw new UnsupportedMediaError(`${found}: the size must lie between 16x16 and 1920x1080`);
  }
  return {
    kind: 'video',
    codec: `avc1.${record.toString('hex', 1, 4)}`,
    width: sps.width,
    height: sps.height,
    decoderConfig: Buffer.from(record),
  };
}

function readFirstSps(record: Buffer): Sps {
  try {
    if (record.length > LONGEST_RECORD_BYTES) throw new RangeError(`it is ${record.length} bytes long`);
    if (record.readUInt8(0) !== 1) throw new RangeError(`its version is ${record[0]}`);
    if ((record.readUInt8(4) & 3) !== 3) throw new RangeError('NAL unit lengths are not 4 bytes');
    if ((record.readUInt8(5) & 31) === 0) throw new RangeError('it holds no sequence parameter set');
    const length = record.readUInt16BE(6);
    if (record.length < 8 + length) throw new RangeError('its parameter set is cut short');
    return parseSps(record.subarray(8, 8 + length));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnsupportedMediaError(`H.264 configuration is broken: ${error.message}`);
  }
}
