import { expect, test } from 'vitest';
import { availableUnits, type Buyable, priceRange, withRoomStock } from './buyable';

const variant = (id: string, amountMinor: number, available: number) => ({
  id,
  title: id,
  price: { amountMinor, currency: 'inr' as const },
  available,
});

const shirt: Buyable = {
  productId: 'shirt',
  title: 'Shirt',
  imageUrl: null,
  price: { amountMinor: 50_000, currency: 'inr' },
  variants: [variant('m', 50_000, 3), variant('l', 45_000, 0)],
};

test('a product with two prices is sold from the lower one', () => {
  expect(priceRange(shirt)).toEqual({ lowest: { amountMinor: 45_000, currency: 'inr' }, varies: true });
  expect(priceRange({ ...shirt, variants: [variant('m', 50_000, 3)] }).varies).toBe(false);
});

test('stock that the room told of replaces what the page knew', () => {
  expect(availableUnits(shirt)).toBe(3);
  expect(availableUnits(withRoomStock(shirt, { m: 0 }))).toBe(0);
});

test('an oversold count never makes up for what is there', () => {
  expect(availableUnits({ ...shirt, variants: [variant('m', 1, -2), variant('l', 1, 1)] })).toBe(1);
});
