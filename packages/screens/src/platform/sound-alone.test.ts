import { expect, test } from 'vitest';
import { soundAloneUrl } from './sound-alone';

const entry = 'https://shop.example/hls/show/index.m3u8';
const video =
  '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=720x1280\ns/media.m3u8\n';
const sound = '#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="opus"\ns/audio/media.m3u8\n';

test('the sound alone is the variant without a picture', () => {
  expect(soundAloneUrl(`#EXTM3U\n${video}${sound}`, entry)).toBe(
    'https://shop.example/hls/show/s/audio/media.m3u8',
  );
});

test('a show with one variant offers nothing else', () => {
  expect(soundAloneUrl(`#EXTM3U\n${video}`, entry)).toBeNull();
  expect(soundAloneUrl(`#EXTM3U\n${sound}`, entry)).toBeNull();
  expect(soundAloneUrl('not a playlist', entry)).toBeNull();
});
