import { expect, test } from 'vitest';
import { checkMultivariant } from './support/multivariant-validator.ts';
import { readPlaylist } from './support/playlist-reader.ts';
import { PlaylistWatch } from './support/playlist-watch.ts';
import { compareWithSecondReader } from './support/second-reader.ts';

/** The measuring instruments themselves, see playlist-validator.test.ts for the rules of media playlists. */
const good = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.64000c,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000
a/media.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=90,AVERAGE-BANDWIDTH=90,CODECS="mp4a.40.2"
a/audio/media.m3u8
`;

test('a good multivariant playlist passes', () => {
  expect(checkMultivariant(good).map(({ uri }) => uri)).toEqual(['a/media.m3u8', 'a/audio/media.m3u8']);
});

test.each<[string, string, string]>([
  ['#EXTM3U', '#EXTM3U\n', ''],
  ['EXT-X-VERSION', '#EXT-X-VERSION:6\n', ''],
  ['BANDWIDTH is a positive integer', 'BANDWIDTH=900,', 'BANDWIDTH=0,'],
  ['AVERAGE-BANDWIDTH', 'AVERAGE-BANDWIDTH=800', 'AVERAGE-BANDWIDTH=901'],
  ['names what there is', 'avc1.64000c', 'h264'],
  ['names what there is', 'CODECS="mp4a.40.2"', 'CODECS=""'],
  ['RESOLUTION', 'RESOLUTION=320x180,', ''],
  ['FRAME-RATE', '25.000', '25'],
  ['an address follows', 'a/media.m3u8\n', ''],
  ['its own address', 'a/audio/media.m3u8', 'a/media.m3u8'],
  ['in it', 'a/media.m3u8\n', 'a/media.m3u8\n#EXT-X-TARGETDURATION:2\n'],
  ['has no EXT-X-STREAM-INF', 'a/media.m3u8\n', 'a/media.m3u8\nb.m3u8\n'],
])('a multivariant playlist that breaks "%s" is told', (broken, from, to) => {
  expect(good).toContain(from);
  expect(() => checkMultivariant(good.replace(from, to))).toThrow(broken);
});

const media = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="0.mp4",BYTERANGE="700@0"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXTINF:2,
#EXT-X-BYTERANGE:9000@700
0.mp4
#EXT-X-ENDLIST
`;

test('two readers that see different things are told apart', () => {
  const ours = readPlaylist(media);
  compareWithSecondReader(media, ours);
  expect(() => compareWithSecondReader(media.replace('ION:2', 'ION:3'), ours)).toThrow(
    'target duration: one reader sees 2, the other 3',
  );
});

test('a broken playlist is noticed on its way out, whoever asked for it', () => {
  const watch = new PlaylistWatch();
  const answer = (url: string, text: string) => {
    const res = { statusCode: 200, end: () => res };
    watch.watch({ url } as never, res as never);
    Reflect.apply(res.end, res, [Buffer.from(text)]);
  };
  answer('/hls/play/index.m3u8', good);
  answer('/hls/play/replay/media.m3u8?x=1', media);
  expect(watch).toMatchObject({ checked: 2, broken: [] });
  answer('/hls/play/index.m3u8', good.replace('BANDWIDTH=900', 'BANDWIDTH=none'));
  answer('/hls/play/replay/media.m3u8', media.replace('#EXT-X-ENDLIST\n', ''));
  answer('/hls/play/a/s1.m4s', 'no playlist');
  expect(watch.broken).toEqual([
    expect.stringContaining('/hls/play/index.m3u8: multivariant playlist breaks RFC 8216bis'),
    expect.stringContaining('/hls/play/replay/media.m3u8: playlist breaks RFC 8216bis'),
  ]);
});
