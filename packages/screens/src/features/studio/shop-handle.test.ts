import { expect, test } from 'vitest';
import { isHandle, suggestHandle } from './shop-handle';

test.each([
  ["Sahil's Sneakers", 'sahils-sneakers'],
  ['  Café Déjà Vu!  ', 'cafe-deja-vu'],
  ['A very long name of a shop that never ends', 'a-very-long-name-of-a-shop-tha'],
])('%s gets the address %s', (name, handle) => {
  expect(suggestHandle(name)).toBe(handle);
  expect(isHandle(handle)).toBe(true);
});

test('a name in Devanagari gets no invented address: the seller chooses one', () => {
  expect(suggestHandle('मीरा साड़ी')).toBe('');
});
