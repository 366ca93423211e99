import { type AudioConfig, UnsupportedMediaError } from '../shared/media.ts';

/** Opus is decoded at 48 kHz whatever it was encoded from (RFC 7845 section 4). */
const OPUS_SAMPLE_RATE = 48_000;
const USUAL_SAMPLES_PER_PACKET = 960;
/** RFC 6716 section 3.2.5: no packet lasts longer. */
const MOST_SAMPLES_PER_PACKET = 5_760;
const HEADER_BYTES = 19;
const MAGIC = 'OpusHead';

/** Samples of one frame at 48 kHz by the configuration number of a packet's first byte (RFC 6716 table 2). */
const FRAME_SAMPLES = [
  ...[480, 960, 1_920, 2_880, 480, 960, 1_920, 2_880, 480, 960, 1_920, 2_880], // SILK
  ...[480, 960, 480, 960], // hybrid
  ...[120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960], // CELT
];

/**
 * Reads an identification header, RFC 7845 section 5.1, which WebCodecs hands out as an encoder's description and
 * enhanced RTMP sends as the sequence start. Mono and stereo (channel mapping family 0) are accepted.
 * `decoderConfig` is the content of the `dOps` box. Throws `UnsupportedMediaError`.
 */
export function parseOpusHead(header: Buffer): AudioConfig {
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, 8) !== MAGIC) {
    throw new UnsupportedMediaError('Opus configuration is broken: it is no identification header');
  }
  const version = header.readUInt8(8);
  if (version > 15) throw new UnsupportedMediaError(`Opus configuration of version ${version}`);
  const channels = header.readUInt8(9);
  const mappingFamily = header.readUInt8(18);
  if (mappingFamily !== 0 || channels < 1 || channels > 2) {
    throw new UnsupportedMediaError(
      `Opus with ${channels} channels in mapping family ${mappingFamily}: only mono and stereo are accepted`,
    );
  }
  return {
    kind: 'audio',
    codec: 'opus',
    sampleRate: OPUS_SAMPLE_RATE,
    channels,
    samplesPerFrame: USUAL_SAMPLES_PER_PACKET,
    decoderConfig: encodeSpecificBox(header),
  };
}

/** "Encapsulation of Opus in ISO Base Media File Format" section 4.3.2: the header's fields, big endian. */
function encodeSpecificBox(header: Buffer): Buffer {
  const content = Buffer.alloc(11);
  content.writeUInt8(0, 0); // version
  content.writeUInt8(header.readUInt8(9), 1); // channels
  content.writeUInt16BE(header.readUInt16LE(10), 2); // pre-skip
  // The rate of the input, which nobody needs: Chromium refuses a header in which it is not the track's own.
  content.writeUInt32BE(OPUS_SAMPLE_RATE, 4);
  content.writeInt16BE(header.readInt16LE(16), 8); // output gain
  content.writeUInt8(0, 10); // channel mapping family
  return content;
}

/** Samples at 48 kHz that a packet decodes to, RFC 6716 section 3.1. Null if it is no packet. */
export function opusPacketSamples(packet: Buffer): number | null {
  const toc = packet[0];
  if (toc === undefined) return null;
  const frameSamples = FRAME_SAMPLES[toc >> 3] ?? 0;
  const code = toc & 3;
  const frames = code === 3 ? (packet[1] ?? 0) & 63 : code === 0 ? 1 : 2;
  const samples = frames * frameSamples;
  return samples > 0 && samples <= MOST_SAMPLES_PER_PACKET ? samples : null;
}
