import { describe, expect, test } from 'vitest';
import {
  amountForInput,
  currencySign,
  formatCount,
  formatCountdown,
  formatElapsed,
  orderNumber,
  parseAmountMinor,
  timeAgo,
} from './format';

const inr = (amountMinor: number) => ({ amountMinor, currency: 'inr' as const });

describe('money', () => {
  test.each([
    ['1299', 129_900],
    ['1,299.5', 129_950],
    ['₹ 1,23,456.78', 12_345_678],
    ['0.05', 5],
    ['12.', 1200],
  ])('a seller who types %s means %i paise', (typed, amountMinor) => {
    expect(parseAmountMinor(typed, 'inr')).toBe(amountMinor);
  });

  test('stands behind the sign of its currency', () => {
    for (const language of ['en', 'hi'] as const) {
      expect(currencySign('inr', language)).toBe('₹');
      expect(currencySign('usd', language)).toBe('$');
      expect(currencySign('kwd', language)).toBe('KWD');
    }
    expect(parseAmountMinor('$ 12.50', 'usd')).toBe(1250);
  });

  test.each(['', 'abc', '-5', '1.234', '1e3', '12345678901'])('%j is not an amount', (typed) => {
    expect(parseAmountMinor(typed, 'inr')).toBeNull();
  });

  test('an amount that is edited comes back as it was', () => {
    for (const amountMinor of [5, 100, 129_900, 129_950]) {
      expect(parseAmountMinor(amountForInput(inr(amountMinor)), 'inr')).toBe(amountMinor);
    }
  });
});

describe('counts and times', () => {
  test('a badge shortens thousands', () => {
    expect(formatCount(999, 'en')).toBe('999');
    expect(formatCount(1240, 'en')).toMatch(/^1\.2\s?[KT]$/);
  });

  test('a countdown rounds up, so that it never shows 0:00 while there is time', () => {
    expect(formatCountdown(600_000)).toBe('10:00');
    expect(formatCountdown(59_001)).toBe('1:00');
    expect(formatCountdown(1)).toBe('0:01');
    expect(formatCountdown(-5)).toBe('0:00');
  });

  test('a show that runs over an hour shows its hours', () => {
    expect(formatElapsed(247_000)).toBe('4:07');
    expect(formatElapsed(3_729_000)).toBe('1:02:09');
  });

  test.each([
    [20_000, { key: 'time.now' }],
    [5 * 60_000, { key: 'time.minutes', count: 5 }],
    [3 * 3_600_000, { key: 'time.hours', count: 3 }],
    [26 * 3_600_000, { key: 'time.days', count: 1 }],
    [30 * 86_400_000, { key: 'date' }],
  ])('%i ms ago is said as %j', (agoMs, phrase) => {
    const nowMs = Date.parse('2026-11-22T09:00:00.000Z');
    expect(timeAgo(new Date(nowMs - agoMs).toISOString(), nowMs)).toEqual(phrase);
  });

  test('an order has a number that can be read out', () => {
    expect(orderNumber('0190a000-0000-7000-8000-00001d06a928')).toBe('1D06A928');
  });
});
