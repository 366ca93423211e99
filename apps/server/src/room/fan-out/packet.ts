/** One event as it goes over the wire, encoded once for a whole room. */
export interface Packet {
  /** Socket.IO packet for the fallback path: `2/streams,["new_message",{...}]`. */
  readonly text: string;
  /** The same as a complete WebSocket frame. */
  readonly frame: Buffer;
  /** Durable events reach every member or cut it; lossy ones are skipped for a slow member. */
  readonly isDurable: boolean;
}

/** Socket.IO protocol v5: packet type 2 is EVENT; Engine.IO protocol v4: a leading 4 is a message. */
export function eventPacket(namespace: string, event: string, payload: object, isDurable: boolean): Packet {
  const text = `2${namespace},${JSON.stringify([event, payload])}`;
  return { text, frame: textFrame(`4${text}`), isDurable };
}

/** A whole, unmasked text message in one WebSocket frame (RFC 6455 section 5.2), as servers send them. */
export function textFrame(text: string): Buffer {
  const byteCount = Buffer.byteLength(text);
  const headerBytes = byteCount < 126 ? 2 : byteCount < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + byteCount);
  frame.writeUInt8(0x81, 0);
  if (headerBytes === 2) {
    frame.writeUInt8(byteCount, 1);
  } else if (headerBytes === 4) {
    frame.writeUInt8(126, 1);
    frame.writeUInt16BE(byteCount, 2);
  } else {
    frame.writeUInt8(127, 1);
    frame.writeBigUInt64BE(BigInt(byteCount), 2);
  }
  frame.write(text, headerBytes);
  return frame;
}
