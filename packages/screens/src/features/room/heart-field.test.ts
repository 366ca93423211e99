import { expect, test } from 'vitest';
import { makeHeart } from './heart-field';

test('hearts of one burst leave one after the other, from different places, on every path', () => {
  const burst = Array.from({ length: 6 }, (_, index) => makeHeart(index + 1, index));
  expect(new Set(burst.map((heart) => heart.lane)).size).toBe(6);
  expect(new Set(burst.map((heart) => heart.drift)).size).toBe(3);
  expect(burst.map((heart) => heart.delayMs)).toEqual(
    [...burst.map((heart) => heart.delayMs)].sort((a, b) => a - b),
  );
});
