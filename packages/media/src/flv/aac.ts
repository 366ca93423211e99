import { BitReader } from '../shared/bit-reader.ts';
import { type AudioConfig, UnsupportedMediaError } from '../shared/media.ts';

/** ISO/IEC 14496-3 section 1.6.3.4; index 15 announces an explicit 24-bit rate. */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
] as const;
/** ISO/IEC 14496-3 section 1.6.3.5; 0 means that the frames say it themselves. */
const CHANNELS = [2, 1, 2, 3, 4, 5, 6, 8] as const;

const objectType = { aacLc: 2, sbr: 5, ps: 29 } as const;

/**
 * Reads an AudioSpecificConfig, ISO/IEC 14496-3 section 1.6.2.1: AAC-LC, HE-AAC and HE-AAC v2. The rate is
 * that of the AAC core, as frames are counted in core samples. Throws `UnsupportedMediaError`.
 */
export function parseAacConfig(config: Buffer): AudioConfig {
  try {
    return read(config);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnsupportedMediaError(`AAC configuration is broken: ${error.message}`);
  }
}

function read(config: Buffer): AudioConfig {
  if (config.length > 64) throw new RangeError(`it is ${config.length} bytes long`);
  const bits = new BitReader(config);
  const signalled = readObjectType(bits);
  const sampleRate = readSampleRate(bits);
  const channels = CHANNELS[bits.bits(4)];
  let core = signalled;
  if (signalled === objectType.sbr || signalled === objectType.ps) {
    readSampleRate(bits); // the rate of the extension
    core = readObjectType(bits);
  }
  if (core !== objectType.aacLc) {
    throw new UnsupportedMediaError(`audio object type ${core}: only AAC-LC and HE-AAC are accepted`);
  }
  if (channels === undefined) throw new RangeError('its channel configuration is reserved');
  const isShortFrame = bits.flag(); // frameLengthFlag
  return {
    kind: 'audio',
    codec: `mp4a.40.${signalled}`,
    sampleRate,
    channels,
    samplesPerFrame: isShortFrame ? 960 : 1024,
    decoderConfig: Buffer.from(config),
  };
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
}

function readSampleRate(bits: BitReader): number {
  const index = bits.bits(4);
  const rate = index === 15 ? bits.bits(24) : SAMPLE_RATES[index];
  if (rate === undefined || rate < 7_350 || rate > 96_000) throw new RangeError(`sample rate index ${index}`);
  return rate;
}
