import { expect, test } from 'vitest';
import { stageState } from './stage-state';

const watching = { status: 'live', room: 'live', error: null, playback: 'playing' } as const;

test('a picture that moves is shown, whatever the server says of the encoder', () => {
  expect(stageState(watching)).toBe('playing');
  expect(stageState({ ...watching, status: 'interrupted' })).toBe('playing');
});

test('an encoder that went away is announced once the picture stands', () => {
  expect(stageState({ ...watching, status: 'interrupted', playback: 'stalled' })).toBe('interrupted');
});

test('a show that has no video yet is about to begin', () => {
  expect(stageState({ ...watching, status: 'ready', playback: 'loading' })).toBe('starting');
  expect(stageState({ ...watching, status: 'scheduled', playback: 'loading' })).toBe('starting');
});

test('the end is the end, even while the last seconds still play', () => {
  expect(stageState({ ...watching, status: 'ended' })).toBe('ended');
  expect(stageState({ ...watching, room: 'ended' })).toBe('ended');
});

test('a room that refuses is not shown at all', () => {
  expect(stageState({ ...watching, room: 'refused', error: 'not_found' })).toBe('missing');
  expect(stageState({ ...watching, room: 'refused', error: 'forbidden' })).toBe('banned');
});

test('a browser that forbids autoplay gets a tap', () => {
  expect(stageState({ ...watching, playback: 'blocked' })).toBe('blocked');
});

test('loading for the first time needs no words', () => {
  expect(stageState({ ...watching, playback: 'loading' })).toBe('playing');
  expect(stageState({ ...watching, playback: 'unavailable' })).toBe('unavailable');
});
