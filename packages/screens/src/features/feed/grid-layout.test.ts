import { expect, test } from 'vitest';
import { gridLayout } from './grid-layout';

test('a phone shows two cards in a row and the most watched show across both', () => {
  const layout = gridLayout(390, 6);
  expect(layout.featuresFirst).toBe(true);
  expect(layout.cardWidth * 2).toBeLessThanOrEqual(layout.innerWidth);
  expect(layout.cardWidth * 3).toBeGreaterThan(layout.innerWidth);
});

test('a very small screen has room for one card', () => {
  expect(gridLayout(320, 6).cardWidth).toBe(gridLayout(320, 6).innerWidth);
});

test('a desk shows equal cards that fit their row', () => {
  for (const width of [700, 1048, 1600]) {
    const { innerWidth, cardWidth, featuresFirst } = gridLayout(width, 6);
    const columns = Math.floor((innerWidth + 12) / (cardWidth + 12));
    expect(featuresFirst).toBe(false);
    expect(columns).toBeGreaterThanOrEqual(2);
    expect(columns * cardWidth + (columns - 1) * 12).toBeLessThanOrEqual(innerWidth);
  }
});

test('a few shows on a desk get larger cards', () => {
  expect(gridLayout(1048, 1).cardWidth).toBeGreaterThan(gridLayout(1048, 8).cardWidth);
});
