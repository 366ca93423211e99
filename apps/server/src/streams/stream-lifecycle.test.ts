import type { StreamStatus } from '@vybekart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeMedia } from '../../test/streams/fake-media.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { eventually } from '../../test/support/eventually.ts';
import { UploadsService } from '../accounts/uploads.service.ts';
import type { MediaResource, MediaState, ProvisionedShow } from '../media/media-provider.ts';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import type { EventName, Events } from '../platform/events.ts';
import { DirectoryFiles } from '../platform/files.ts';
import { newId } from '../platform/ids.ts';
import { type NodeBus, OneNode } from '../platform/node-bus.ts';
import { RateLimits } from '../platform/rate-limits.ts';
import { ActiveStreams } from './active-streams.ts';
import { IngestTickets } from './ingest-tickets.ts';
import { LiveCounts } from './live-counts.ts';
import { MediaLeasesStore } from './media-leases.store.ts';
import { MediaOwners } from './media-owners.ts';
import { StreamGuestsStore } from './stream-guests.store.ts';
import { StreamGuests } from './stream-guests.ts';
import { StreamLifecycle, StreamOptions } from './stream-lifecycle.ts';
import { StreamViews } from './stream-view.ts';
import { StreamsService } from './streams.service.ts';
import { StreamsStore } from './streams.store.ts';
import { VideoClock } from './video-clock.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

/** The real time, moved on by the test. */
class ShiftedClock extends Clock {
  aheadMs = 0;
  now() {
    return new Date(Date.now() + this.aheadMs);
  }
  monotonicMs() {
    return performance.now() + this.aheadMs;
  }
}

let testDatabase: TestDatabase;
let database: Database;
let seller: { userId: string; shopId: string; sessionId: string };
let media: FakeMedia;
let clock: ShiftedClock;
let published: EventName[];
let lifecycle: StreamLifecycle;
let streams: StreamsService;
let active: ActiveStreams;
let counts: LiveCounts;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(testDatabase.url, quiet);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

beforeEach(async () => {
  seller = { userId: newId(), shopId: newId(), sessionId: newId() };
  const { userId, shopId } = seller;
  const user = { id: userId, email: `${userId}@example.test`, display_name: 'Sahil', password_hash: '' };
  await database.db.insertInto('users').values(user).execute();
  const shop = { id: shopId, owner_id: userId, handle: `shop-${shopId}`, name: 'Shop' };
  await database.db.insertInto('shops').values(shop).execute();
  await database.db.updateTable('streams').set({ status: 'archived' }).execute();
  start(new FakeMedia());
});

/** A server that starts on this database with this provider. */
function start(provider: FakeMedia, nodeBus: NodeBus = new OneNode()): void {
  media = provider;
  clock = new ShiftedClock();
  published = [];
  counts = new LiveCounts();
  const events: Events = {
    on: () => {},
    publish: async (_, event) => void published.push(event),
  };
  const store = new StreamsStore();
  const views = new StreamViews(media, counts);
  active = new ActiveStreams(database, store, views, counts, clock);
  const tickets = new IngestTickets(clock);
  const options = new StreamOptions();
  const owners = new MediaOwners(database, new MediaLeasesStore(), media, nodeBus, quiet);
  lifecycle = new StreamLifecycle(
    database,
    store,
    media,
    events,
    active,
    tickets,
    owners,
    new VideoClock(media, nodeBus, clock),
    options,
    clock,
    quiet,
  );
  const uploads = new UploadsService(database, new DirectoryFiles('unused'), new RateLimits(clock));
  const guests = new StreamGuests(database, new StreamGuestsStore());
  streams = new StreamsService(
    database,
    store,
    media,
    lifecycle,
    views,
    uploads,
    tickets,
    owners,
    guests,
    quiet,
  );
  lifecycle.start();
}

const announce = (input: { scheduledFor?: string } = {}) =>
  streams.create(seller, { title: 'Show', productIds: [], visibility: 'public', ...input });
const statusOf = async (id: string): Promise<StreamStatus> => (await streams.find(id)).status;
const mediaIdOf = async (id: string): Promise<string> => (await streams.find(id)).media.id;
const passTime = (ms: number) => {
  clock.aheadMs += ms;
  return lifecycle.reconcile();
};

