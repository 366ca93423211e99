import { expect, test } from 'vitest';
import type { IngestHealth } from '../media/media-provider.ts';
import { adviceFor } from './ingest-advice.ts';

const good: IngestHealth = {
  bitsPerSecond: 2_650_000,
  framesPerSecond: 30,
  keyFrameIntervalMs: 1_000,
  framesLost: 0,
  width: 1280,
  height: 720,
  hasSound: true,
};

test('a good stream needs no advice, nor does one that has just begun', () => {
  expect(adviceFor(good)).toEqual([]);
  expect(adviceFor({ ...good, bitsPerSecond: 0, framesPerSecond: 0, keyFrameIntervalMs: null })).toEqual([]);
});

test.each<[string, Partial<IngestHealth>]>([
  ['key_frames_rare', { keyFrameIntervalMs: 8_000 }],
  ['bit_rate_high', { bitsPerSecond: 8_000_000 }],
  ['bit_rate_low', { bitsPerSecond: 300_000 }],
  ['frame_rate_low', { framesPerSecond: 12 }],
  ['frames_lost', { framesLost: 7 }],
  ['no_sound', { hasSound: false }],
  ['no_video', { width: null, height: null, framesPerSecond: 0, keyFrameIntervalMs: null }],
])('%s is told when it is so', (advice, change) => {
  expect(adviceFor({ ...good, ...change })).toEqual([advice]);
});

test('what loses pictures comes before what makes them worse', () => {
  const advice = adviceFor({ ...good, framesLost: 20, keyFrameIntervalMs: 8_000, hasSound: false });
  expect(advice).toEqual(['frames_lost', 'key_frames_rare', 'no_sound']);
});
