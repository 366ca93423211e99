import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { S3Emulator } from '@vybekart/emulators';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { watchReplay } from '../../../../packages/media/test/support/replay.ts';
import { openArchive } from '../../src/media/s3-archive.ts';
import { KillableServer } from '../faults/killable-server.ts';
import { eventually } from '../support/eventually.ts';
import { publishShow } from '../support/publish.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

const keys = { accessKeyId: 'an-access-key', secretAccessKey: 'its secret' };
const bucket = 'shows';
let s3: S3Emulator;
let environment: Record<string, string>;
beforeAll(async () => {
  s3 = await S3Emulator.start({ bucket, ...keys });
  environment = {
    S3_BUCKET: bucket,
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
});
afterEach(() => {
  s3.failingWrites = 0;
  s3.gate = Promise.resolve();
});
afterAll(() => s3.close());

const objectsOf = (id: string) => [...s3.bucket.objects.keys()].filter((key) => key.includes(id)).toSorted();

const isLive = ({ api }: Pick<Person, 'api'>, id: string) =>
  eventually('the show is live', async () => (await api.call('getStream', { params: { id } })).isLive);

describe('a recording whose show is over', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(environment);
  });
  afterAll(() => server.close());

  const onDisk = async () => readdir(path.join(server.dataDir, 'recordings')).catch((): string[] => []);
  const replayOf = (id: string) => server.guest().api.call('getReplay', { params: { id } });
  const movedAway = (id: string) =>
    eventually('the recording has moved', async () => !(await onDisk()).includes(id));

  async function pastShow(seller: Person): Promise<string> {
    const stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
    await using show = await publishShow(stream, { speed: Number.POSITIVE_INFINITY });
    await show.done;
    await show.publisher.drained();
    await isLive(seller, stream.id);
    await seller.api.call('endStream', { params: { id: stream.id } });
    return stream.id;
  }

  test('moves to the bucket and plays from there, whole and by ranges', async () => {
    const id = await pastShow(await server.registerSeller());
    await movedAway(id);
    expect(objectsOf(id)).toEqual([`recordings/${id}/0.mp4`, `recordings/${id}/index.jsonl`]);
    const { url, durationMs } = await replayOf(id);
    const video = await watchReplay(url);
    expect([...video.samples.values()].map((track) => track.length)).toEqual([125, 217]);
    expect(durationMs / 1000).toBeCloseTo(video.durationS, 1);
    const file = new URL('0.mp4', url);
    const part = await fetch(file, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    expect(part.headers.get('cache-control')).toContain('immutable');
    const beyond = await fetch(file, { headers: { range: 'bytes=99999999-' } });
    expect(beyond.status).toBe(416);
  });

  test('stays on the disk and plays while the bucket takes nothing, and moves when it does again', async () => {
    s3.failingWrites = Number.POSITIVE_INFINITY;
    const id = await pastShow(await server.registerSeller());
    const { url } = await replayOf(id);
    await eventually('a try has failed', () => s3.failedWrites > 0);
    expect(await onDisk()).toContain(id);
    expect((await watchReplay(url)).samples.get(1)).toHaveLength(125);
    s3.failingWrites = 0;
    await movedAway(id);
    expect((await watchReplay(url)).samples.get(1)).toHaveLength(125);
  });

  test('is gone from the bucket too when its seller deletes it, and when its seller leaves', async () => {
    const seller = await server.registerSeller();
    const [deleted, left] = [await pastShow(seller), await pastShow(seller)];
    await movedAway(left);
    const { url } = await replayOf(left);
    await seller.api.call('deleteReplay', { params: { id: deleted } });
    await eventually('it is gone', () => objectsOf(deleted).length === 0);
    await seller.api.call('deleteMe');
    await eventually('the other one is gone', () => objectsOf(left).length === 0);
    await expect(replayOf(left)).rejects.toMatchObject({ code: 'not_found' });
    expect((await fetch(url)).status).toBe(404);
  });
});

test('a recording whose move was cut short by a kill is whole, and moves after the next start', async () => {
  await using server = await KillableServer.open({
    ...environment,
    MEDIA_RUNS_IN: 'process',
    MEDIA_PORT: '0',
  });
  await server.start();
  const account = { email: 'sahil@example.test', password: 'a long enough secret' };
  const { session, api } = server.client();
  await session.register({
    ...account,
    displayName: 'Sahil',
    shop: { name: 'Sneakers', handle: 'sneakers' },
  });
  const stream = await api.call('createStream', { body: { title: 'Evening drop' } });
  const show = await publishShow(stream, { speed: Number.POSITIVE_INFINITY });
  await show.done;
  await show.publisher.drained();
  await isLive({ api }, stream.id);
  const opening = Promise.withResolvers<void>();
  s3.gate = opening.promise;
  await api.call('endStream', { params: { id: stream.id } });
  await eventually('the move has begun', () => s3.waitingWrites > 0);
  await server.kill();
  await show[Symbol.asyncDispose]();
  expect(objectsOf(stream.id)).toEqual([]);
  opening.resolve();
  s3.gate = Promise.resolve();

  await server.start();
  const after = server.client();
  await eventually('it has moved', () => objectsOf(stream.id).length === 2);
  const { url } = await after.api.call('getReplay', { params: { id: stream.id } });
  expect((await watchReplay(url)).samples.get(1)).toHaveLength(125);
});

test('a large file goes up in parts, and what an earlier try had begun is taken away', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-archive-'));
  try {
    const file = path.join(directory, '0.mp4');
    const bytes = 40 * 1024 * 1024 + 7;
    const content = Buffer.alloc(bytes, 'every byte of it counts ');
    await using handle = await open(file, 'w');
    await handle.writeFile(content);
    await handle.appendFile('torn');
    s3.bucket.uploads.set('left-behind', { key: 'recordings/large/0.mp4', parts: new Map() });
    const archive = await openArchive({
      bucket,
      region: 'ap-south-1',
      endpoint: s3.url,
      credentials: keys,
    });
    await archive.put('large/0.mp4', file, bytes);
    expect(s3.bucket.uploads.size).toBe(0);
    expect(s3.bucket.objects.get('recordings/large/0.mp4')?.equals(content)).toBe(true);
    const range = await archive.open('large/0.mp4', { start: 20_000_000, end: 20_000_099 });
    expect(await buffer(range)).toEqual(content.subarray(20_000_000, 20_000_100));
    for (const name of ['1', '2', '3', '4'])
      s3.bucket.objects.set(`recordings/large/${name}.mp4`, Buffer.alloc(1));
    s3.bucket.objects.set('recordings/larger/0.mp4', Buffer.alloc(1));
    await archive.remove('large');
    expect(objectsOf('large')).toEqual(['recordings/larger/0.mp4']);
    expect(await archive.read('large/index.jsonl')).toBeNull();
    const stranger = await openArchive({
      bucket,
      region: 'ap-south-1',
      endpoint: s3.url,
      credentials: { ...keys, secretAccessKey: 'a guess' },
    });
    await expect(stranger.read('larger/0.mp4')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