async function tell(id: string, type: 'live' | 'interrupted' | 'resumed' | 'ended', state: MediaState) {
  const mediaId = await mediaIdOf(id);
  media.states.set(mediaId, state);
  media.tell({ type, id: mediaId, at: new Date() });
}
async function goLive(): Promise<string> {
  const { id } = await announce();
  await tell(id, 'live', 'live');
  await eventually('it is live', async () => (await statusOf(id)) === 'live');
  return id;
}

describe('events of the provider', () => {
  test('that are doubled announce the show once', async () => {
    const id = await goLive();
    for (let count = 0; count < 5; count += 1) await tell(id, 'live', 'live');
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
    expect(published).toEqual(['stream.live']);
  });

  test('that never come are made up for by the reconciler', async () => {
    const { id } = await announce();
    media.states.set(await mediaIdOf(id), 'live');
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
    media.states.set(await mediaIdOf(id), 'interrupted');
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('interrupted');
    media.states.set(await mediaIdOf(id), 'live');
    await lifecycle.reconcile();
    expect(published).toEqual(['stream.live', 'stream.interrupted', 'stream.resumed']);
  });

  test('that come late or swapped do not undo what the provider says now', async () => {
    const id = await goLive();
    for (const type of ['ended', 'interrupted', 'resumed', 'live'] as const) await tell(id, type, 'live');
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
    expect(published).toEqual(['stream.live']);
  });

  test('that come while another one is followed up are not forgotten', async () => {
    const { id } = await announce();
    media.whileAnswering = async () => {
      media.whileAnswering = async () => {};
      await tell(id, 'live', 'live');
    };
    await tell(id, 'interrupted', 'idle');
    await eventually('it is live', async () => (await statusOf(id)) === 'live');
  });

  test('of a resource that nobody knows are nobody’s business', async () => {
    media.tell({ type: 'live', id: 'unknown', at: new Date() });
    const id = await goLive();
    expect(await statusOf(id)).toBe('live');
  });

  test('that cannot be followed up because the provider is down are caught up with later', async () => {
    const { id } = await announce();
    media.states.set(await mediaIdOf(id), 'live');
    media.isDown = true;
    media.tell({ type: 'live', id: await mediaIdOf(id), at: new Date() });
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('ready');
    media.isDown = false;
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
  });
});

describe('a lost encoder', () => {
  test('has 20 s to come back, with the same id and no second announcement', async () => {
    const id = await goLive();
    await tell(id, 'interrupted', 'interrupted');
    await eventually('interrupted', async () => (await statusOf(id)) === 'interrupted');
    await passTime(15_000);
    expect(await statusOf(id)).toBe('interrupted');
    await tell(id, 'resumed', 'live');
    await eventually('live again', async () => (await statusOf(id)) === 'live');
    await passTime(60_000);
    expect(await statusOf(id)).toBe('live');
    expect(published).toEqual(['stream.live', 'stream.interrupted', 'stream.resumed']);
  });

  test('that does not come back ends the show', async () => {
    const id = await goLive();
    await tell(id, 'interrupted', 'interrupted');
    await eventually('interrupted', async () => (await statusOf(id)) === 'interrupted');
    await passTime(21_000);
    expect(await streams.find(id)).toMatchObject({ status: 'ended', end_reason: 'encoder_lost' });
    expect(published).toEqual(['stream.live', 'stream.interrupted', 'stream.ended']);
  });
});

describe('after a restart of the server', () => {
  test('a show whose encoder comes back in time goes on', async () => {
    const id = await goLive();
    start(new FakeMedia());
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('interrupted');
    await tell(id, 'live', 'live');
    await eventually('live again', async () => (await statusOf(id)) === 'live');
    expect(published).toEqual(['stream.interrupted', 'stream.resumed']);
  });

  test('a show whose encoder stays away is over', async () => {
    const id = await goLive();
    start(new FakeMedia());
    await lifecycle.reconcile();
    await passTime(21_000);
    expect(await statusOf(id)).toBe('ended');
  });

  test('a key still works, and that of a show that is over does not', async () => {
    const first = await announce();
    await streams.end(seller, first.id);
    const second = await announce();
    start(new FakeMedia());
    expect(await media.authorize(first.streamKey)).toMatchObject({ refused: expect.any(String) });
    expect(await media.authorize(second.streamKey)).toEqual({ id: await mediaIdOf(second.id) });
    expect(await media.authorize('')).toMatchObject({ refused: expect.any(String) });
  });
});

