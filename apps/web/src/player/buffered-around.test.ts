import { describe, expect, test } from 'vitest';
import { bufferedAround } from './buffered-around';

describe('what is buffered', () => {
  const ranges = (...list: [number, number][]) => ({
    length: list.length,
    start: (index: number) => list[index]?.[0] ?? 0,
    end: (index: number) => list[index]?.[1] ?? 0,
  });

  test('ends where the media around the picture ends', () => {
    expect(bufferedAround(ranges([90, 101]), 100)).toEqual({ bufferedTo: 101, nextBufferedFrom: null });
  });

  test('ranges that touch are one', () => {
    expect(bufferedAround(ranges([90, 101], [101.05, 103]), 100).bufferedTo).toBe(103);
  });

  test('a hole tells where media goes on', () => {
    expect(bufferedAround(ranges([90, 100.1], [104, 106]), 100)).toEqual({
      bufferedTo: 100.1,
      nextBufferedFrom: 104,
    });
  });

  test('nothing at all is no media ahead', () => {
    expect(bufferedAround(ranges(), 100)).toEqual({ bufferedTo: 100, nextBufferedFrom: null });
  });
});
