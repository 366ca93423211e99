import { expect, test } from 'vitest';
import { PictureMoment, pictureOf } from './picture-moment';

test('before the first picture nothing of the video has happened, and afterwards what its date says', () => {
  const moment = new PictureMoment();
  expect(moment.at('awaited', null)).toBe(0);
  expect(moment.at('shown', 5_000)).toBe(5_000);
  expect(moment.at('shown', 6_000)).toBe(6_000);
});

test('a picture that waits for more, or for another place in the video, keeps its moment', () => {
  const moment = new PictureMoment();
  moment.at('shown', 5_000);
  expect(moment.at('shown', null)).toBe(5_000);
  expect(moment.at('awaited', null)).toBe(5_000);
  expect(moment.at('shown', 3_000)).toBe(3_000);
});

test('without a date that was ever known, and without a video, the newest holds', () => {
  const moment = new PictureMoment();
  moment.at('awaited', null);
  expect(moment.at('shown', null)).toBeNull();
  moment.at('shown', 5_000);
  expect(moment.at('none', null)).toBeNull();
  expect(moment.at('shown', null)).toBeNull();
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
