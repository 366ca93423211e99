import { describe, expect, test } from 'vitest';
import { playbackToken, privatePlaybackId } from '../src/index.ts';
import { FakeClock } from './support/fake-clock.ts';
import { startMedia } from './support/media-rig.ts';
import { Viewer } from './support/viewer.ts';

const secret = 'a secret of this test';
const hourMs = 3_600_000;

async function aPrivateShow() {
  const clock = new FakeClock();
  const rig = await startMedia({ clock, playbackSecret: secret });
  await rig.publishShow();
  await rig.happened('live');
  const tokenFor = (playbackId: string) => playbackToken(secret, playbackId, clock.now());
  const at = (path: string) => `${rig.origin}/hls/${path}`;
  const statusOf = async (path: string) => {
    const response = await fetch(at(path));
    await response.arrayBuffer();
    return response.status;
  };
  return { rig, clock, tokenFor, at, statusOf };
}

describe('a server that signs playback', () => {
  test('plays under a signed address, and everything that its playlists refer to is signed as well', async () => {
    const { tokenFor, at, statusOf } = await aPrivateShow();
    const token = tokenFor('play-k');
    const viewer = await new Viewer(at(`${token}/play-k/index.m3u8`)).open();
    expect(viewer.parts.size).toBeGreaterThan(5);
    expect(viewer.mediaUrl).toContain(`/hls/${token}/play-k/`);
    const unsigned = viewer.mediaUrl.slice(at('').length).replace(`${token}/`, '');
    expect(await statusOf(unsigned)).toBe(403);
    expect(await statusOf(unsigned.replace('media.m3u8', 's0.m4s'))).toBe(403);
    expect((await viewer.reload('?_HLS_msn=2')).segments.length).toBeGreaterThan(0);
  });

  test.each<[string, (token: string, other: string) => string]>([
    ['no token', () => 'play-k/index.m3u8'],
    ["another stream's token", (_, other) => `${other}/play-k/index.m3u8`],
    [
      'a changed code',
      (token) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}/play-k/index.m3u8`,
    ],
    [
      'a later end',
      (token) => `${token.replace(/s-(\d)/, (_, digit) => `s-${Number(digit) + 1}`)}/play-k/index.m3u8`,
    ],
    ['a cut code', (token) => `${token.slice(0, -2)}/play-k/index.m3u8`],
    ['a picture without a token', () => 'play-k/thumbnail1.jpg'],
    ['a recording without a token', () => 'play-k/replay/index.m3u8'],
    ['nothing at all', () => ''],
    ['two tokens', (token) => `${token}/${token}/play-k/index.m3u8`],
  ])('%s is 403, which nobody keeps', async (_, path) => {
    const { tokenFor, at } = await aPrivateShow();
    const response = await fetch(at(path(tokenFor('play-k'), tokenFor('other'))));
    expect([response.status, response.headers.get('cache-control')]).toEqual([403, 'no-store']);
  });

  test('tells with 404, to those who may know, that a stream is not there or is over', async () => {
    const { rig, clock, tokenFor, statusOf } = await aPrivateShow();
    expect(await statusOf(`${tokenFor('unknown')}/unknown/index.m3u8`)).toBe(404);
    const entry = `${tokenFor('play-k')}/play-k/index.m3u8`;
    expect(await statusOf(entry)).toBe(200);
    rig.media.end('play-k');
    expect(await statusOf(entry)).toBe(200);
    clock.advance(60_000);
    expect(await statusOf(entry)).toBe(404);
    expect(await statusOf('play-k/index.m3u8')).toBe(403);
  });

  test('a token holds for 12 hours at least and 24 at most, and is the same for all who ask within 12', async () => {
    const { clock, tokenFor, statusOf } = await aPrivateShow();
    clock.advance(12 * hourMs - (clock.now() % (12 * hourMs)));
    const first = tokenFor('other');
    clock.advance(12 * hourMs - 1);
    expect(tokenFor('other')).toBe(first);
    clock.advance(1);
    expect(tokenFor('other')).not.toBe(first);
    clock.advance(12 * hourMs - 1);
    expect(await statusOf(`${first}/other/index.m3u8`)).toBe(404);
    clock.advance(1);
    expect(await statusOf(`${first}/other/index.m3u8`)).toBe(403);
  });
});

test('a server that does not sign knows no tokens', async () => {
  const rig = await startMedia();
  await rig.publishShow();
  await rig.happened('live');
  const token = playbackToken(secret, 'play-k', Date.now());
  expect((await fetch(`${rig.origin}/hls/${token}/play-k/index.m3u8`)).status).toBe(404);
});

test('a server that signs for private streams alone plays the others to all, and these under their token', async () => {
  const privateId = privatePlaybackId('play-k');
  const rig = await startMedia({
    playbackSecret: secret,
    needsToken: 'private',
    authorize: async (key) => ({ playbackId: key === 'p' ? privateId : 'play-k' }),
  });
  await Promise.all([rig.publishShow('k'), rig.publishShow('p', privateId)]);
  await rig.happened('live', 2);
  const statusOf = async (path: string) => (await fetch(`${rig.origin}/hls/${path}/index.m3u8`)).status;
  const token = playbackToken(secret, privateId, Date.now());
  const other = playbackToken(secret, 'play-k', Date.now());
  expect(await statusOf('play-k')).toBe(200);
  expect(await statusOf(`${token}/${privateId}`)).toBe(200);
  expect(await statusOf(privateId)).toBe(403);
  expect(await statusOf(`${other}/${privateId}`)).toBe(403);
  expect(await statusOf(`${token}/../${privateId}`)).toBe(403);
});
