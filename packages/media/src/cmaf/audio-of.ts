import { encodeFragment, type Sample, type TrackRun } from './fragment.ts';
import { audioTrackId } from './init-segment.ts';

/** Sizes of the boxes before the run in a `traf` of ours: its own header, `tfhd` and `tfdt`. */
const HEADER = 8;
const TFHD = 16;
const TFDT = 20;
const RUN_HEADER = 20;
const BYTES_PER_SAMPLE = 16;

/** The sound in a fragment that `encodeFragment` made; null where it has none. Shares the fragment's memory. */
function audioRunOf(fragment: Buffer): TrackRun | null {
  const moofEnd = fragment.readUInt32BE(0);
  for (let at = HEADER; at < moofEnd; at += fragment.readUInt32BE(at)) {
    const isTrack = fragment.toString('latin1', at + 4, at + 8) === 'traf';
    if (!isTrack || fragment.readUInt32BE(at + HEADER + 12) !== audioTrackId) continue;
    const runAt = at + HEADER + TFHD + TFDT;
    const baseDecodeTime = Number(fragment.readBigUInt64BE(runAt - 8));
    const samples: Sample[] = [];
    let dataAt = fragment.readInt32BE(runAt + 16);
    for (let left = fragment.readUInt32BE(runAt + 12); left > 0; left--) {
      const sampleAt = runAt + RUN_HEADER + BYTES_PER_SAMPLE * samples.length;
      const bytes = fragment.readUInt32BE(sampleAt + 4);
      const data = fragment.subarray(dataAt, dataAt + bytes);
      samples.push({ data, duration: fragment.readUInt32BE(sampleAt), compositionOffset: 0, isSync: true });
      dataAt += bytes;
    }
    return { trackId: audioTrackId, baseDecodeTime, samples };
  }
  return null;
}

/** The same fragment with its sound alone; one without sound becomes one without samples. */
export function audioFragmentOf(fragment: Buffer): Buffer {
  const run = audioRunOf(fragment);
  return encodeFragment(fragment.readUInt32BE(HEADER + 12), run ? [run] : []);
}
