import { type AmfObject, encodeAmf } from './amf0.ts';

/** Message type ids, RTMP specification 1.0, sections 5.4 and 7.1. */
export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  commandAmf3: 17,
  data: 18,
  commandAmf0: 20,
} as const;

/** User control events, section 7.1.7. */
export const userControl = { streamBegin: 0, pingRequest: 6, pingResponse: 7 } as const;

/** Chunk streams we write on: control is fixed at 2 (section 5.4), the others are a convention. */
export const chunkStream = { control: 2, command: 3, audio: 4, video: 6 } as const;

/** The one message stream of a connection that publishes. */
export const publishStreamId = 1;

export function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value >>> 0);
  return out;
}

export function userControlBody(event: number, value: number): Buffer {
  const out = Buffer.alloc(6);
  out.writeUInt16BE(event);
  out.writeUInt32BE(value >>> 0, 2);
  return out;
}

/** The information object of `onStatus` and `_result` (section 7.2.2). */
export function statusInfo(level: 'status' | 'error', code: string, description: string): AmfObject {
  return { level, code, description };
}

export function onStatus(level: 'status' | 'error', code: string, description: string): Buffer {
  return encodeAmf('onStatus', 0, null, statusInfo(level, code, description));
}
