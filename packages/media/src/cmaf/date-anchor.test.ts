import { describe, expect, test } from 'vitest';
import { DateAnchor } from './date-anchor.ts';

const start = Date.parse('2026-01-05T18:00:00.000Z');

/** Plays `seconds` of 25 fps video; returns how far the date of the last segment is from its arrival. */
function errorAfter(anchor: DateAnchor, seconds: number, arrivalMs: (mediaMs: number) => number): number {
  let errorMs = 0;
  for (let mediaMs = 0; mediaMs < seconds * 1_000; mediaMs += 40) {
    anchor.observe(start + arrivalMs(mediaMs), mediaMs);
    if (mediaMs % 1_000 === 0) errorMs = anchor.dateOf(mediaMs) - (start + arrivalMs(mediaMs));
  }
  return errorMs;
}

describe('the date of media', () => {
  test.each([
    ['slow', 1.000_5],
    ['fast', 0.999_5],
  ])('follows a publisher clock that is %s by 0.05 % for three hours', (_, rate) => {
    expect(Math.abs(errorAfter(new DateAnchor(), 10_800, (mediaMs) => mediaMs * rate))).toBeLessThan(10);
  });

  test('does not follow a network that delays everything for half a minute', () => {
    const anchor = new DateAnchor();
    const delayed = (mediaMs: number) => mediaMs + (mediaMs >= 60_000 && mediaMs < 90_000 ? 3_000 : 0);
    errorAfter(anchor, 90, delayed);
    expect(Math.abs(anchor.dateOf(90_000) - (start + 90_000))).toBeLessThan(40);
  });

  test('is set anew after a jump', () => {
    const anchor = new DateAnchor();
    anchor.observe(start, 0);
    expect(anchor.dateOf(0)).toBe(start);
    anchor.reset();
    anchor.observe(start + 60_000, 40);
    expect(anchor.dateOf(40)).toBe(start + 60_000);
  });
});
