import { expect, test } from 'vitest';
import { CueClock } from './cue-clock';

const at = Date.parse('2026-03-01T10:00:00.000Z');
const text = (ms: number) => JSON.stringify({ pdt: new Date(ms).toISOString(), seq: 1 });

test('a picture before and after a dated one has its date by its distance', () => {
  const clock = new CueClock();
  expect(clock.dateAt(3)).toBeNull();
  clock.read(text(at), 12.5);
  expect([12.5, 14, 10].map((place) => clock.dateAt(place))).toEqual([at, at + 1500, at - 2500]);
});

test('the newest date counts, and none after the video began anew', () => {
  const clock = new CueClock();
  clock.read(text(at), 10);
  clock.read(text(at + 5040), 15);
  expect(clock.dateAt(15)).toBe(at + 5040);
  clock.forget();
  expect(clock.dateAt(15)).toBeNull();
});

test('texts of others date nothing', () => {
  const clock = new CueClock();
  clock.read(text(at), 1);
  for (const other of ['', '{', 'null', '7', '{"pdt":7}', '{"pdt":"soon"}', '{"seq":1}'])
    clock.read(other, 9);
  expect(clock.dateAt(1)).toBe(at);
});
