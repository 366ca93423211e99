import { expect, test } from 'vitest';
import { seekByKey } from './seek-keys';

test('arrows go five seconds, pages thirty, Home and End to the ends', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];
  expect(keys.map((key) => seekByKey(key, 60, 300))).toEqual([55, 65, 65, 55, 90, 30, 0, 300]);
});

test('no key leads out of the recording', () => {
  expect(seekByKey('ArrowLeft', 2, 300)).toBe(0);
  expect(seekByKey('PageUp', 290, 300)).toBe(300);
});

test('other keys are left to the browser', () => {
  for (const key of ['Tab', 'a', 'Enter', ' ', 'constructor']) expect(seekByKey(key, 60, 300)).toBeNull();
});
