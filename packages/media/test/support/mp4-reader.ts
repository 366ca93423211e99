/**
 * A small reader of fragmented MP4, written from ISO/IEC 14496-12 and sharing nothing with the writer: it
 * answers what a player would see.
 */
export interface ReadSample {
  decodeTime: number;
  presentationTime: number;
  duration: number;
  isSync: boolean;
  data: Buffer;
}

export interface ReadTrack {
  id: number;
  handler: string;
  timescale: number;
  sampleEntry: string;
  width: number;
  height: number;
}

interface Box {
  type: string;
  start: number;
  body: Buffer;
}

function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length) throw new Error(`box of ${size} bytes at ${at} does not fit`);
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at,
      body: bytes.subarray(at + 8, at + size),
    });
    at += size;
  }
  return found;
}

function child(bytes: Buffer, ...path: string[]): Buffer {
  const [type, ...rest] = path;
  const box = boxes(bytes).find((each) => each.type === type);
  if (!box) throw new Error(`no ${type} box`);
  return rest.length > 0 ? child(box.body, ...rest) : box.body;
}

export function readInitSegment(bytes: Buffer): ReadTrack[] {
  return boxes(child(bytes, 'moov'))
    .filter((box) => box.type === 'trak')
    .map(({ body }) => {
      const header = child(body, 'tkhd');
      const entries = child(body, 'mdia', 'minf', 'stbl', 'stsd');
      return {
        id: header.readUInt32BE(12),
        handler: child(body, 'mdia', 'hdlr').toString('latin1', 8, 12),
        timescale: child(body, 'mdia', 'mdhd').readUInt32BE(12),
        sampleEntry: entries.toString('latin1', 12, 16),
        width: header.readUInt32BE(header.length - 8) / 0x10000,
        height: header.readUInt32BE(header.length - 4) / 0x10000,
      };
    });
}

/** All samples by track id, over any number of consecutive fragments. */
export function readSamples(bytes: Buffer): Map<number, ReadSample[]> {
  const samples = new Map<number, ReadSample[]>();
  const top = boxes(bytes);
  for (const [i, moof] of top.entries()) {
    if (moof.type !== 'moof') continue;
    if (top[i + 1]?.type !== 'mdat') throw new Error('moof without mdat');
    for (const traf of boxes(moof.body).filter((box) => box.type === 'traf')) {
      const trackId = child(traf.body, 'tfhd').readUInt32BE(4);
      samples.set(trackId, [...(samples.get(trackId) ?? []), ...readRun(bytes, moof.start, traf.body)]);
    }
  }
  return samples;
}

function readRun(bytes: Buffer, moofStart: number, traf: Buffer): ReadSample[] {
  const run = child(traf, 'trun');
  if (run.readUInt32BE(0) !== 0x01000f01) throw new Error('trun does not carry what is expected');
  const count = run.readUInt32BE(4);
  let dataAt = moofStart + run.readInt32BE(8);
  let decodeTime = Number(child(traf, 'tfdt').readBigUInt64BE(4));
  return Array.from({ length: count }, (_, i) => {
    const at = 12 + 16 * i;
    const duration = run.readUInt32BE(at);
    const size = run.readUInt32BE(at + 4);
    if (dataAt + size > bytes.length) throw new Error('sample lies outside its fragment');
    const sample = {
      decodeTime,
      presentationTime: decodeTime + run.readInt32BE(at + 12),
      duration,
      isSync: (run.readUInt32BE(at + 8) & 0x00010000) === 0,
      data: bytes.subarray(dataAt, dataAt + size),
    };
    dataAt += size;
    decodeTime += duration;
    return sample;
  });
}
