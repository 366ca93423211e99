/** One RTMP message, whole. */
export interface RtmpMessage {
  type: number;
  /** Milliseconds modulo 2^32. */
  timestampMs: number;
  messageStreamId: number;
  payload: Buffer;
}

const EXTENDED_TIMESTAMP = 0xffffff;

/**
 * Cuts a message into chunks: one type 0 header, then type 3 headers (RTMP specification 1.0, section 5.3.1).
 * `chunkStreamId` is 2..63.
 */
export function encodeChunks(message: RtmpMessage, chunkStreamId: number, chunkSize: number): Buffer {
  const { payload } = message;
  const timestamp = message.timestampMs >>> 0;
  const isExtended = timestamp >= EXTENDED_TIMESTAMP;
  const extensionBytes = isExtended ? 4 : 0;
  const chunkCount = Math.max(1, Math.ceil(payload.length / chunkSize));
  const out = Buffer.allocUnsafe(
    12 + extensionBytes + payload.length + (chunkCount - 1) * (1 + extensionBytes),
  );

  out[0] = chunkStreamId;
  out.writeUIntBE(isExtended ? EXTENDED_TIMESTAMP : timestamp, 1, 3);
  out.writeUIntBE(payload.length, 4, 3);
  out[7] = message.type;
  out.writeUInt32LE(message.messageStreamId, 8);
  let at = 12;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    if (chunk > 0) out[at++] = 0xc0 | chunkStreamId;
    if (isExtended) at = out.writeUInt32BE(timestamp, at);
    at += payload.copy(out, at, chunk * chunkSize, (chunk + 1) * chunkSize);
  }
  return out;
}
