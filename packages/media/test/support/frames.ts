import { parseOpusHead } from '../../src/codecs/opus.ts';
import { parseAacConfig } from '../../src/flv/aac.ts';
import { parseAvcConfig } from '../../src/flv/avc.ts';
import type { AudioConfig, MediaFrame, VideoConfig } from '../../src/shared/media.ts';

/** 1280x720 Main, 320x180 High: records as encoders write them. */
export const mainProfile720p =
  '014d401fffe10019674d401feca02802dd80880000030008000003019078c18cb001000568ebe3cb20';
export const highProfile180p =
  '0164000cffe1001a6764000cacd941419f9f011000000300100000030320f142996001000668ebe3cb22c0';

export function aVideoConfig(record = mainProfile720p): VideoConfig {
  return parseAvcConfig(Buffer.from(record, 'hex'));
}

/** AAC-LC: 48 kHz stereo unless told otherwise. */
export function anAudioConfig(asc = '1190'): AudioConfig {
  return parseAacConfig(Buffer.from(asc, 'hex'));
}

export interface VideoPattern {
  framesPerSecond: number;
  /** Frames from key frame to key frame. */
  gop?: number;
  /** Presentation minus decoding, by position in the cycle. */
  compositionOffsetsMs?: number[];
  startMs?: number;
}

let serial = 0;

/** A frame whose bytes tell it from every other. */
export function aFrame(fields: Partial<MediaFrame> & { timestampMs: number }): MediaFrame {
  const data = Buffer.alloc(12);
  data.writeUInt32BE(8, 0);
  data.writeUInt32BE(++serial, 4);
  return { track: 'video', compositionOffsetMs: 0, isKeyFrame: false, data, ...fields };
}

/** Timestamps rounded to milliseconds, as FLV has them. */
export function videoFrames(count: number, pattern: VideoPattern): MediaFrame[] {
  const {
    framesPerSecond,
    gop = Math.round(framesPerSecond),
    compositionOffsetsMs = [0],
    startMs = 0,
  } = pattern;
  return Array.from({ length: count }, (_, i) =>
    aFrame({
      timestampMs: (startMs + Math.round((i * 1_000) / framesPerSecond)) >>> 0,
      isKeyFrame: i % gop === 0,
      compositionOffsetMs: compositionOffsetsMs[i % compositionOffsetsMs.length] ?? 0,
    }),
  );
}

export function audioFrames(count: number, config: AudioConfig, startMs = 0, clockError = 1): MediaFrame[] {
  const frameMs = (config.samplesPerFrame * 1_000) / config.sampleRate;
  return Array.from({ length: count }, (_, i) =>
    aFrame({
      track: 'audio',
      isKeyFrame: true,
      timestampMs: (startMs + Math.round(i * frameMs * clockError)) >>> 0,
    }),
  );
}

/** Both tracks in order of time, as a muxer sends them; audio first at the same time. */
export function interleave(...tracks: MediaFrame[][]): MediaFrame[] {
  const rank = (frame: MediaFrame) => frame.timestampMs - (frame.track === 'audio' ? 0.5 : 0);
  return tracks.flat().sort((a, b) => rank(a) - rank(b));
}

/** 48 kHz stereo, as a browser encodes it. */
export function anOpusConfig(): AudioConfig {
  return parseOpusHead(Buffer.from('4f707573486561640102380180bb0000000000', 'hex'));
}

/** Opus packets of 20 ms (or of what the first byte says) that can be told apart. */
export function opusFrames(
  count: number,
  { firstByte = 0xfc, frameMs = 20, startMs = 0 } = {},
): MediaFrame[] {
  return Array.from({ length: count }, (_, i) => {
    const frame = aFrame({ track: 'audio', isKeyFrame: true, timestampMs: startMs + i * frameMs });
    return { ...frame, data: Buffer.concat([Buffer.of(firstByte), frame.data]) };
  });
}
