import { parseOpusHead } from '../codecs/opus.ts';
import { type AudioConfig, type MediaSink, UnsupportedMediaError } from '../shared/media.ts';
import { parseAacConfig } from './aac.ts';
import { parseAvcConfig } from './avc.ts';
import { type EnhancedTag, enhancedPacket, printable, readEnhancedTag } from './enhanced.ts';

/** Adobe Flash Video File Format 10.1, annex E.4.2 and E.4.3. */
const AVC = 7;
const AAC = 10;
/** The sound format that announces an enhanced audio tag. */
const ENHANCED_AUDIO = 9;
const frameType = { key: 1, command: 5 } as const;
const packetType = { sequenceHeader: 0, coded: 1 } as const;
/** The first bit of an enhanced video tag. */
const ENHANCED_VIDEO = 0x80;

/** What a sequence start of enhanced audio carries, by its FourCC. */
const audioConfigs: Readonly<Record<string, (record: Buffer) => AudioConfig>> = {
  mp4a: parseAacConfig,
  Opus: parseOpusHead,
};

/**
 * Unpacks the bodies of FLV audio and video tags, which are also the RTMP media messages, in their first form and in
 * that of enhanced RTMP. Frames before their configuration are dropped, as nothing could decode them. Throws
 * `UnsupportedMediaError`.
 */
export class FlvDemuxer {
  readonly #sink: MediaSink;
  #videoConfig: Buffer | null = null;
  #audioConfig: Buffer | null = null;

  constructor(sink: MediaSink) {
    this.#sink = sink;
  }

  tag(kind: 'audio' | 'video', timestampMs: number, body: Buffer): void {
    if (body.length === 0) return;
    if (kind === 'video') this.#video(timestampMs, body);
    else this.#audio(timestampMs, body);
  }

  #video(timestampMs: number, body: Buffer): void {
    const first = body[0] ?? 0;
    const isEnhanced = (first & ENHANCED_VIDEO) !== 0;
    const type = (first >> 4) & (isEnhanced ? 7 : 15);
    if (type === frameType.command) return;
    if (isEnhanced) {
      const tag = readEnhancedTag('video', body);
      if (tag) this.#enhancedVideo(timestampMs, type === frameType.key, tag);
      return;
    }
    if ((first & 15) !== AVC)
      throw new UnsupportedMediaError(`FLV video codec ${first & 15}: only H.264 is accepted`);
    if (body.length < 5) return;
    if (body[1] === packetType.sequenceHeader) this.#configureVideo(body.subarray(5));
    else if (body[1] === packetType.coded)
      this.#videoFrame(timestampMs, body.readIntBE(2, 3), type === frameType.key, body.subarray(5));
  }

  #enhancedVideo(
    timestampMs: number,
    isKeyFrame: boolean,
    { packetType, fourCc, payload }: EnhancedTag,
  ): void {
    if (fourCc !== 'avc1')
      throw new UnsupportedMediaError(`video codec ${printable(fourCc)}: only H.264 is accepted`);
    if (packetType === enhancedPacket.sequenceStart) this.#configureVideo(payload);
    else if (packetType === enhancedPacket.codedFrames && payload.length >= 3)
      this.#videoFrame(timestampMs, payload.readIntBE(0, 3), isKeyFrame, payload.subarray(3));
    else if (packetType === enhancedPacket.codedFramesX)
      this.#videoFrame(timestampMs, 0, isKeyFrame, payload);
  }

  #configureVideo(record: Buffer): void {
    // Some encoders repeat it with every key frame.
    if (this.#videoConfig?.equals(record)) return;
    this.#sink.videoConfig(parseAvcConfig(record));
    this.#videoConfig = Buffer.from(record);
  }

  #videoFrame(timestampMs: number, compositionOffsetMs: number, isKeyFrame: boolean, data: Buffer): void {
    if (!this.#videoConfig || data.length === 0) return;
    this.#sink.frame({ track: 'video', timestampMs, compositionOffsetMs, isKeyFrame, data });
  }

  #audio(timestampMs: number, body: Buffer): void {
    const format = (body[0] ?? 0) >> 4;
    if (format === ENHANCED_AUDIO) {
      const tag = readEnhancedTag('audio', body);
      if (tag) this.#enhancedAudio(timestampMs, tag);
      return;
    }
    if (format !== AAC) throw new UnsupportedMediaError(`FLV audio codec ${format}: only AAC is accepted`);
    if (body.length < 3) return;
    if (body[1] === packetType.sequenceHeader) this.#configureAudio(body.subarray(2), parseAacConfig);
    else if (body[1] === packetType.coded) this.#audioFrame(timestampMs, body.subarray(2));
  }

  #enhancedAudio(timestampMs: number, { packetType, fourCc, payload }: EnhancedTag): void {
    const parse = Object.hasOwn(audioConfigs, fourCc) ? audioConfigs[fourCc] : undefined;
    if (!parse)
      throw new UnsupportedMediaError(`audio codec ${printable(fourCc)}: only AAC and Opus are accepted`);
    if (packetType === enhancedPacket.sequenceStart) this.#configureAudio(payload, parse);
    else if (packetType === enhancedPacket.codedFrames) this.#audioFrame(timestampMs, payload);
  }

  #configureAudio(record: Buffer, parse: (record: Buffer) => AudioConfig): void {
    if (this.#audioConfig?.equals(record)) return;
    this.#sink.audioConfig(parse(record));
    this.#audioConfig = Buffer.from(record);
  }

  #audioFrame(timestampMs: number, data: Buffer): void {
    if (!this.#audioConfig || data.length === 0) return;
    this.#sink.frame({ track: 'audio', timestampMs, compositionOffsetMs: 0, isKeyFrame: true, data });
  }
}
