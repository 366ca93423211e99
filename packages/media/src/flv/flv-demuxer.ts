import { type MediaSink, UnsupportedMediaError } from '../shared/media.ts';
import { parseAacConfig } from './aac.ts';
import { parseAvcConfig } from './avc.ts';

/** Adobe Flash Video File Format 10.1, annex E.4.2 and E.4.3. */
const AVC = 7;
const AAC = 10;
const frameType = { key: 1, command: 5 } as const;
const packetType = { sequenceHeader: 0, coded: 1 } as const;
/** The first bit of a video tag in the enhanced RTMP specification. */
const ENHANCED = 0x80;

/**
 * Unpacks the bodies of FLV audio and video tags, which are also the RTMP media messages. Frames before
 * their configuration are dropped, as nothing could decode them. Throws `UnsupportedMediaError`.
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
    if (first & ENHANCED) {
      throw new UnsupportedMediaError(
        `video codec ${printable(body.subarray(1, 5))}: only H.264 is accepted`,
      );
    }
    const type = first >> 4;
    if (type === frameType.command) return;
    if ((first & 15) !== AVC)
      throw new UnsupportedMediaError(`FLV video codec ${first & 15}: only H.264 is accepted`);
    if (body.length < 5) return;
    if (body[1] === packetType.sequenceHeader) {
      const record = body.subarray(5);
      // Some encoders repeat it with every key frame.
      if (this.#videoConfig?.equals(record)) return;
      this.#sink.videoConfig(parseAvcConfig(record));
      this.#videoConfig = Buffer.from(record);
    } else if (body[1] === packetType.coded && this.#videoConfig && body.length > 5) {
      this.#sink.frame({
        track: 'video',
        timestampMs,
        compositionOffsetMs: body.readIntBE(2, 3),
        isKeyFrame: type === frameType.key,
        data: body.subarray(5),
      });
    }
  }

  #audio(timestampMs: number, body: Buffer): void {
    const format = (body[0] ?? 0) >> 4;
    if (format !== AAC) throw new UnsupportedMediaError(`FLV audio codec ${format}: only AAC is accepted`);
    if (body.length < 3) return;
    const payload = body.subarray(2);
    if (body[1] === packetType.sequenceHeader) {
      if (this.#audioConfig?.equals(payload)) return;
      this.#sink.audioConfig(parseAacConfig(payload));
      this.#audioConfig = Buffer.from(payload);
    } else if (body[1] === packetType.coded && this.#audioConfig) {
      this.#sink.frame({
        track: 'audio',
        timestampMs,
        compositionOffsetMs: 0,
        isKeyFrame: true,
        data: payload,
      });
    }
  }
}

function printable(fourCc: Buffer): string {
  return fourCc.toString('latin1').replace(/[^ -~]/g, '?');
}
