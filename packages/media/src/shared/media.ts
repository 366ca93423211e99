/**
 * What an ingest knows of its video track. `decoderConfig` is the AVCDecoderConfigurationRecord, or the content of
 * `vpcC`.
 */
export interface VideoConfig {
  kind: 'video';
  /** RFC 6381, for example `avc1.64001f` or `vp09.00.31.08`. */
  codec: string;
  /** Displayed size, cropping applied, in pixels. */
  width: number;
  height: number;
  decoderConfig: Buffer;
}

/** What an ingest knows of its audio track. `decoderConfig` is the AudioSpecificConfig, or the content of `dOps`. */
export interface AudioConfig {
  kind: 'audio';
  /** RFC 6381, `mp4a.40.2` and its like, or `opus`. */
  codec: string;
  sampleRate: number;
  channels: number;
  /** Samples (per channel, at `sampleRate`) that one frame decodes to; of Opus, usually. */
  samplesPerFrame: number;
  decoderConfig: Buffer;
}

export type TrackKind = 'video' | 'audio';

/** One coded frame as its publisher stamped it. */
export interface MediaFrame {
  track: TrackKind;
  /** Decoding time in milliseconds on the publisher's clock, modulo 2^32. */
  timestampMs: number;
  /** Presentation time minus decoding time, in milliseconds; not zero with B-frames. */
  compositionOffsetMs: number;
  isKeyFrame: boolean;
  /** Lent for the call that hands the frame over: its memory may be used for the next one. */
  data: Buffer;
}

/** Where an ingest of any kind (RTMP today) delivers what it unpacked, in order of arrival. */
export interface MediaSink {
  videoConfig(config: VideoConfig): void;
  audioConfig(config: AudioConfig): void;
  frame(frame: MediaFrame): void;
}

/**
 * A publisher sent something that is well framed but not playable here: an unsupported codec, a broken
 * configuration record. The message says what was found and what is accepted.
 */
export class UnsupportedMediaError extends Error {
  override readonly name = 'UnsupportedMediaError';
}
