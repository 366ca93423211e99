const packetBytes = 188;
const metadataPid = 0x102;

/**
 * Puts texts into an MPEG-TS segment, at its first picture, as ID3 tags in a stream of their own
 * (developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/HTTP_Live_Streaming_Metadata_Spec).
 * The segment stays as it is when it is none that ffmpeg makes.
 */
export function withMetadata(segment: Buffer, texts: readonly string[]): Buffer {
  const pts = firstPts(segment);
  const pmtPid = pmtPidOf(segment);
  if (pts === null || pmtPid === null || texts.length === 0) return segment;
  const packets: Buffer[] = [];
  let isInserted = false;
  for (let at = 0; at + packetBytes <= segment.length; at += packetBytes) {
    const packet = segment.subarray(at, at + packetBytes);
    const isPmt = pidOf(packet) === pmtPid;
    packets.push(isPmt ? announced(packet) : packet);
    if (!isPmt || isInserted) continue;
    isInserted = true;
    packets.push(...texts.flatMap((text, index) => tsPackets(pesOf(id3Of(text), pts), index)));
  }
  return Buffer.concat(packets);
}

const pidOf = (packet: Buffer) => packet.readUInt16BE(1) & 0x1fff;
const startsUnit = (packet: Buffer) => (packet.readUInt8(1) & 0x40) !== 0;

/** Where a packet's payload begins. */
function payloadAt(packet: Buffer): number {
  const hasAdaptation = (packet.readUInt8(3) & 0x20) !== 0;
  return hasAdaptation ? 5 + packet.readUInt8(4) : 4;
}

function pmtPidOf(segment: Buffer): number | null {
  for (let at = 0; at + packetBytes <= segment.length; at += packetBytes) {
    const packet = segment.subarray(at, at + packetBytes);
    if (pidOf(packet) !== 0) continue;
    const section = payloadAt(packet) + 1;
    return packet.readUInt16BE(section + 10) & 0x1fff;
  }
  return null;
}

/** In 90 kHz: of the first picture. */
function firstPts(segment: Buffer): bigint | null {
  for (let at = 0; at + packetBytes <= segment.length; at += packetBytes) {
    const packet = segment.subarray(at, at + packetBytes);
    const pes = payloadAt(packet);
    if (!startsUnit(packet) || pes + 14 > packetBytes || packet.readUIntBE(pes, 3) !== 1) continue;
    if ((packet.readUInt8(pes + 3) & 0xf0) !== 0xe0 || (packet.readUInt8(pes + 7) & 0x80) === 0) continue;
    const high = BigInt(packet.readUInt8(pes + 9) >> 1) & 7n;
    const middle = BigInt(packet.readUInt16BE(pes + 10) >> 1);
    const low = BigInt(packet.readUInt16BE(pes + 12) >> 1);
    return (high << 30n) | (middle << 15n) | low;
  }
  return null;
}

/** The program map with the stream of metadata in it. */
function announced(packet: Buffer): Buffer {
  const section = payloadAt(packet) + 1 + packet.readUInt8(payloadAt(packet));
  const sectionLength = packet.readUInt16BE(section + 1) & 0xfff;
  const infoLength = packet.readUInt16BE(section + 10) & 0xfff;
  const head = Buffer.from(packet.subarray(section, section + 12));
  const info = packet.subarray(section + 12, section + 12 + infoLength);
  const streams = packet.subarray(section + 12 + infoLength, section + 3 + sectionLength - 4);
  const format = Buffer.from([0xff, 0xff, 0x49, 0x44, 0x33, 0x20, 0xff, 0x49, 0x44, 0x33, 0x20, 0x00]);
  const pointer = Buffer.concat([Buffer.from([0x25, 15]), format, Buffer.from([0x1f, 0x00, 0x01])]);
  const descriptor = Buffer.concat([Buffer.from([0x26, 13]), format, Buffer.from([0x0f])]);
  const stream = Buffer.concat([Buffer.from([0x15, 0xe1, 0x02, 0xf0, descriptor.length]), descriptor]);
  head.writeUInt16BE(0xf000 | (infoLength + pointer.length), 10);
  head.writeUInt16BE(0xb000 | (sectionLength + pointer.length + stream.length), 1);
  const body = Buffer.concat([head, info, pointer, streams, stream]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32Mpeg(body));
  const whole = Buffer.alloc(packetBytes, 0xff);
  packet.copy(whole, 0, 0, section);
  Buffer.concat([body, crc]).copy(whole, section);
  return whole;
}

/** ID3v2.4 with one TXXX frame (id3.org/id3v2.4.0-structure). */
function id3Of(text: string): Buffer {
  const content = Buffer.concat([Buffer.from([3, 0]), Buffer.from(text, 'utf8')]);
  const frame = Buffer.concat([Buffer.from('TXXX'), synchsafe(content.length), Buffer.from([0, 0]), content]);
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0]), synchsafe(frame.length), frame]);
}

function synchsafe(value: number): Buffer {
  return Buffer.from([21, 14, 7, 0].map((shift) => (value >> shift) & 0x7f));
}

function pesOf(content: Buffer, pts: bigint): Buffer {
  const head = Buffer.from([0, 0, 1, 0xbd, 0, 0, 0x84, 0x80, 5, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(content.length + 8, 4);
  head.writeUInt8(0x21 | (Number((pts >> 30n) & 7n) << 1), 9);
  head.writeUInt16BE((Number((pts >> 15n) & 0x7fffn) << 1) | 1, 10);
  head.writeUInt16BE((Number(pts & 0x7fffn) << 1) | 1, 12);
  return Buffer.concat([head, content]);
}

/** Packets of the metadata's stream; `first` is the continuity counter of the first. */
function tsPackets(pes: Buffer, first: number): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < pes.length; ) {
    const part = pes.subarray(at, at + packetBytes - 4);
    const gap = packetBytes - 4 - part.length;
    const counter = (first + packets.length) & 0x0f;
    const head = Buffer.from([
      0x47,
      (at === 0 ? 0x40 : 0) | (metadataPid >> 8),
      metadataPid & 0xff,
      0x10 | counter,
    ]);
    const stuffing = Buffer.alloc(gap, 0xff);
    if (gap > 0) {
      head.writeUInt8(0x30 | counter, 3);
      stuffing.writeUInt8(gap - 1, 0);
      if (gap > 1) stuffing.writeUInt8(0, 1);
    }
    packets.push(Buffer.concat([head, stuffing, part]));
    at += part.length;
  }
  return packets;
}

/** CRC-32/MPEG-2, as sections end with (ISO/IEC 13818-1 annex A). */
function crc32Mpeg(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
