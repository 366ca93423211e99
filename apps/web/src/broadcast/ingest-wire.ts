/** How a browser speaks to `/ingest`; the other end and the description are in packages/media (`IngestMessage`). */

const VERSION = 1;
const HEADER_BYTES = 9;
export const track = { picture: 1, sound: 2, still: 3 } as const;
const flag = { key: 1, config: 2 } as const;

/** Close codes after which another try is of no use, or of another kind. */
export const closeCode = {
  badMessage: 4400,
  unauthorized: 4401,
  alreadyPublishing: 4409,
  messageTooLong: 4413,
  unsupportedMedia: 4415,
} as const;

export function encodeHello(ticket: string): string {
  return JSON.stringify({ version: VERSION, publish: ticket });
}

/** `timeMs` on one clock for picture and sound. WebCodecs encodes without reordering: both times of a frame are one. */
export function encodeFrame(
  kind: (typeof track)['picture' | 'sound'],
  timeMs: number,
  isKey: boolean,
  byteLength: number,
  copyTo: (payload: Uint8Array) => void,
): Uint8Array<ArrayBuffer> {
  const message = withHeader(kind, isKey ? flag.key : 0, timeMs, byteLength);
  copyTo(message.subarray(HEADER_BYTES));
  return message;
}

export function encodeStill(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = withHeader(track.still, 0, 0, jpeg.length);
  message.set(jpeg, HEADER_BYTES);
  return message;
}

/** `description`: what the encoder hands out with its first chunk. */
export function encodeVideoConfig(
  { codec, description }: { codec: string; description?: Uint8Array },
  size: { width: number; height: number },
): Uint8Array<ArrayBuffer> | null {
  if (codec.startsWith('avc')) return description ? config(track.picture, 'avc1', description) : null;
  const name = new TextEncoder().encode(codec);
  const record = new Uint8Array(4 + name.length);
  new DataView(record.buffer).setUint16(0, size.width);
  new DataView(record.buffer).setUint16(2, size.height);
  record.set(name, 4);
  return config(track.picture, 'vp09', record);
}

export function encodeAudioConfig(identificationHeader: Uint8Array): Uint8Array<ArrayBuffer> {
  return config(track.sound, 'Opus', identificationHeader);
}

function config(kind: number, codec: string, record: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = withHeader(kind, flag.config, 0, 4 + record.length);
  message.set(new TextEncoder().encode(codec), HEADER_BYTES);
  message.set(record, HEADER_BYTES + 4);
  return message;
}

function withHeader(kind: number, flags: number, timeMs: number, payloadBytes: number) {
  const message = new Uint8Array(HEADER_BYTES + payloadBytes);
  const view = new DataView(message.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, kind);
  view.setUint8(2, flags);
  view.setUint32(3, Math.round(timeMs) >>> 0);
  return message;
}
