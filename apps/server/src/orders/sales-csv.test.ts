import { describe, expect, test } from 'vitest';
import { csvCell, csvLine, decimalAmount } from './sales-csv.ts';

describe('a cell', () => {
  test.each([
    ['plain', 'plain'],
    ['with, comma', '"with, comma"'],
    ['with "quotes"', '"with ""quotes"""'],
    ['two\nlines', '"two\nlines"'],
    ['a\r', '"a\r"'],
    ['रेशमी साड़ी', 'रेशमी साड़ी'],
    ['', ''],
  ])('keeps %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+919876543210', "'+919876543210"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['＝1+1', "'＝1+1"],
  ])('is no formula: %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test('that only holds such a sign stays as it is', () => {
    expect(csvCell('a=b')).toBe('a=b');
  });
});

test('a line ends as RFC 4180 says, with empty cells for what is not there', () => {
  expect(csvLine(['a', null, 3])).toBe('a,,3\r\n');
});

test.each([
  [129_950, 'inr', '1299.50'],
  [5, 'inr', '0.05'],
  [100, 'usd', '1.00'],
  [129_950, 'jpy', '129950'],
  [129_950, 'kwd', '129.950'],
  [7, 'kwd', '0.007'],
  [99_999_999, 'eur', '999999.99'],
] as const)('%i of %s is %s', (amountMinor, currency, text) => {
  expect(decimalAmount(amountMinor, currency)).toBe(text);
});
