import { expect, test } from 'vitest';
import { preferredLanguage, receiptTime } from './receipt-words.ts';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['hi', 'hi'],
  ['hi-IN,en;q=0.8', 'hi'],
  ['en-IN,hi;q=0.9', 'en'],
  ['mr-IN, hi;q=0.4, en;q=0.3', 'hi'],
  ['hi;q=0, en;q=0.1', 'en'],
  ['fr, de', 'en'],
  ['*', 'en'],
  ['constructor', 'en'],
  [';;,,q=,hi;q=x', 'hi'],
  ['x'.repeat(8000), 'en'],
])('a reader who accepts %j reads %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test('times are those of India', () => {
  expect(receiptTime(new Date('2026-01-31T20:00:00Z'), 'en')).toMatch(/^1 February 2026.*1:30\sam IST$/);
  expect(receiptTime(new Date('2026-01-31T20:00:00Z'), 'hi')).toContain('फ़रवरी');
});
