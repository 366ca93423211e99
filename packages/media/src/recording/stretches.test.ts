import { expect, test } from 'vitest';
import { stretchesOf } from './stretches.ts';

const aSegment = (dateMs: number, isDiscontinuous = false) => ({
  kind: 'segment' as const,
  file: 0,
  offset: 0,
  bytes: 1,
  durationMs: 1_000,
  dateMs,
  isDiscontinuous,
});

test('a show without interruptions is one stretch, and an interruption begins another one', () => {
  const show = [
    aSegment(5_000, true),
    aSegment(6_000),
    aSegment(7_000),
    aSegment(27_000, true),
    aSegment(28_000),
  ];
  expect(stretchesOf(show)).toEqual([
    { startedAt: new Date(5_000), durationMs: 3_000 },
    { startedAt: new Date(27_000), durationMs: 2_000 },
  ]);
});

test('over hours the date of a frame stays within a tenth of a second, though the publisher runs slow', () => {
  const show = Array.from({ length: 3_600 }, (_, nth) => aSegment(nth * 1_001, nth === 0));
  const stretches = stretchesOf(show);
  let playedMs = 0;
  for (const { startedAt, durationMs } of stretches) {
    const [first, last] = [show[playedMs / 1_000], show[(playedMs + durationMs) / 1_000 - 1]];
    expect(startedAt.getTime()).toBe(first?.dateMs);
    expect((last?.dateMs ?? 0) - (startedAt.getTime() + durationMs - 1_000)).toBeLessThanOrEqual(100);
    playedMs += durationMs;
  }
  expect(playedMs).toBe(3_600_000);
  expect(stretches.length).toBeLessThan(50);
});
