import { UnsupportedMediaError } from '../shared/media.ts';

/** Enhanced RTMP version 2, "Extended VideoTagHeader" and "Extended AudioTagHeader": what both packet types share. */
export const enhancedPacket = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  /** Video alone: coded frames without a composition time, which is zero. */
  codedFramesX: 3,
  /** Video: colour information. Audio: the layout of channels. Neither changes what is packaged. */
  metadata: 4,
} as const;

/** Packet types that stand before another one, or instead of it. */
const multitrack = { video: 6, audio: 5 } as const;
const modifierExtension = 7;
/** More prefixes in front of one packet than any encoder has a use for. */
const MOST_PREFIXES = 4;

/** The FourCCs that this server packages; they are answered to an encoder that names its own with `connect`. */
export const acceptedFourCcs = { video: ['avc1'], audio: ['mp4a', 'Opus'] } as const;

export interface EnhancedTag {
  packetType: number;
  fourCc: string;
  payload: Buffer;
}

/**
 * Reads the header of an enhanced tag, whose first byte ends with the packet type. Null if it is cut short. Throws
 * `UnsupportedMediaError` on several tracks in one tag.
 */
export function readEnhancedTag(kind: 'audio' | 'video', body: Buffer): EnhancedTag | null {
  let packetType = (body[0] ?? 0) & 15;
  let at = 1;
  for (let prefixes = 0; packetType === modifierExtension; prefixes++) {
    const end = modifierEnd(body, at);
    if (end === null || prefixes === MOST_PREFIXES) return null;
    packetType = (body[end] ?? 0) & 15;
    at = end + 1;
  }
  if (packetType === multitrack[kind]) {
    throw new UnsupportedMediaError(`several ${kind} tracks in one stream: only one is accepted`);
  }
  if (body.length < at + 4) return null;
  return { packetType, fourCc: body.toString('latin1', at, at + 4), payload: body.subarray(at + 4) };
}

/** A modifier is its length less one in a byte, or 255 and then in two; then its data, then its kind. */
function modifierEnd(body: Buffer, at: number): number | null {
  if (body.length < at + 4) return null;
  const short = body.readUInt8(at) + 1;
  const end = short < 256 ? at + 1 + short : at + 3 + body.readUInt16BE(at + 1) + 1;
  return end < body.length ? end : null;
}

/** As it may stand in a status and in a log. */
export function printable(fourCc: string): string {
  return fourCc.replace(/[^ -~]/g, '?');
}
