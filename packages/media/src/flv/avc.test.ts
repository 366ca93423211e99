import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnsupportedMediaError } from '../shared/media.ts';
import { parseAvcConfig } from './avc.ts';

/** Records as x264 writes them. */
const records = {
  baseline180p: '0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20',
  main720p: '014d401fffe10019674d401feca02802dd80880000030008000003019078c18cb001000568ebe3cb20',
  high1080p:
    '01640028ffe1001b67640028acd940780227e5c044000003000400000300c83c60c65801000668ebe3cb22c0fdf8f800',
  interlaced1080:
    '01640028ffe1001a67640028acd94078044fde0220000003002000000643e2c5b2c001000668fba3cb22c0fdf8f800',
  portrait406x720:
    '0164001effe1001a6764001eacd941a05be6f011000003000100000300320f162d9601000668ebe3cb22c0fdf8f800',
  scalingLists:
    '0164001effe1001a6764001eacd940a02ff97011000003000100000300320f162d9601000768ebe3cb3002c0fdf8f800',
  high10: '016e000cffe1001a676e000ca6cd941419f9f011000003000100000300320f14299601000668ebe3cb22c0fdfafa00',
  high422: '017a000cffe1001a677a000cbcd941419f8dc044000003000400000300c83c50a65801000668ebe3cb22c0fef8f800',
  high444: '01f4001effe1001b67f4001e919b281405ff1380880000030008000003019078b16cb001000668ebe3c44844fff8f800',
  level52: '01640034ffe1001a67640034acd941419f9f011000000300100000030320f183196001000668ebe3cb22c0fdf8f800',
  high1440p: '01640032ffe1001a67640032acd9402800b5b011000003000100000300320f18319601000668ebe3cb22c0fdf8f800',
};
const parse = (record: string) => parseAvcConfig(Buffer.from(record, 'hex'));

describe('H.264 configuration', () => {
  test.each([
    ['Baseline', records.baseline180p, 'avc1.42c00c', 320, 180],
    ['Main', records.main720p, 'avc1.4d401f', 1280, 720],
    ['High, cropped from 1088 lines', records.high1080p, 'avc1.640028', 1920, 1080],
    ['interlaced', records.interlaced1080, 'avc1.640028', 1920, 1080],
    ['portrait with a width that is no multiple of 16', records.portrait406x720, 'avc1.64001e', 406, 720],
    ['scaling lists in the picture parameter set', records.scalingLists, 'avc1.64001e', 640, 360],
  ])('%s', (_, record, codec, width, height) => {
    expect(parse(record)).toMatchObject({ codec, width, height });
  });

  test.each([
    ['profile 110', records.high10],
    ['profile 122', records.high422],
    ['profile 244', records.high444],
    ['level 5.1 is the highest', records.level52],
    ['2560x1440', records.high1440p],
    ['configuration is broken', '01640028ffe1001b6764'],
    ['its version is 2', records.main720p.replace(/^01/, '02')],
    ['NAL unit lengths are not 4 bytes', records.main720p.replace('1fff', '1ffc')],
    ['it holds no sequence parameter set', '014d401fffe0'],
    ['configuration is broken', ''],
  ])('is refused with the facts: %s', (fact, record) => {
    expect(() => parse(record)).toThrow(UnsupportedMediaError);
    expect(() => parse(record)).toThrow(fact);
  });

  test('damaged records are parsed or refused, never anything else', () => {
    const good = Buffer.from(records.high1080p, 'hex');
    fc.assert(
      fc.property(
        fc.nat({ max: good.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: good.length }),
        (at, byte, length) => {
          const damaged = Buffer.from(good.subarray(0, length));
          if (at < damaged.length) damaged[at] = byte;
          try {
            const { width, height } = parseAvcConfig(damaged);
            expect(width * height).toBeLessThanOrEqual(1920 * 1088);
          } catch (error) {
            expect(error).toBeInstanceOf(UnsupportedMediaError);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
