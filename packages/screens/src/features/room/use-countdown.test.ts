import { expect, test } from 'vitest';
import { clockTime } from './use-countdown';

test('a time that is left reads as on a clock', () => {
  expect([5, 60, 299, 3600, 604_800].map(clockTime)).toEqual([
    '0:05',
    '1:00',
    '4:59',
    '1:00:00',
    '168:00:00',
  ]);
});
