import type { StreamWithIngest } from '@vybekart/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let seller: Person;
let other: Person;
let third: Person;

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller('Sahil');
  other = await server.registerSeller('Meera');
  third = await server.registerSeller('Ravi');
});
beforeEach(async () => {
  for (const person of [seller, other, third]) await endAll(person);
});
afterAll(() => server.close());

const code = (failure: Promise<unknown>) =>
  failure.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
const end = (person: Person, id: string) => person.api.call('endStream', { params: { id } });

async function announce(person: Person, body: object = {}): Promise<StreamWithIngest> {
  return person.api.call('createStream', { body: { title: 'Sneakers', ...body } });
}
const mine = (person: Person) => person.api.call('myStreams', { query: { limit: 100 } });

async function endAll(person: Person): Promise<void> {
  const { items } = await mine(person);
  const open = items.filter(({ status }) => status === 'ready' || status === 'scheduled');
  await Promise.all(open.map(({ id }) => end(person, id)));
}

describe('announcing a show', () => {
  test('for a time that is over, or more than ninety days away, is refused and says why', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    for (const days of [-1, 91]) {
      await expect(announce(seller, { scheduledFor: inDays(days) })).rejects.toMatchObject({
        code: 'validation_failed',
      });
    }
    expect(await announce(seller, { scheduledFor: inDays(89) })).toMatchObject({ status: 'scheduled' });
  });

  test('is refused while a shop has twenty others in its calendar, however many come at once', async () => {
    const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
    const codes = await Promise.all(
      Array.from({ length: 24 }, () => code(announce(seller, { scheduledFor }))),
    );
    expect(codes.toSorted()).toEqual([...Array(4).fill('limit_reached'), ...Array(20).fill('ok')]);
    expect(await announce(other, { scheduledFor })).toMatchObject({ status: 'scheduled' });
  });

  test('answers the key, the ingest and the playback address, and is not live before there is video', async () => {
    const stream = await announce(seller, { title: '  नए जूते 👟 ' });
    expect(stream).toMatchObject({ title: 'नए जूते 👟', status: 'ready', isLive: false, viewerCount: 0 });
    expect(stream.streamKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(stream.rtmpIngestUrl).toBe(`rtmp://localhost:${server.running.rtmpPort}/live`);
    expect(stream.hlsPlaybackUrl).toBe(stream.playback.url);
    expect(stream.hlsPlaybackUrl).not.toContain(stream.streamKey);
    expect(stream.seller).toMatchObject({ handle: seller.user.shop?.handle, displayName: "Sahil's shop" });
    const active = await server.guest().api.call('activeStreams', {});
    expect(active.items.map(({ id }) => id)).not.toContain(stream.id);
  });

  test('shows the key to the owner once, and to nobody in any other answer', async () => {
    const stream = await announce(seller);
    const answers = await Promise.all([
      seller.api.call('getStream', { params: { id: stream.id } }),
      seller.api.call('myStreams', {}),
      server.guest().api.call('getStream', { params: { id: stream.id } }),
    ]);
    expect(JSON.stringify([...answers, await end(seller, stream.id)])).not.toContain(stream.streamKey);
    const { rows } = await server.database.query('select * from streams where id = $1', [stream.id]);
    expect(JSON.stringify(rows)).not.toContain(stream.streamKey);
  });

  test('a second one is refused with the first one, also when both come at once', async () => {
    const results = await Promise.allSettled([announce(seller), announce(seller), announce(seller)]);
    const made = results.filter((result) => result.status === 'fulfilled');
    expect(made).toHaveLength(1);
    const ready = (await mine(seller)).items.filter(({ status }) => status === 'ready');
    expect(ready).toHaveLength(1);
    const refused = await announce(seller).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'already_live', problem: { streamId: ready[0]?.id } });
  });

  test('after the first has ended a second may follow', async () => {
    const first = await announce(seller);
    expect(await end(seller, first.id)).toMatchObject({ status: 'cancelled', isLive: false });
    expect((await announce(seller)).id).not.toBe(first.id);
  });

  test('needs a shop', async () => {
    const buyer = await server.register();
    expect(await code(announce(buyer))).toBe('not_a_seller');
  });

  test.each([
    ['no title', { title: '' }],
    ['a title of blanks', { title: '   ' }],
    ['a title of 121 characters', { title: 'x'.repeat(121) }],
    ['a control character', { title: 'a\u0007b' }],
    ['a bidirectional override', { title: 'a\u202eb' }],
    ['a number as title', { title: 7 }],
    ['a time that is none', { scheduledFor: 'tomorrow' }],
    ['a field that does not exist', { isLive: true }],
    ['a thumbnail that nobody uploaded', { thumbnailId: '019a0000-0000-7000-8000-000000000000' }],
    ['a product that does not exist', { productIds: ['019a0000-0000-7000-8000-000000000000'] }],
    ['a product id that is none', { productIds: ['1'] }],
  ])('is refused with %s, and leaves nothing behind', async (_, body) => {
    expect(await code(announce(seller, body))).toBe('validation_failed');
    expect((await mine(seller)).items.filter(({ status }) => status === 'ready')).toEqual([]);
  });

  test("is refused with another shop's product", async () => {
    const product = await seller.api.call('createProduct', {
      body: { title: 'Runner', price: { amountMinor: 129900, currency: 'inr' }, stock: 3 },
    });
    expect(await code(announce(other, { productIds: [product.id] }))).toBe('validation_failed');
  });
});

