import { describe, expect, test } from 'vitest';
import { graphemeCount, PageQuery, Price, text } from './common.ts';
import { isErrorCode } from './errors.ts';
import { PlaceOrder, ShippingAddress } from './orders.ts';
import { MessageText } from './room.ts';

const variantId = '01900000-0000-7000-8000-000000000001';
const line = { variantId, quantity: 1, expectedUnitPriceMinor: 100 };

describe('what people write', () => {
  test.each([
    ['a plain line', 'Is the colour fast?'],
    ['Devanagari with its marks', 'क्या यह सूती है?'],
    ['an emoji of several parts', '👩‍👩‍👧 love it'],
    ['markup, which is only text', '<b onclick="x">hi</b> javascript:alert(1)'],
  ])('%s is taken as it is', (_, written) => {
    expect(MessageText.parse(written)).toBe(written.normalize('NFC'));
  });

  test.each([
    ['nothing', ''],
    ['white space', ' \t '],
    ['invisible characters', '\u200b\u200d'],
    ['two lines', 'one\ntwo'],
    ['a control character', 'a\u0007b'],
    ['a NUL', 'a\u0000b'],
    ['a direction override', 'abc\u202edcba'],
    ['half a surrogate pair', 'a\ud800'],
    ['a tower of marks', `a${'\u0301'.repeat(30)}`],
    ['301 characters', 'x'.repeat(301)],
  ])('%s is refused', (_, written) => {
    expect(MessageText.safeParse(written).success).toBe(false);
  });

  test('length counts what a reader sees', () => {
    expect(graphemeCount('नमस्ते')).toBe(3);
    expect(graphemeCount('👩‍👩‍👧')).toBe(1);
    expect(MessageText.safeParse('👩‍👩‍👧'.repeat(300)).success).toBe(true);
  });

  test('the two ways to write é are one', () => {
    const name = text({ min: 1, max: 10 });
    expect(name.parse('cafe\u0301')).toBe(name.parse('café'));
  });
});

describe('numbers', () => {
  test.each([0, -1, 1.5, 2 ** 53 + 1, '100', null])('%s is no price', (amountMinor) => {
    expect(Price.safeParse({ amountMinor, currency: 'inr' }).success).toBe(false);
  });

  test.each(['INR', 'xxx', ''])('%s is no currency of ours', (currency) => {
    expect(Price.safeParse({ amountMinor: 100, currency }).success).toBe(false);
  });

  test.each([0, -1, 1.5, 1e9, '1'])('%s is no quantity', (quantity) => {
    expect(PlaceOrder.safeParse({ items: [{ ...line, quantity }] }).success).toBe(false);
  });

  test('a variant is named once in an order', () => {
    expect(PlaceOrder.safeParse({ items: [line, line] }).success).toBe(false);
  });

  test.each(['0', '-1', '101', 'x', '1.5'])('a page of %s is refused', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });
});

test.each(['012345', '56000', '5600011', '56000a'])('%s is no PIN code', (postalCode) => {
  const address = {
    name: 'Asha Rao',
    phone: '9876543210',
    line1: '12 MG Road',
    city: 'Bengaluru',
    state: 'Karnataka',
  };
  expect(ShippingAddress.safeParse({ ...address, postalCode: '560001' }).success).toBe(true);
  expect(ShippingAddress.safeParse({ ...address, postalCode }).success).toBe(false);
});

test('a code that is not in the table is none of ours, whatever its name', () => {
  expect(isErrorCode('out_of_stock')).toBe(true);
  expect(isErrorCode('toString')).toBe(false);
  expect(isErrorCode(42)).toBe(false);
});
