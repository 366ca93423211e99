import { expect, test } from 'vitest';
import { PlaylistValidator } from './support/playlist-validator.ts';

/** The measuring instrument itself: a good playlist passes, and each broken one is told from it. */
const good = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.63
#EXT-X-PART-INF:PART-TARGET=0.21
#EXT-X-MEDIA-SEQUENCE:4
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="init0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXTINF:2,
s4.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z
#EXTINF:2,
s5.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:04.000Z
#EXTINF:2,
s6.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:09.000Z
#EXT-X-PART:DURATION=0.2,URI="p7.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.2,URI="p7.1.m4s"
#EXTINF:0.4,
s7.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:09.400Z
#EXT-X-PART:DURATION=0.2,URI="p8.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.2,URI="p8.1.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p8.2.m4s"
#EXT-X-RENDITION-REPORT:URI="audio/media.m3u8",LAST-MSN=8,LAST-PART=1
`;

test('a good playlist passes, alone and after itself', () => {
  const validator = new PlaylistValidator();
  expect(validator.check(good).segments).toHaveLength(5);
  expect(validator.check(good).segments.map((segment) => segment.discontinuity)).toEqual([0, 0, 0, 1, 1]);
});

test.each<[string, string, string]>([
  ['4.4.3.1', 'EXTINF:2,\ns5', 'EXTINF:2.6,\ns5'],
  ['4.4.3.8', 'PART-HOLD-BACK=0.63', 'PART-HOLD-BACK=0.5'],
  ['4.4.3.8', 'CAN-BLOCK-RELOAD=YES', 'CAN-BLOCK-RELOAD=NO'],
  ['4.4.3.7', '#EXT-X-PART-INF:PART-TARGET=0.21\n', ''],
  ['EXT-X-MAP needs version 6', 'VERSION:6', 'VERSION:5'],
  ['within 0.21 s', 'DURATION=0.2,URI="p8.1', 'DURATION=0.25,URI="p8.1'],
  ['make a segment of', 'EXTINF:0.4,', 'EXTINF:0.6,'],
  ['a new EXT-X-MAP is a discontinuity', '#EXT-X-DISCONTINUITY\n', ''],
  ['EXT-X-PROGRAM-DATE-TIME', '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z\n', ''],
  ['dates overlap', '00:00:02.000Z', '00:00:00.500Z'],
  [
    'shorter than three target durations',
    '#EXTINF:2,\ns4.m4s\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z\n',
    '',
  ],
  ['hints its next part', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p8.2.m4s"\n', ''],
  ['is not there yet', 'URI="p8.2.m4s"', 'URI="p8.1.m4s"'],
  ['an ended playlist hints nothing', 'p8.2.m4s"\n', 'p8.2.m4s"\n#EXT-X-ENDLIST\n'],
  ['an EXT-X-MAP applies', '#EXT-X-MAP:URI="init0.mp4"\n', ''],
  ['URI https://a.example/audio/media.m3u8 is relative', '"audio/', '"https://a.example/audio/'],
  ['LAST-MSN of audio/media.m3u8', 'LAST-MSN=8', 'LAST-MSN=x'],
  ['LAST-PART of audio/media.m3u8', ',LAST-PART=1', ''],
])('is caught: %s', (broken, from, to) => {
  expect(good).toContain(from);
  expect(() => new PlaylistValidator().check(good.replace(from, to))).toThrow(broken);
});

test('a part below 85 % of the target is caught unless it is independent', () => {
  const short = good.replace('DURATION=0.2,URI="p8.0', 'DURATION=0.1,URI="p8.0');
  new PlaylistValidator().check(short);
  const dependent = short.replace('URI="p8.0.m4s",INDEPENDENT=YES', 'URI="p8.0.m4s"');
  expect(() => new PlaylistValidator().check(dependent)).toThrow('at least 85 %');
});

test.each<[string, (text: string) => string]>([
  [
    'TARGETDURATION never changes',
    (text) =>
      text.replace('TARGETDURATION:2', 'TARGETDURATION:3').replace('MEDIA-SEQUENCE:4', 'MEDIA-SEQUENCE:0'),
  ],
  ['PART-TARGET never changes', (text) => text.replace('=0.21', '=0.205')],
  ['EXT-X-MEDIA-SEQUENCE never decreases', (text) => text.replace('SEQUENCE:4', 'SEQUENCE:3')],
  ['s5.m4s was 2 s and is 1.9 s', (text) => text.replace('EXTINF:2,\ns5', 'EXTINF:1.9,\ns5')],
  ['has another URI', (text) => text.replace('s5.m4s', 's55.m4s')],
  ['has another date', (text) => text.replace('00:00:02.000Z', '00:00:02.100Z')],
  ['audio/media.m3u8 went back', (text) => text.replace('LAST-PART=1', 'LAST-PART=0')],
  ['has moved', (text) => text.replace('p8.1.m4s', 'p8.9.m4s')],
  [
    'has vanished',
    (text) =>
      `${text.slice(0, text.indexOf('#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:09.400Z'))}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p8.0.m4s"\n`,
  ],
])('a successor is caught: %s', (broken, change) => {
  const validator = new PlaylistValidator();
  validator.check(good);
  expect(() => validator.check(change(good))).toThrow(broken);
});

const recording = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="0.mp4",BYTERANGE="700@0"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXTINF:2,
#EXT-X-BYTERANGE:9000@700
0.mp4
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z
#EXTINF:2,
#EXT-X-BYTERANGE:8000@9700
0.mp4
#EXT-X-ENDLIST
`;

test('a good recording passes', () => {
  expect(new PlaylistValidator().check(recording).segments).toHaveLength(2);
});

test.each<[string, string, string]>([
  ['4.4.3.5', '#EXT-X-ENDLIST\n', ''],
  ['4.4.3.5', 'TYPE:VOD', 'TYPE:EVENT'],
  ['4.4.3.1', 'EXTINF:2,', 'EXTINF:2.6,'],
  ['4.4.4.2', '#EXT-X-BYTERANGE:9000@700\n', ''],
  ['follow each other', '8000@9700', '8000@9600'],
  ['an EXT-X-MAP applies', '#EXT-X-MAP:URI="0.mp4",BYTERANGE="700@0"\n', ''],
])('a recording that breaks "%s" is told', (rule, from, to) => {
  expect(() => new PlaylistValidator().check(recording.replace(from, to))).toThrow(rule);
});
