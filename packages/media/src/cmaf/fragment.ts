import { box, fullBox, uint32 } from './box.ts';

/** One coded frame; times are in ticks of its track. */
export interface Sample {
  data: Buffer;
  duration: number;
  compositionOffset: number;
  isSync: boolean;
}

/** Consecutive samples of one track, with the decoding time of the first. */
export interface TrackRun {
  trackId: number;
  baseDecodeTime: number;
  samples: Sample[];
}

/** ISO/IEC 14496-12 section 8.8.3.1. */
const sampleFlags = { sync: 0x02000000, dependent: 0x01010000 } as const;
const BASE_IS_MOOF = 0x020000;
/** Data offset, and per sample: duration, size, flags, composition offset. */
const RUN_FLAGS = 0x000f01;
const BYTES_PER_SAMPLE = 16;

/**
 * One `moof` + `mdat` (ISO/IEC 14496-12 section 8.8) holding exactly the given samples, every track in a run
 * of its own. Returned in memory that is shared with nothing, as a fragment outlives what it was made of.
 */
export function encodeFragment(sequenceNumber: number, runs: readonly TrackRun[]): Buffer {
  const payloadBytes = runs.map((run) =>
    run.samples.reduce((bytes, sample) => bytes + sample.data.length, 0),
  );
  const moofBytes = encodeMoof(sequenceNumber, runs, payloadBytes, 0).length;
  const moof = encodeMoof(sequenceNumber, runs, payloadBytes, moofBytes + 8);
  const mdatBytes = payloadBytes.reduce((a, b) => a + b, 8);

  const out = Buffer.allocUnsafeSlow(moofBytes + mdatBytes);
  let at = moof.copy(out);
  at = out.writeUInt32BE(mdatBytes, at);
  at += out.write('mdat', at, 'latin1');
  for (const run of runs) {
    for (const sample of run.samples) at += sample.data.copy(out, at);
  }
  return out;
}

function encodeMoof(
  sequenceNumber: number,
  runs: readonly TrackRun[],
  payloadBytes: readonly number[],
  firstDataOffset: number,
): Buffer {
  let dataOffset = firstDataOffset;
  const fragments = runs.map((run, i) => {
    const fragment = box(
      'traf',
      fullBox('tfhd', 0, BASE_IS_MOOF, uint32(run.trackId)),
      fullBox('tfdt', 1, 0, uint64(run.baseDecodeTime)),
      fullBox('trun', 1, RUN_FLAGS, uint32(run.samples.length, dataOffset), sampleTable(run.samples)),
    );
    dataOffset += payloadBytes[i] ?? 0;
    return fragment;
  });
  return box('moof', fullBox('mfhd', 0, 0, uint32(sequenceNumber)), ...fragments);
}

function sampleTable(samples: readonly Sample[]): Buffer {
  const table = Buffer.alloc(BYTES_PER_SAMPLE * samples.length);
  let at = 0;
  for (const sample of samples) {
    at = table.writeUInt32BE(sample.duration, at);
    at = table.writeUInt32BE(sample.data.length, at);
    at = table.writeUInt32BE(sample.isSync ? sampleFlags.sync : sampleFlags.dependent, at);
    at = table.writeInt32BE(sample.compositionOffset, at);
  }
  return table;
}

function uint64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
}
