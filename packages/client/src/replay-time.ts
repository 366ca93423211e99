import type { Replay } from '@vybekart/contract';

type Stretches = Pick<Replay, 'stretches'>;

/** The date of the frame at `positionMs` of a recording, in milliseconds since the epoch. */
export function replayDateAt({ stretches }: Stretches, positionMs: number): number {
  let leftMs = Math.max(0, positionMs);
  let endMs = 0;
  for (const { startedAt, durationMs } of stretches) {
    if (leftMs < durationMs) return Date.parse(startedAt) + leftMs;
    leftMs -= durationMs;
    endMs = Date.parse(startedAt) + durationMs;
  }
  return endMs;
}

/** Where in a recording a moment is, in milliseconds; one that was not on air is where the video goes on after it. */
export function replayPositionOf({ stretches }: Stretches, dateMs: number): number {
  let beforeMs = 0;
  for (const { startedAt, durationMs } of stretches) {
    const intoMs = dateMs - Date.parse(startedAt);
    if (intoMs < durationMs) return beforeMs + Math.max(0, intoMs);
    beforeMs += durationMs;
  }
  return beforeMs;
}
