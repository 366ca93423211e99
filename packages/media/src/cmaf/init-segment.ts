import type { AudioConfig, VideoConfig } from '../shared/media.ts';
import { box, fullBox, uint8, uint16, uint32, zeros } from './box.ts';

export const videoTrackId = 1;
export const audioTrackId = 2;
/** Ticks per second of the video track; audio counts in its own samples. */
export const videoTimescale = 90_000;

const UNITY_MATRIX = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const UNDETERMINED_LANGUAGE = 0x55c4;

/**
 * The header that a player needs before any fragment (ISO/IEC 14496-12 section 8.16): one `moov` with the
 * tracks there are, without samples. H.264 (ISO/IEC 14496-15), VP9 ("VP Codec ISO Media File Format Binding"), AAC
 * (ISO/IEC 14496-14) and Opus ("Encapsulation of Opus in ISO Base Media File Format").
 */
export function encodeInitSegment(video: VideoConfig | null, audio: AudioConfig | null): Buffer {
  const tracks: Buffer[] = [];
  const extensions: Buffer[] = [];
  if (video) {
    tracks.push(videoTrack(video));
    extensions.push(trackExtends(videoTrackId));
  }
  if (audio) {
    tracks.push(audioTrack(audio));
    extensions.push(trackExtends(audioTrackId));
  }
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), uint32(0), Buffer.from('iso6mp41')),
    box('moov', movieHeader(), ...tracks, box('mvex', ...extensions)),
  ]);
}

function movieHeader(): Buffer {
  return fullBox(
    'mvhd',
    0,
    0,
    uint32(0, 0, 1_000, 0), // created, modified, timescale, duration
    uint32(0x10000), // rate 1.0
    uint16(0x100), // volume 1.0
    zeros(10),
    UNITY_MATRIX,
    zeros(24),
    uint32(3), // next track id
  );
}

function trackExtends(trackId: number): Buffer {
  return fullBox('trex', 0, 0, uint32(trackId, 1, 0, 0, 0));
}

function videoTrack(config: VideoConfig): Buffer {
  const { width, height } = config;
  const isVp9 = config.codec.startsWith('vp09.');
  const entry = box(
    isVp9 ? 'vp09' : 'avc1',
    zeros(6),
    uint16(1), // data reference
    zeros(16),
    uint16(width, height),
    uint32(0x480000, 0x480000), // 72 dpi
    zeros(4),
    uint16(1), // frames per sample
    zeros(32), // compressor name
    uint16(24, 0xffff), // depth, no colour table
    isVp9 ? fullBox('vpcC', 1, 0, config.decoderConfig) : box('avcC', config.decoderConfig),
  );
  return track({
    trackId: videoTrackId,
    timescale: videoTimescale,
    handler: 'vide',
    mediaHeader: fullBox('vmhd', 0, 1, zeros(8)),
    entry,
    volume: 0,
    size: uint32(width * 0x10000, height * 0x10000),
  });
}

function audioTrack(config: AudioConfig): Buffer {
  const isOpus = config.codec === 'opus';
  const entry = box(
    isOpus ? 'Opus' : 'mp4a',
    zeros(6),
    uint16(1), // data reference
    zeros(8),
    uint16(config.channels, 16), // channels, bits per sample
    zeros(4),
    uint16(Math.min(config.sampleRate, 0xffff), 0), // 16.16 fixed point
    isOpus ? box('dOps', config.decoderConfig) : elementaryStreamDescriptor(config.decoderConfig),
  );
  return track({
    trackId: audioTrackId,
    timescale: config.sampleRate,
    handler: 'soun',
    mediaHeader: fullBox('smhd', 0, 0, zeros(4)),
    entry,
    volume: 0x100,
    size: uint32(0, 0),
  });
}

/** ISO/IEC 14496-14 section 5.6; descriptors of ISO/IEC 14496-1 section 7.2.6. */
function elementaryStreamDescriptor(decoderSpecificInfo: Buffer): Buffer {
  const decoderConfig = descriptor(
    4,
    uint8(0x40, 0x15), // MPEG-4 audio, audio stream
    zeros(11), // buffer size and bit rates: unknown
    descriptor(5, decoderSpecificInfo),
  );
  const slConfig = descriptor(6, uint8(2));
  return fullBox('esds', 0, 0, descriptor(3, uint16(0), uint8(0), decoderConfig, slConfig));
}

function descriptor(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([uint8(tag, 0x80, 0x80, 0x80, content.length), content]);
}

interface TrackFields {
  trackId: number;
  timescale: number;
  handler: 'vide' | 'soun';
  mediaHeader: Buffer;
  entry: Buffer;
  volume: number;
  size: Buffer;
}

function track(fields: TrackFields): Buffer {
  const header = fullBox(
    'tkhd',
    0,
    3, // enabled, in the movie
    uint32(0, 0, fields.trackId, 0, 0), // created, modified, id, reserved, duration
    zeros(8),
    uint16(0, 0, fields.volume, 0), // layer, alternate group, volume, reserved
    UNITY_MATRIX,
    fields.size,
  );
  const mediaHeader = fullBox(
    'mdhd',
    0,
    0,
    uint32(0, 0, fields.timescale, 0),
    uint16(UNDETERMINED_LANGUAGE, 0),
  );
  const handler = fullBox('hdlr', 0, 0, zeros(4), Buffer.from(fields.handler), zeros(12), uint8(0));
  const dataInformation = box('dinf', fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, 1)));
  const sampleTable = box(
    'stbl',
    fullBox('stsd', 0, 0, uint32(1), fields.entry),
    fullBox('stts', 0, 0, uint32(0)),
    fullBox('stsc', 0, 0, uint32(0)),
    fullBox('stsz', 0, 0, uint32(0, 0)),
    fullBox('stco', 0, 0, uint32(0)),
  );
  const information = box('minf', fields.mediaHeader, dataInformation, sampleTable);
  return box('trak', header, box('mdia', mediaHeader, handler, information));
}
