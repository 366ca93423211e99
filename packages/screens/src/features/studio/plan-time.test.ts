import { expect, test } from 'vitest';
import { firstSuggestion, isAhead, pickedTime, planDate } from './plan-time';

const at = (hour: number, minute = 0) => new Date(2026, 0, 31, hour, minute);

test('the first suggestion is the coming evening', () => {
  expect(firstSuggestion(at(9))).toEqual({ day: 0, hour: 20, minute: 0 });
  expect(firstSuggestion(at(19, 56))).toEqual({ day: 1, hour: 20, minute: 0 });
});

test('a day after the end of a month is in the next one, in local time', () => {
  expect(planDate({ day: 1, hour: 20, minute: 15 }, at(9))).toEqual(new Date(2026, 1, 1, 20, 15));
});

test('a time that is over becomes the next quarter of an hour that lies ahead', () => {
  expect(pickedTime({ day: 0, hour: 10, minute: 0 }, at(14, 3))).toEqual({ day: 0, hour: 14, minute: 15 });
  expect(pickedTime({ day: 0, hour: 20, minute: 0 }, at(14, 3))).toEqual({ day: 0, hour: 20, minute: 0 });
  expect(pickedTime({ day: 0, hour: 10, minute: 0 }, at(23, 50))).toEqual({ day: 1, hour: 0, minute: 0 });
});

test('a show is announced at least five minutes ahead', () => {
  expect(isAhead({ day: 0, hour: 14, minute: 15 }, at(14, 10))).toBe(true);
  expect(isAhead({ day: 0, hour: 14, minute: 15 }, at(14, 11))).toBe(false);
});
