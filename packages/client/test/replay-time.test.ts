import { expect, test } from 'vitest';
import { replayDateAt, replayPositionOf } from '../src/index.ts';

const noon = Date.UTC(2026, 2, 1, 12);
const iso = (ms: number) => new Date(noon + ms).toISOString();
/** Ten seconds, half a minute without video, five seconds. */
const replay = {
  stretches: [
    { startedAt: iso(0), durationMs: 10_000 },
    { startedAt: iso(40_000), durationMs: 5_000 },
  ],
};

test('a place in the recording has the date at which it was on air, behind an interruption, too', () => {
  const dateAt = (positionMs: number) => replayDateAt(replay, positionMs) - noon;
  expect([0, 4_000, 9_999].map(dateAt)).toEqual([0, 4_000, 9_999]);
  expect([10_000, 12_500].map(dateAt)).toEqual([40_000, 42_500]);
  expect([15_000, 99_000].map(dateAt)).toEqual([45_000, 45_000]);
  expect(dateAt(-5)).toBe(0);
});

test('a moment of the show is found in the recording; what happened without video is where it goes on', () => {
  const positionOf = (ms: number) => replayPositionOf(replay, noon + ms);
  expect([-1_000, 0, 3_000, 41_000].map(positionOf)).toEqual([0, 0, 3_000, 11_000]);
  expect([10_000, 25_000, 40_000].map(positionOf)).toEqual([10_000, 10_000, 10_000]);
  expect(positionOf(1e9)).toBe(15_000);
});

test('place and moment belong to each other', () => {
  for (let positionMs = 0; positionMs < 15_000; positionMs += 250) {
    expect(replayPositionOf(replay, replayDateAt(replay, positionMs))).toBe(positionMs);
  }
});
