import type { RecordedSegment } from './recording-index.ts';

/** Media that plays on without a jump of its dates. */
export interface Stretch {
  startedAt: Date;
  durationMs: number;
}

/** A publisher's clock may run this much fast or slow before its dates are told anew. */
const MOST_DRIFT_MS = 100;

/** The stretches of a recording: an interruption, a gap or a drifting clock begins another one. */
export function stretchesOf(segments: readonly RecordedSegment[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { dateMs, durationMs, isDiscontinuous } of segments) {
    const last = stretches.at(-1);
    const expectedMs = last ? last.startedAt.getTime() + last.durationMs : dateMs;
    if (!last || isDiscontinuous || Math.abs(dateMs - expectedMs) > MOST_DRIFT_MS) {
      stretches.push({ startedAt: new Date(dateMs), durationMs });
    } else {
      last.durationMs += durationMs;
    }
  }
  return stretches;
}
