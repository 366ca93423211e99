import { expect, test } from 'vitest';
import { formatMoney } from './money-format.ts';

const inr = (amountMinor: number) => ({ amountMinor, currency: 'inr' as const });

test('rupees are grouped the Indian way and show paise only when there are any', () => {
  expect(formatMoney(inr(129_900), 'en')).toBe('₹1,299');
  expect(formatMoney(inr(12_345_678), 'en')).toBe('₹1,23,456.78');
  expect(formatMoney(inr(50), 'en')).toBe('₹0.50');
});

test('Hindi readers see the same amount', () => {
  expect(formatMoney(inr(129_900), 'hi')).toBe('₹1,299');
});

test('on a receipt money has all decimals of its currency', () => {
  expect(formatMoney(inr(129_900), 'en', 'always')).toBe('₹1,299.00');
  expect(formatMoney({ amountMinor: 500, currency: 'jpy' }, 'en', 'always')).not.toContain('.');
});

test('a currency without minor units is not divided', () => {
  expect(formatMoney({ amountMinor: 500, currency: 'jpy' }, 'en')).toContain('500');
  expect(formatMoney({ amountMinor: 1500, currency: 'kwd' }, 'en')).toContain('1.500');
});
