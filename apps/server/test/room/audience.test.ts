import { randomUUID } from 'node:crypto';
import type { StreamWithIngest } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let asha: Person;
let ravi: Person;
let stream: StreamWithIngest;
let streamId: string;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  asha = await server.register('Asha');
  ravi = await server.register('Ravi');
});
beforeEach(async () => {
  tabs = [];
  stream = await seller.api.call('createStream', { body: { title: 'Sneakers' } });
  streamId = stream.id;
});
afterEach(async () => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
  await seller.api.call('endStream', { params: { id: streamId } });
});
afterAll(() => server.close());

async function joined(person: Person | null, auth: object = {}): Promise<Tab> {
  const tab = person ? await Tab.of(server.url, person) : await Tab.open(server.url, auth);
  tabs.push(tab);
  await tab.do('join_room', { streamId });
  return tab;
}
const shownCount = (tab: Tab) => tab.payloads('viewer_count').at(-1)?.count;

describe('the number of viewers', () => {
  test('counts three tabs of a person once, and forgets a person soon after the last one', async () => {
    const watcher = await joined(ravi);
    const three = [await joined(asha), await joined(asha), await joined(asha)];
    await eventually('two people', () => shownCount(watcher) === 2);
    for (const tab of three.slice(1)) tab.close();
    const guest = await joined(null);
    await eventually('three people', () => shownCount(watcher) === 3);
    three[0]?.close();
    guest.close();
    const closedAtMs = performance.now();
    await eventually('one is left', () => shownCount(watcher) === 1);
    expect(performance.now() - closedAtMs).toBeLessThan(soonMs);
    expect(watcher.payloads('viewer_count').at(-1)).toEqual({ streamId, count: 1, peak: 3 });
  });

  test("counts a guest's device once, and guests without one apart", async () => {
    const watcher = await joined(ravi);
    const deviceId = randomUUID();
    await joined(null, { deviceId });
    await joined(null, { deviceId });
    await joined(null);
    await joined(null, { deviceId: { toString: 'x' } });
    await eventually('four viewers', () => shownCount(watcher) === 4);
  });

  test('is told at most once a second, and leaves with leave_room', async () => {
    const watcher = await joined(ravi);
    const startedAtMs = performance.now();
    const guests = await Promise.all(Array.from({ length: 30 }, () => joined(null)));
    await eventually('31 viewers', () => shownCount(watcher) === 31);
    for (const guest of guests) expect(await guest.codeOf('leave_room', { streamId })).toBe('ok');
    expect(await guests[0]?.codeOf('leave_room', { streamId })).toBe('ok');
    await eventually('one is left', () => shownCount(watcher) === 1);
    const seconds = (performance.now() - startedAtMs) / 1000;
    expect(watcher.payloads('viewer_count').length).toBeLessThanOrEqual(2 + seconds);
  });

  test('stands in the snapshot and on the list, and its peak stays in the books', async () => {
    await joined(asha);
    const { room } = await (await joined(ravi)).do('join_room', { streamId });
    expect(room.viewerCount).toBe(2);
    const { viewerCount } = await server.guest().api.call('getRoom', { params: { id: streamId } });
    expect(viewerCount).toBe(2);
    await eventually('the peak is saved', async () => {
      const { rows } = await server.database.query('select peak_viewers from streams where id = $1', [
        streamId,
      ]);
      return rows[0].peak_viewers === 2;
    });
  });
});

describe('hearts', () => {
  test('are summed: few events, the counts add up to what was accepted, the total is absolute', async () => {
    const watcher = await joined(null);
    const fans = [await joined(asha), await joined(ravi)];
    const startedAtMs = performance.now();
    let accepted = 0;
    for (let batch = 0; batch < 8; batch += 1) {
      const totals = await Promise.all(fans.map((fan) => fan.do('send_likes', { streamId, count: 7 })));
      accepted += 14;
      expect(Math.max(...totals.map(({ total }) => total))).toBe(accepted);
    }
    const told = () => watcher.payloads('floating_hearts') as { count: number; total: number }[];
    await eventually('all hearts are told', () => told().at(-1)?.total === accepted);
    expect(told().reduce((sum, { count }) => sum + count, 0)).toBe(accepted);
    const seconds = (performance.now() - startedAtMs) / 1000;
    expect(told().length).toBeLessThanOrEqual(1 + 2 * seconds + 1);
  });

  test('are in the books soon, and in what a latecomer sees', async () => {
    const fan = await joined(asha);
    await fan.do('send_likes', { streamId, count: 50 });
    const { room } = await (await joined(null)).do('join_room', { streamId });
    expect(room.likeCount).toBe(50);
    await eventually('they are saved', async () => {
      const { rows } = await server.database.query('select like_count from streams where id = $1', [
        streamId,
      ]);
      return rows[0].like_count === '50' || rows[0].like_count === 50;
    });
    expect(await server.guest().api.call('getStream', { params: { id: streamId } })).toMatchObject({
      likeCount: 50,
    });
  });

  test('too many at once are refused with the time to wait, and not counted', async () => {
    const fan = await joined(ravi);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => fan.ask('send_likes', { streamId, count: 1 })),
    );
    const accepted = answers.filter(({ ok }) => ok).length;
    expect(accepted).toBeLessThan(50);
    const refused = answers.find(({ ok }) => !ok);
    expect(refused).toMatchObject({ error: { code: 'rate_limited', retryAfterMs: expect.any(Number) } });
    const { likeCount } = await server.guest().api.call('getRoom', { params: { id: streamId } });
    expect(likeCount).toBe(accepted);
  });
});
