import { describe, expect, test } from 'vitest';
import { UnsupportedMediaError } from '../shared/media.ts';
import { parseAacConfig } from './aac.ts';

const parse = (config: string) => parseAacConfig(Buffer.from(config, 'hex'));

describe('AAC configuration', () => {
  test.each([
    ['AAC-LC 44.1 kHz stereo', '1210', { codec: 'mp4a.40.2', sampleRate: 44_100, channels: 2 }],
    ['AAC-LC 48 kHz mono', '1188', { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 }],
    ['AAC-LC with sync extension', '121056e500', { codec: 'mp4a.40.2', sampleRate: 44_100, channels: 2 }],
    ['AAC-LC 5.1', '11b0', { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 6 }],
    ['HE-AAC of a 24 kHz core', '2b118800', { codec: 'mp4a.40.5', sampleRate: 24_000, channels: 2 }],
    ['HE-AAC v2', 'eb098800', { codec: 'mp4a.40.29', sampleRate: 24_000, channels: 1 }],
    ['an explicit sample rate', '1780564410', { codec: 'mp4a.40.2', sampleRate: 44_168, channels: 2 }],
  ])('%s', (_, config, expected) => {
    expect(parse(config)).toMatchObject({ ...expected, samplesPerFrame: 1_024 });
  });

  test.each([
    ['audio object type 1', '0a10'],
    ['audio object type 39', 'f8f02000'],
    ['sample rate index 13', '1690'],
    ['channel configuration is reserved', '1248'],
    ['configuration is broken', '12'],
    ['configuration is broken', ''],
  ])('is refused with the facts: %s', (fact, config) => {
    expect(() => parse(config)).toThrow(UnsupportedMediaError);
    expect(() => parse(config)).toThrow(fact);
  });
});
