import { encodeFragment, type Sample, type TrackRun } from './fragment.ts';
import { audioTrackId } from './init-segment.ts';

/** Sizes of the boxes before the run in a `traf` of ours: its own header, `tfhd` and `tfdt`. */
const HEADER = 8;
const TFHD = 16;
const TFDT = 20;
const RUN_HEADER = 20;
const BYTES_PER_SAMPLE = 16;
const DEPENDENT = 0x00010000;

/** What of a track is in a fragment that `encodeFragment` made; null where nothing is. Shares the fragment's memory. */
export function readRun(fragment: Buffer, trackId: number): TrackRun | null {
  const moofEnd = fragment.readUInt32BE(0);
  for (let at = HEADER; at < moofEnd; at += fragment.readUInt32BE(at)) {
    const isTrack = fragment.toString('latin1', at + 4, at + 8) === 'traf';
    if (!isTrack || fragment.readUInt32BE(at + HEADER + 12) !== trackId) continue;
    const runAt = at + HEADER + TFHD + TFDT;
    const baseDecodeTime = Number(fragment.readBigUInt64BE(runAt - 8));
    const samples: Sample[] = [];
    let dataAt = fragment.readInt32BE(runAt + 16);
    for (let left = fragment.readUInt32BE(runAt + 12); left > 0; left--) {
      const sampleAt = runAt + RUN_HEADER + BYTES_PER_SAMPLE * samples.length;
      const bytes = fragment.readUInt32BE(sampleAt + 4);
      samples.push({
        data: fragment.subarray(dataAt, dataAt + bytes),
        duration: fragment.readUInt32BE(sampleAt),
        compositionOffset: fragment.readInt32BE(sampleAt + 12),
        isSync: (fragment.readUInt32BE(sampleAt + 8) & DEPENDENT) === 0,
      });
      dataAt += bytes;
    }
    return { trackId, baseDecodeTime, samples };
  }
  return null;
}

/** The same fragment with its sound alone; one without sound becomes one without samples. */
export function audioFragmentOf(fragment: Buffer): Buffer {
  const run = readRun(fragment, audioTrackId);
  return encodeFragment(fragment.readUInt32BE(HEADER + 12), run ? [run] : []);
}
