import { expect, test } from 'vitest';
import { watchReplay } from '../../../../packages/media/test/support/replay.ts';
import { KillableServer } from '../faults/killable-server.ts';
import { eventually } from '../support/eventually.ts';
import { publishShow } from '../support/publish.ts';

const segmentS = 1;

test('a show in whose middle the server was killed plays up to at most its last segment', async () => {
  await using server = await KillableServer.open();
  await server.start();
  const account = { email: 'sahil@example.test', password: 'a long enough secret' };
  const before = server.client();
  await before.session.register({
    ...account,
    displayName: 'Sahil',
    shop: { name: 'Sneakers', handle: 'sneakers' },
  });
  const stream = await before.api.call('createStream', { body: { title: 'Evening drop' } });
  const show = await publishShow(stream, { loop: true });
  const startedMs = performance.now();
  const statusOf = async () => (await before.api.call('getStream', { params: { id: stream.id } })).status;
  await eventually('the show is live', async () => (await statusOf()) === 'live');
  await eventually('six seconds of show', () => performance.now() - startedMs > 6000);
  const publishedS = (performance.now() - startedMs) / 1000;
  await server.kill();
  await show[Symbol.asyncDispose]();

  await server.start();
  const after = server.client();
  await after.session.login(account);
  await after.api.call('endStream', { params: { id: stream.id } });
  const replay = await after.api.call('getReplay', { params: { id: stream.id } });
  const video = await watchReplay(replay.url);
  expect(video.durationS).toBeGreaterThan(publishedS - 2 * segmentS - 0.5);
  expect(video.durationS).toBeLessThan(publishedS + segmentS);
  expect(video.samples.get(1)?.length).toBeCloseTo(video.durationS * 25, -1);
  expect(replay.durationMs / 1000).toBeCloseTo(video.durationS, 1);
});
