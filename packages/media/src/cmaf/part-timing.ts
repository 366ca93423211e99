/** The two durations that a media playlist promises and may never change (RFC 8216bis 4.4.3.1 and 4.4.3.7). */
export interface PlaylistTiming {
  targetDurationS: number;
  partTargetMs: number;
}

/** RFC 8216bis 4.4.4.9: no part is shorter than this share of PART-TARGET, segment ends excepted. */
const LEAST_SHARE = 0.85;
/** Room above a part of whole frames, for the rounding of millisecond timestamps. */
const SLACK = 1.05;

/**
 * The part target for a publisher whose frames last `frameMs`: as many whole frames as come closest to
 * `wantedMs`.
 */
export function partTargetFor(frameMs: number, wantedMs: number): number {
  const frames = Math.max(1, Math.round(wantedMs / frameMs));
  return Math.ceil(frames * frameMs * SLACK);
}

/**
 * Where the open part ends, now that a frame at `nowMs` follows; null while the part may still grow. It ends
 * between two frames where that makes a legal length. Where it does not - a frame rate that does not fit, a
 * frame that lasts long - it ends at exactly its target, inside a frame.
 *
 * @param frameTimesMs frames since `startMs`, ascending
 * @param stepMs how long after `nowMs` the next frame is expected
 */
export function partEnd(
  startMs: number,
  frameTimesMs: readonly number[],
  nowMs: number,
  stepMs: number,
  partTargetMs: number,
): number | null {
  const earliest = startMs + LEAST_SHARE * partTargetMs;
  const latest = startMs + partTargetMs;
  if (nowMs > latest) return frameTimesMs.findLast((time) => time >= earliest && time <= latest) ?? latest;
  return nowMs >= earliest && nowMs + stepMs > latest ? nowMs : null;
}
