import { parseOpusHead } from '../codecs/opus.ts';
import { vp9Config } from '../codecs/vp9.ts';
import { parseAvcConfig } from '../flv/avc.ts';
import {
  type AudioConfig,
  type MediaFrame,
  UnsupportedMediaError,
  type VideoConfig,
} from '../shared/media.ts';
import { IngestError } from './ingest-error.ts';

/**
 * How a browser publishes over one WebSocket.
 *
 * The first message is text, `{"version":1,"publish":"<ticket or stream key>"}`; the answer is the text
 * `{"event":"publishing"}`, or a close code (`ingestCloseCodes`). Every message after that is binary:
 *
 * | bytes | field |
 * |---|---|
 * | 1 | version, 1 |
 * | 1 | track: 1 picture (H.264 or VP9), 2 sound (Opus), 3 a JPEG of the show for those who do not watch it yet |
 * | 1 | flags: 1 key frame, 2 codec configuration; the others 0 |
 * | 4 | decoding time in milliseconds, modulo 2^32, big endian |
 * | 2 | presentation time minus decoding time in milliseconds, signed, big endian |
 * | rest | payload |
 *
 * The payload of a configuration begins with four letters: `avc1`, then the AVCDecoderConfigurationRecord (frames are
 * then NAL units with lengths of 4 bytes); `vp09`, then width and height (2 bytes each) and the codec string of
 * WebCodecs; `Opus`, then the identification header of RFC 7845 section 5.1. A configuration comes before the first
 * frame of its track, and again when it changes. The picture wants a key frame every second.
 */
export type IngestMessage =
  | { kind: 'config'; config: VideoConfig | AudioConfig }
  | { kind: 'frame'; frame: MediaFrame }
  | { kind: 'still'; jpeg: Buffer };

const VERSION = 1;
const HEADER_BYTES = 9;
const tracks = { 1: 'video', 2: 'audio', 3: 'still' } as const;
const flag = { key: 1, config: 2 } as const;

/** The ticket or stream key of the first message. Throws `IngestError`. */
export function parseHello(text: string): string {
  let hello: unknown;
  try {
    hello = JSON.parse(text);
  } catch {
    throw new IngestError('bad_message', 'the first message is no JSON');
  }
  if (typeof hello !== 'object' || hello === null || !('version' in hello) || !('publish' in hello)) {
    throw new IngestError('bad_message', 'the first message names no version and no ticket');
  }
  if (hello.version !== VERSION)
    throw new IngestError('bad_message', `only version ${VERSION} is spoken here`);
  if (typeof hello.publish !== 'string' || !/^[\w-]{1,128}$/.test(hello.publish)) {
    throw new IngestError('unauthorized', 'the ticket is not valid');
  }
  return hello.publish;
}

/** Throws `IngestError` when it is no message of this protocol, `UnsupportedMediaError` for what cannot be played. */
export function parseIngestMessage(message: Buffer): IngestMessage {
  if (message.length <= HEADER_BYTES) throw new IngestError('bad_message', `${message.length} bytes`);
  if (message[0] !== VERSION) throw new IngestError('bad_message', `version ${message[0]}`);
  const track = tracks[message[1] as keyof typeof tracks];
  const flags = message.readUInt8(2);
  if (!track || flags > (flag.key | flag.config)) {
    throw new IngestError('bad_message', `track ${message[1]} with flags ${flags}`);
  }
  const payload = message.subarray(HEADER_BYTES);
  if (track === 'still') return { kind: 'still', jpeg: payload };
  if (flags & flag.config) return { kind: 'config', config: parseConfig(track, payload) };
  return {
    kind: 'frame',
    frame: {
      track,
      timestampMs: message.readUInt32BE(3),
      compositionOffsetMs: message.readInt16BE(7),
      isKeyFrame: track === 'audio' || (flags & flag.key) !== 0,
      data: payload,
    },
  };
}

function parseConfig(track: 'video' | 'audio', payload: Buffer): VideoConfig | AudioConfig {
  const codec = payload.toString('latin1', 0, 4).replace(/[^ -~]/g, '?');
  const record = payload.subarray(4);
  if (track === 'audio' && codec === 'Opus') return parseOpusHead(record);
  if (track === 'video' && codec === 'avc1') return parseAvcConfig(record);
  if (track === 'video' && codec === 'vp09' && record.length > 4) {
    return vp9Config({
      width: record.readUInt16BE(0),
      height: record.readUInt16BE(2),
      codec: record.toString('latin1', 4, 64),
    });
  }
  throw new UnsupportedMediaError(`${track} codec ${codec}: only avc1, vp09 and Opus are accepted`);
}
