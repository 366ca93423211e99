import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { playlists } from './playlist-rules.ts';

test('a playlist that breaks a rule is noticed though its test never reads it, one of another kind of server is not', async () => {
  const server = createServer((_, response) => response.end(Buffer.from('#EXTM3U\n')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/hls/a-show/session/media.m3u8', '/hls/a-show/index.m3u8', '/cloud/a-show.m3u8']) {
    await (await fetch(origin + path)).text();
  }
  expect(playlists.broken.splice(0)).toEqual([
    expect.stringContaining('/hls/a-show/session/media.m3u8: '),
    expect.stringContaining('/hls/a-show/index.m3u8: '),
  ]);
});
