import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeMedia } from '../../test/streams/fake-media.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { MediaResource } from '../media/media-provider.ts';
import { Database } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';
import type { StreamsService } from '../streams/streams.service.ts';
import { RecordingOptions, RecordingsService } from './recordings.service.ts';
import { RecordingsStore } from './recordings.store.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(testDatabase.url, quiet);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

/** A provider that counts how often it is asked for a recording, and that keeps what nobody knows. */
class CountingMedia extends FakeMedia {
  asked = 0;
  readonly deleted: string[] = [];
  idle: MediaResource[] = [];
  override async recording() {
    this.asked += 1;
    return null;
  }
  override async deleteRecording({ id }: MediaResource) {
    this.deleted.push(id);
  }
  override async idleRecordings() {
    return this.idle;
  }
}

function recordingsOf(media: CountingMedia, show: { endedAt: Date }) {
  const find = async (id: string) => ({
    id,
    status: 'ended',
    provider: 'fake',
    media: { id: 'a-show' },
    ended_at: show.endedAt,
  });
  const streams = {
    find,
    findFor: find,
    stopMedia: () => media.stop({ id: 'a-show' }),
  } as unknown as StreamsService;
  const options = new RecordingOptions(30, 1e9);
  return new RecordingsService(database, new RecordingsStore(), media, streams, options, quiet);
}

test('a show of which nothing was recorded has its video stopped once, however often its replay is asked for', async () => {
  const media = new CountingMedia();
  const recordings = recordingsOf(media, { endedAt: new Date() });
  const id = newId();
  for (let viewer = 0; viewer < 3; viewer += 1) {
    await expect(recordings.replay(id, null)).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(media.stopped).toEqual(['a-show']);
});

test('nobody is asked for the recording of a show that ended long ago without one', async () => {
  const media = new CountingMedia();
  const recordings = recordingsOf(media, { endedAt: new Date(Date.now() - 3_600_000) });
  await expect(recordings.replay(newId(), null)).rejects.toMatchObject({ code: 'not_found' });
  expect([media.stopped, media.asked]).toEqual([[], 0]);
});

test('a recording whose show is gone from the database is deleted, one whose show is there is not', async () => {
  const [userId, shopId, streamId] = [newId(), newId(), newId()];
  const user = { id: userId, email: `${userId}@example.test`, display_name: 'A', password_hash: '' };
  await database.db.insertInto('users').values(user).execute();
  const shop = { id: shopId, owner_id: userId, handle: `shop-${shopId}`, name: 'Shop' };
  await database.db.insertInto('shops').values(shop).execute();
  const media = JSON.stringify({ id: 'known' });
  const stream = { id: streamId, shop_id: shopId, title: 'Show', status: 'ended', provider: 'fake', media };
  await database.db.insertInto('streams').values(stream).execute();
  const provider = new CountingMedia();
  provider.idle = [{ id: 'known' }, { id: 'stranger' }];
  await recordingsOf(provider, { endedAt: new Date() }).sweep();
  expect(provider.deleted).toEqual(['stranger']);
});
