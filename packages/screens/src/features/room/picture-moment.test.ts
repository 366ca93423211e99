import { expect, test } from 'vitest';
import { PictureMoment, pictureOf } from './picture-moment';

test('before the first date nothing of the video has happened, and afterwards what its date says', () => {
  const moment = new PictureMoment();
  expect(moment.at('awaited', null, 0)).toBe(0);
  expect(moment.at('shown', null, 60_000)).toBe(0);
  expect(moment.at('shown', 5_000, 60_100)).toBe(5_000);
  expect(moment.at('shown', 6_000, 61_100)).toBe(6_000);
});

test('a picture that waits for more, or for another place in the video, keeps its moment', () => {
  const moment = new PictureMoment();
  moment.at('shown', 5_000, 0);
  expect(moment.at('shown', null, 9_000)).toBe(5_000);
  expect(moment.at('awaited', null, 9_100)).toBe(5_000);
  expect(moment.at('shown', 3_000, 9_200)).toBe(3_000);
});

test('without a date three seconds after the first picture, and without a video, the newest holds', () => {
  const moment = new PictureMoment();
  moment.at('awaited', null, 0);
  expect(moment.at('shown', null, 1_000)).toBe(0);
  expect(moment.at('shown', null, 4_000)).toBeNull();
  moment.at('shown', 5_000, 5_000);
  expect(moment.at('none', null, 5_100)).toBeNull();
  expect(moment.at('shown', null, 5_200)).toBe(0);
});

test.each([
  [true, 'loading', 'awaited'],
  [true, 'playing', 'shown'],
  [true, 'stalled', 'shown'],
  [true, 'unavailable', 'none'],
  [true, 'blocked', 'none'],
  [false, 'playing', 'none'],
] as const)('with a video (%s) that is %s the picture is %s', (showsVideo, playback, picture) => {
  expect(pictureOf(showsVideo, playback)).toBe(picture);
});
