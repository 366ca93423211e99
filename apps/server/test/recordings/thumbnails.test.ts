import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { publishShow } from '../support/publish.ts';
import { startServer } from '../support/start-server.ts';

test('a card shows a picture of the show while it is on air, and the picture of the seller afterwards', async ({
  skip,
}) => {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    if (process.env.CI) throw new Error('ffmpeg is missing');
    skip('ffmpeg is not installed: no picture was taken');
  }
  await using server = await startServer({ THUMBNAILS: 'on' });
  const seller = await server.registerSeller();
  const stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
  await using _show = await publishShow(stream, { loop: true });
  const url = await eventually('the picture on the card', async () => {
    const { items } = await server.guest().api.call('activeStreams');
    return items.find(({ id }) => id === stream.id)?.thumbnailUrl;
  });
  const picture = await fetch(new URL(url, server.url));
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await picture.arrayBuffer()).toString('latin1', 0, 2)).toBe('\xff\xd8');
  const ended = await seller.api.call('endStream', { params: { id: stream.id } });
  expect(ended.thumbnailUrl).toBeNull();
});
