import { describe, expect, test } from 'vitest';
import { UnsupportedMediaError } from '../shared/media.ts';
import { vp9Config } from './vp9.ts';

describe('VP9 configuration', () => {
  test('profile 0 with 8 bits', () => {
    expect(vp9Config({ codec: 'vp09.00.31.08', width: 1280, height: 720 })).toEqual({
      kind: 'video',
      codec: 'vp09.00.31.08',
      width: 1280,
      height: 720,
      decoderConfig: Buffer.from('001f820101010000', 'hex'),
    });
  });

  test.each([
    ['profile 0 with 8 bits', { codec: 'vp09.02.31.10' }],
    ['profile 0 with 8 bits', { codec: 'vp8' }],
    ['level 6.2', { codec: 'vp09.00.62.08' }],
    ['level 0', { codec: 'vp09.00.00.08' }],
    ['4096x2160', { width: 4096, height: 2160 }],
    ['1920x1920', { width: 1920, height: 1920 }],
    ['8x8', { width: 8, height: 8 }],
  ])('is refused with the facts: %s', (fact, change) => {
    const config = () => vp9Config({ codec: 'vp09.00.31.08', width: 1280, height: 720, ...change });
    expect(config).toThrow(UnsupportedMediaError);
    expect(config).toThrow(fact);
  });
});
