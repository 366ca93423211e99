import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { StreamWithIngest } from '@vybekart/contract';
import { RtmpPublisher, readFlvFile } from '@vybekart/media';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchReplay } from '../../../../packages/media/test/support/replay.ts';
import { eventually } from '../support/eventually.ts';
import { showClip } from '../support/fixture.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

const frames = [125, 217];
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const guest = () => server.guest().api;
const replayOf = (id: string) => guest().call('getReplay', { params: { id } });
const streamOf = (id: string) => guest().call('getStream', { params: { id } });
const end = (seller: Person, id: string) => seller.api.call('endStream', { params: { id } });
const listed = async (shop?: string) => {
  const { items } = await guest().call('replays', { query: { limit: 100, ...(shop ? { shop } : {}) } });
  return items.map(({ id }) => id);
};
const foldersOnDisk = () => readdir(path.join(server.dataDir, 'recordings'));

/** A whole show, sent at once; still on air when this answers. */
async function broadcast(seller: Person, host = server): Promise<StreamWithIngest> {
  const stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
  const publisher = await RtmpPublisher.connect({
    host: '127.0.0.1',
    port: host.running.rtmpPort,
    app: 'live',
    streamKey: stream.streamKey,
  });
  await publisher.publishFlv(await readFlvFile(showClip), { speed: Number.POSITIVE_INFINITY });
  await publisher.drained();
  await eventually('the show is live', async () => {
    const { status } = await seller.api.call('getStream', { params: { id: stream.id } });
    return status === 'live';
  });
  return stream;
}

async function pastShow(seller: Person): Promise<string> {
  const { id } = await broadcast(seller);
  await end(seller, id);
  await replayOf(id);
  return id;
}

describe('a replay', () => {
  test('is there the moment the show has ended, and has every frame that went in', async () => {
    const seller = await server.registerSeller();
    const { id } = await broadcast(seller);
    await expect(replayOf(id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await streamOf(id)).toMatchObject({ replay: null });
    await end(seller, id);
    const replay = await replayOf(id);
    const video = await watchReplay(replay.url);
    expect([...video.samples.values()].map((track) => track.length)).toEqual(frames);
    expect(replay.durationMs / 1000).toBeCloseTo(video.durationS, 1);
    expect(Date.parse(replay.startedAt)).toBe(video.playlist.segments[0]?.dateTime);
    expect(replay.stretches).toEqual([{ startedAt: replay.startedAt, durationMs: replay.durationMs }]);
    expect(await streamOf(id)).toMatchObject({ replay: { durationMs: replay.durationMs } });
  });

  test('is found by buyers among all past shows and among those of the shop, the newest first', async () => {
    const [sahil, meera] = [await server.registerSeller('Sahil'), await server.registerSeller('Meera')];
    const [first, second] = [await pastShow(sahil), await pastShow(meera)];
    const all = await listed();
    expect(all.indexOf(second)).toBeLessThan(all.indexOf(first));
    expect(all).toContain(first);
    expect(await listed(sahil.user.shop?.handle)).toEqual([first]);
    expect(await listed('nobody-has-this-handle')).toEqual([]);
    const page = await guest().call('replays', { query: { limit: 1 } });
    const next = await guest().call('replays', { query: { limit: 1, cursor: page.nextCursor ?? '' } });
    expect([page.items[0]?.id, next.items[0]?.id]).toEqual([second, first]);
  });

  test('is not for shows that nobody saw, or that do not exist', async () => {
    const seller = await server.registerSeller();
    const { id } = await seller.api.call('createStream', { body: { title: 'Never on air' } });
    await expect(replayOf(id)).rejects.toMatchObject({ code: 'not_found' });
    await end(seller, id);
    for (const unknown of [id, crypto.randomUUID(), 'no-id', '..%2f..']) {
      await expect(replayOf(unknown)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await listed()).not.toContain(id);
  });

  test('list takes no cursor and no limit that it did not give', async () => {
    for (const query of [{ limit: 0 }, { limit: 1e9 }, { cursor: 'x' }, { shop: '' }]) {
      await expect(guest().call('replays', { query })).rejects.toMatchObject({ code: 'validation_failed' });
    }
  });
});

describe('deleting a replay', () => {
  test('is for the seller of the show alone, and leaves nothing behind', async () => {
    const [owner, other] = [await server.registerSeller('Owner'), await server.registerSeller('Other')];
    const id = await pastShow(owner);
    const { url } = await replayOf(id);
    const remove = (person: Person) => person.api.call('deleteReplay', { params: { id } });
    await expect(remove(other)).rejects.toMatchObject({ code: 'not_found' });
    expect((await fetch(url)).status).toBe(200);
    await remove(owner);
    await expect(replayOf(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(remove(owner)).rejects.toMatchObject({ code: 'not_found' });
    expect((await fetch(url)).status).toBe(404);
    expect(await foldersOnDisk()).not.toContain(id);
    expect(await listed()).not.toContain(id);
    expect(await streamOf(id)).toMatchObject({ status: 'ended', replay: null });
  });

  test('is refused while the show is on air, which goes on', async () => {
    const seller = await server.registerSeller();
    const { id } = await broadcast(seller);
    const remove = () => seller.api.call('deleteReplay', { params: { id } });
    await expect(remove()).rejects.toMatchObject({ code: 'not_found' });
    await end(seller, id);
    expect((await replayOf(id)).durationMs).toBeGreaterThan(4000);
  });
});

describe('what is kept', () => {
  const isGone = (id: string) =>
    eventually('the recording is gone', async () => !(await foldersOnDisk()).includes(id));

  test('is deleted when it is older than the retention allows', async () => {
    const seller = await server.registerSeller();
    const [old, fresh] = [await pastShow(seller), await pastShow(seller)];
    await server.database.query(
      `update recordings set created_at = now() - interval '31 days' where stream_id = $1`,
      [old],
    );
    await isGone(old);
    await expect(replayOf(old)).rejects.toMatchObject({ code: 'not_found' });
    expect((await replayOf(fresh)).streamId).toBe(fresh);
  });

  test('is never more than the disk may hold: the oldest goes first', async () => {
    const seller = await server.registerSeller();
    const [old, fresh] = [await pastShow(seller), await pastShow(seller)];
    await server.database.query('update recordings set bytes = $2 where stream_id = $1', [
      old,
      30 * 1024 ** 3,
    ]);
    await isGone(old);
    expect((await replayOf(fresh)).streamId).toBe(fresh);
  });
});

test('with RECORDING=off a show leaves no replay', async () => {
  await using silent = await startServer({ RECORDING: 'off' });
  const seller = await silent.registerSeller();
  const stream = await broadcast(seller, silent);
  await end(seller, stream.id);
  await expect(seller.api.call('getReplay', { params: { id: stream.id } })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(readdir(path.join(silent.dataDir, 'recordings'))).rejects.toMatchObject({ code: 'ENOENT' });
});
