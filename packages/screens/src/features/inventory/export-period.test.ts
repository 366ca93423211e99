import { expect, test } from 'vitest';
import { daysOf } from './export-period';

const lateInUtc = Date.parse('2026-02-28T20:00:00Z');

test('a period is made of days in India, where the next day begins before midnight in UTC', () => {
  expect(daysOf('thisMonth', lateInUtc)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  expect(daysOf('lastMonth', lateInUtc)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
});

test('the month before January is December of the year before', () => {
  expect(daysOf('lastMonth', Date.parse('2027-01-15T00:00:00Z'))).toEqual({
    from: '2026-12-01',
    to: '2026-12-31',
  });
});

test('ninety days end today, and everything has no bounds', () => {
  expect(daysOf('last90Days', lateInUtc)).toEqual({ from: '2025-12-02', to: '2026-03-01' });
  expect(daysOf('all', lateInUtc)).toEqual({});
});