describe('a show that nobody starts', () => {
  test('expires after 24 hours and gives its shop free', async () => {
    const { id } = await announce();
    await passTime(23 * 3_600_000);
    expect(await statusOf(id)).toBe('ready');
    await passTime(2 * 3_600_000);
    expect(await streams.find(id)).toMatchObject({ status: 'expired', end_reason: 'no_video' });
    expect(await announce()).toMatchObject({ status: 'ready' });
  });

  test('and was scheduled is cancelled a day after its time', async () => {
    const inOneHour = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await announce({ scheduledFor: inOneHour });
    await passTime(24 * 3_600_000);
    expect(await statusOf(id)).toBe('scheduled');
    await passTime(2 * 3_600_000);
    expect(await statusOf(id)).toBe('cancelled');
  });
});

describe('a provider that fails', () => {
  test('makes announcing answer media_unavailable, and leaves no stream', async () => {
    media.isDown = true;
    await expect(announce()).rejects.toMatchObject({ code: 'media_unavailable' });
    const page = await streams.ofSeller(seller, { limit: 10 });
    expect(page.items).toEqual([]);
    media.isDown = false;
    expect(await announce()).toMatchObject({ status: 'ready' });
  });

  test('is given back what it provided for a show that could not be stored', async () => {
    const others: string[] = [];
    media.whileProvisioning = async () => {
      media.whileProvisioning = async () => {};
      others.push((await announce()).id);
    };
    const refused = await announce().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'already_live', facts: { streamId: others[0] } });
    expect(media.stopped).toHaveLength(1);
    expect(media.stopped).not.toContain(await mediaIdOf(others[0] ?? ''));
  });

  test('does not lose the old key while a new one cannot be had', async () => {
    const { id, streamKey } = await announce();
    media.isDown = true;
    await expect(streams.rotateKey(seller, id)).rejects.toMatchObject({ code: 'media_unavailable' });
    media.isDown = false;
    expect(await media.authorize(streamKey)).toEqual({ id: await mediaIdOf(id) });
  });
});

describe('a channel that all shows of a shop share', () => {
  /** As the clouds have it: the channel's name is that of every show on it. */
  class SharedChannels extends FakeMedia {
    override readonly hasKeyPerShow: boolean = false;
    override async provision({ shopId }: ProvisionedShow): Promise<MediaResource> {
      return { id: `channel-of-${shopId}` };
    }
    override async issueKey(resource: MediaResource) {
      this.states.set(resource.id, 'idle');
      return super.issueKey(resource);
    }
  }
  const inOneHour = () => new Date(Date.now() + 3_600_000).toISOString();
  beforeEach(() => start(new SharedChannels()));

  test('belongs to the show that is ready or on air, whatever else is planned', async () => {
    const planned = await announce({ scheduledFor: inOneHour() });
    const shown = await goLive();
    expect(await statusOf(planned.id)).toBe('scheduled');
    await tell(shown, 'interrupted', 'interrupted');
    await eventually('interrupted', async () => (await statusOf(shown)) === 'interrupted');
    expect(await statusOf(planned.id)).toBe('scheduled');
  });

  test('gives a planned show its key when its seller asks and nothing else is on, and makes it ready', async () => {
    const planned = await announce({ scheduledFor: inOneHour() });
    expect(planned).toMatchObject({ status: 'scheduled', streamKey: '', rtmpIngestUrl: '' });
    const first = await announce();
    const refused = await streams.rotateKey(seller, planned.id).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'already_live', facts: { streamId: first.id } });
    await streams.end(seller, first.id);
    expect(await streams.rotateKey(seller, planned.id)).toMatchObject({
      status: 'ready',
      streamKey: expect.stringMatching(/./),
    });
  });

  test('is not touched any more by the end of the older show, nor by its events', async () => {
    const older = await goLive();
    await streams.end(seller, older);
    const { id: newer } = await announce();
    await streams.stopMedia(older);
    expect(media.stopped).toEqual([]);
    media.tell({ type: 'ended', id: await mediaIdOf(older), at: new Date() });
    await lifecycle.reconcile();
    expect([await statusOf(older), await statusOf(newer)]).toEqual(['ended', 'ready']);
    await streams.end(seller, newer);
    await streams.stopMedia(newer);
    expect(media.stopped).toHaveLength(1);
  });
});

