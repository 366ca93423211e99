/** ISO/IEC 14496-12 boxes and the integers inside them. */

export function box(type: string, ...contents: Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(contents.reduce((bytes, content) => bytes + content.length, 8));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...contents]);
}

export function fullBox(type: string, version: number, flags: number, ...contents: Buffer[]): Buffer {
  return box(type, uint32(version * 0x1000000 + flags), ...contents);
}

export function uint8(...values: number[]): Buffer {
  return Buffer.from(values);
}

export function uint16(...values: number[]): Buffer {
  const out = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) out.writeUInt16BE(value, 2 * i);
  return out;
}

export function uint32(...values: number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) out.writeUInt32BE(value, 4 * i);
  return out;
}

export function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}
