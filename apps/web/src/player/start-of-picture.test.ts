import { expect, test } from 'vitest';
import { startOfPicture } from './start-of-picture';

const part = (name: string, isIndependent = false) =>
  `#EXT-X-PART:DURATION=0.2,URI="${name}.m4s"${isIndependent ? ',INDEPENDENT=YES' : ''}`;
const segment = (name: number) =>
  ['0', '1', '2', '3', '4'].map((index) => part(`p${name}.${index}`, index === '0'));
const playlist = (...open: string[]) =>
  ['#EXTM3U', ...segment(1), '#EXTINF:1,', 's1.m4s', ...segment(2), '#EXTINF:1,', 's2.m4s', ...open, ''].join(
    '\n',
  );

test('a picture begins at the newest part that shows by itself', () => {
  expect(startOfPicture(playlist(part('p3.0', true), part('p3.1'), part('p3.2')))).toBeCloseTo(0.6);
  expect(startOfPicture(playlist())).toBeCloseTo(1);
});

test('one part before it is too little to begin with', () => {
  expect(startOfPicture(playlist(part('p3.0', true)))).toBeCloseTo(1.2);
});

test('a playlist without such parts says nothing', () => {
  expect(startOfPicture(['#EXTM3U', part('p1.0'), part('p1.1'), part('p1.2'), ''].join('\n'))).toBeNull();
  expect(startOfPicture('#EXTM3U\n#EXTINF:1,\ns1.ts\n')).toBeNull();
});
