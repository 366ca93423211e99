import { expect, test } from 'vitest';
import { isRecordedBetween } from './cloud-media.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const show = { from: at(100), to: at(160) };

test.each([
  ['lies within the show', 101, 50, true],
  ['begins a second too early, by a clock that tells whole seconds', 99, 60, true],
  ['goes on for long, because the cloud did not hear of the end', 101, 600, true],
  ['was cut a moment after the claim of this show', 98, 2.5, false],
  ['is that of a show before', 40, 59, false],
  ['is that of the next show', 160.1, 2, false],
])('a recording that %s', (_what, startS, durationS, isIt) => {
  expect(isRecordedBetween({ startedAt: at(startS), durationMs: durationS * 1000 }, show)).toBe(isIt);
});