describe('the list of what is on air', () => {
  const list = async (limit: number, cursor?: string) =>
    JSON.parse((await active.page(cursor ? { limit, cursor } : { limit })).json);

  async function onAir(count: number): Promise<string[]> {
    const rows = Array.from({ length: count }, () => ({ id: newId(), media: { id: newId() } }));
    for (const { id, media: resource } of rows) {
      const owner = newId();
      const user = { id: owner, email: `${owner}@example.test`, display_name: 'A', password_hash: '' };
      await database.db.insertInto('users').values(user).execute();
      const shop = { id: newId(), owner_id: owner, handle: `shop-${owner}`, name: 'Shop' };
      await database.db.insertInto('shops').values(shop).execute();
      await database.db
        .insertInto('streams')
        .values({
          id,
          shop_id: shop.id,
          title: 'Show',
          status: 'live',
          provider: 'fake',
          media: JSON.stringify(resource),
        })
        .execute();
      media.states.set(resource.id, 'live');
    }
    await active.refresh();
    return rows.map(({ id }) => id);
  }

  test('has the most watched first, and pages through all of it without a repetition', async () => {
    const ids = await onAir(7);
    const viewers = [3, 9, 3, 0, 120, 3, 0];
    ids.forEach((id, index) => {
      counts.set(id, { viewerCount: viewers[index] ?? 0, likeCount: 0 });
    });
    clock.aheadMs += 1000;
    const seen: { id: string; viewerCount: number }[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list(3, cursor);
      seen.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen.map(({ viewerCount }) => viewerCount)).toEqual([120, 9, 3, 3, 3, 0, 0]);
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids));
  });

  test('takes counts at most once a second, and asks the database only when a show comes or goes', async () => {
    const [id = ''] = await onAir(1);
    counts.set(id, { viewerCount: 5, likeCount: 1 });
    expect((await list(10)).items[0].viewerCount).toBe(0);
    clock.aheadMs += 1000;
    expect((await list(10)).items[0]).toMatchObject({ viewerCount: 5, likeCount: 1 });
    await database.db.updateTable('streams').set({ title: 'Renamed' }).where('id', '=', id).execute();
    clock.aheadMs += 1000;
    counts.set(id, { viewerCount: 6, likeCount: 1 });
    expect((await list(10)).items[0]).toMatchObject({ viewerCount: 6, title: 'Show' });
    await active.refresh();
    expect((await list(10)).items[0]).toMatchObject({ title: 'Renamed' });
  });

  test('is the very same answer until something changes', async () => {
    await onAir(2);
    const one = await active.page({ limit: 20 });
    expect(await active.page({ limit: 20 })).toBe(one);
    await active.refresh();
    expect((await active.page({ limit: 20 })).etag).toBe(one.etag);
  });
});

describe('of two nodes with a video server in each', () => {
  class NodeMedia extends FakeMedia {
    override readonly isPartOfNode = true;
  }
  /** A node by its id, which hears nothing of the other. */
  const busOf = (nodeId: string) => Object.assign(new OneNode(), { nodeId }) as NodeBus;
  const letLeasesEnd = () =>
    database.db.updateTable('media_leases').set({ renewed_at: sql`now() - interval '13 seconds'` }).execute();

  test('the one that does not have the video leaves the show alone, and ends it when the other is dead', async () => {
    start(new NodeMedia(), busOf('one'));
    const id = await goLive();
    const one = { media, lifecycle };
    start(new NodeMedia(), busOf('other'));
    await passTime(60_000);
    expect(await statusOf(id)).toBe('live');
    await letLeasesEnd();
    await one.lifecycle.reconcile();
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
    await letLeasesEnd();
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('interrupted');
    await passTime(21_000);
    expect(await statusOf(id)).toBe('ended');
  });

  test('the one to which the encoder comes back has the show from then on', async () => {
    start(new NodeMedia(), busOf('one'));
    const id = await goLive();
    const mediaId = await mediaIdOf(id);
    const one = { media, lifecycle };
    start(new NodeMedia(), busOf('other'));
    media.states.set(mediaId, 'live');
    await lifecycle.reconcile();
    one.media.states.set(mediaId, 'ended');
    await one.lifecycle.reconcile();
    expect(await statusOf(id)).toBe('live');
    media.states.set(mediaId, 'ended');
    await lifecycle.reconcile();
    expect(await statusOf(id)).toBe('ended');
  });
});