describe('a scheduled show', () => {
  test('stands among the upcoming ones in the order of their times, page by page', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const [late, early, middle] = await Promise.all(
      [30, 10, 20].map((hours, index) =>
        announce([seller, other, third][index] as Person, { scheduledFor: at(hours) }),
      ),
    );
    expect(early).toMatchObject({ status: 'scheduled', isLive: false });
    expect(early?.streamKey).toMatch(/^.{43}$/);
    const guest = server.guest();
    const first = await guest.api.call('upcomingStreams', { query: { limit: 2 } });
    expect(first.items.map(({ id }) => id)).toEqual([early?.id, middle?.id]);
    const rest = await guest.api.call('upcomingStreams', {
      query: { limit: 2, cursor: String(first.nextCursor) },
    });
    expect(rest).toMatchObject({ items: [{ id: late?.id }], nextCursor: null });
  });

  test('does not keep its shop from going live with another', async () => {
    await announce(seller, { scheduledFor: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await announce(seller)).toMatchObject({ status: 'ready' });
  });
});

describe('a show that is none of your business', () => {
  test('cannot be ended, nor its key rotated', async () => {
    const stream = await announce(other);
    for (const route of ['endStream', 'rotateStreamKey'] as const) {
      expect(await code(seller.api.call(route, { params: { id: stream.id } }))).toBe('not_found');
    }
    const after = await server.guest().api.call('getStream', { params: { id: stream.id } });
    expect(after.status).toBe('ready');
  });

  test('is not found once it has come to nothing, except by its seller', async () => {
    const stream = await announce(seller);
    await end(seller, stream.id);
    expect(await code(other.api.call('getStream', { params: { id: stream.id } }))).toBe('not_found');
    expect(await seller.api.call('getStream', { params: { id: stream.id } })).toMatchObject({
      status: 'cancelled',
    });
  });

  test.each(['1', '%00', '..%2f..%2fetc', 'x'.repeat(150), '019a0000-0000-7000-8000-000000000000'])(
    'with the id %j is not found',
    async (id) => {
      const response = await fetch(`${server.url}/streams/${id}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
    },
  );
});

test('ending is idempotent: the same answer however often and however parallel', async () => {
  const stream = await announce(seller);
  const answers = await Promise.all([1, 2, 3, 4].map(() => end(seller, stream.id)));
  answers.push(await end(seller, stream.id));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('the lists refuse what is no page of theirs', async () => {
  for (const query of [
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=x',
    'cursor=nonsense',
    'page=2',
    'limit=1&limit=2',
  ]) {
    for (const list of ['active', 'upcoming']) {
      const response = await fetch(`${server.url}/streams/${list}?${query}`);
      expect([list, query, response.status]).toEqual([list, query, 422]);
    }
  }
});

test("a seller's own shows come newest first, page by page", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const { id } = await announce(seller, { title: `Show ${index}` });
    ids.unshift(id);
    await end(seller, id);
  }
  const seen: string[] = [];
  for (let cursor: string | null | undefined; seen.length < 5; ) {
    const page = await seller.api.call('myStreams', { query: cursor ? { limit: 2, cursor } : { limit: 2 } });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen.slice(0, 5)).toEqual(ids);
});
