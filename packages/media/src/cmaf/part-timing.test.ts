import { describe, expect, test } from 'vitest';
import { partEnd, partTargetFor } from './part-timing.ts';

describe('where a part ends', () => {
  const target = partTargetFor(40, 200);

  test('at the frame after which another one would not fit', () => {
    expect(partEnd(1_000, [1_000, 1_040, 1_080, 1_120], 1_160, 40, target)).toBeNull();
    expect(partEnd(1_000, [1_000, 1_040, 1_080, 1_120, 1_160], 1_200, 40, target)).toBe(1_200);
  });

  test('between frames if one of them comes late', () => {
    expect(partEnd(1_000, [1_000, 1_040, 1_080, 1_120, 1_190], 1_290, 100, target)).toBe(1_190);
  });

  test('inside a frame where no frame boundary is legal', () => {
    expect(partEnd(1_000, [1_000, 1_083, 1_167], 1_250, 83, target)).toBe(1_210);
    expect(partEnd(1_000, [1_000], 3_000, 2_000, target)).toBe(1_210);
  });
});

test.each([
  [1_000 / 30, 210],
  [1_000 / 24, 219],
  [1_000 / 60, 210],
  [500, 525],
])('frames of %d ms make a part target of %i ms', (frameMs, target) => {
  expect(partTargetFor(frameMs, 200)).toBe(target);
});
