import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** A show that is on air as far as the database knows; video is not what these tests are about. */
async function liveStreamOf(seller: Person, title = 'Evening drop'): Promise<string> {
  const id = randomUUID();
  await server.database.query(
    `insert into streams (id, shop_id, title, status, provider, media, started_at)
     values ($1, $2, $3, 'live', 'embedded', '{}', now())`,
    [id, seller.user.shop?.id, title],
  );
  return id;
}

const announceLive = (streamId: string) =>
  server.database.query('select graphile_worker.add_job($1, $2)', [
    'stream.live:notifications',
    JSON.stringify({ streamId }),
  ]);
const inboxOf = async (person: Person) => (await person.api.call('listNotifications')).items;
const waitForInbox = (person: Person) =>
  eventually('an inbox entry', async () => {
    const items = await inboxOf(person);
    return items.length > 0 ? items : null;
  });
const pushesTo = (token: string) => server.running.emulators.fcm?.inbox(token) ?? [];

describe('when a seller goes live', () => {
  let seller: Person;
  let fan: Person;
  let token: string;
  beforeEach(async () => {
    seller = await server.registerSeller('Sahil');
    fan = await server.register('Fan');
    token = `device-of-${fan.user.id}`;
    await fan.api.call('registerDevice', { body: { platform: 'android', token } });
    await fan.api.call('follow', { params: { handle: seller.user.shop?.handle ?? '' } });
  });

  test('followers get an inbox entry and one push, others nothing', async () => {
    const stranger = await server.register('Stranger');
    const streamId = await liveStreamOf(seller);
    await announceLive(streamId);
    const [entry] = await waitForInbox(fan);
    expect(entry).toMatchObject({
      kind: 'stream_live',
      title: 'Sahil is live!',
      body: 'Evening drop',
      streamId,
    });
    const push = await eventually('a push', () => pushesTo(token)[0]);
    expect(push.message).toMatchObject({
      notification: { title: 'Sahil is live!' },
      data: { kind: 'stream_live', streamId },
    });
    expect(await inboxOf(stranger)).toEqual([]);
  });

  test('a phone that speaks Hindi is told in Hindi', async () => {
    await fan.api.call('registerDevice', { body: { platform: 'android', token, language: 'hi' } });
    await announceLive(await liveStreamOf(seller));
    const push = await eventually('a push', () => pushesTo(token)[0]);
    expect(push.message).toMatchObject({ notification: { title: 'Sahil लाइव हैं!', body: 'Evening drop' } });
  });

  test('the same news delivered twice is told once', async () => {
    const streamId = await liveStreamOf(seller);
    await announceLive(streamId);
    await eventually('a push', () => pushesTo(token).length > 0);
    await announceLive(streamId);
    await eventually('an empty job queue', async () => {
      const { rows } = await server.database.query('select 1 from graphile_worker.jobs');
      return rows.length === 0;
    });
    expect(await inboxOf(fan)).toHaveLength(1);
    expect(pushesTo(token)).toHaveLength(1);
  });

  test('a push service that is down delays the push and loses nothing', async () => {
    server.running.emulators.fcm?.control.failSends({ kind: 'unavailable', retryAfterSeconds: 1 });
    await announceLive(await liveStreamOf(seller));
    await waitForInbox(fan);
    await eventually('the push after a retry', () => pushesTo(token).length === 1);
  });

  test('a device whose app was removed is forgotten', async () => {
    server.running.emulators.fcm?.control.unregister(token);
    await announceLive(await liveStreamOf(seller));
    await eventually('the device to be gone', async () => {
      const { rows } = await server.database.query('select 1 from devices where token = $1', [token]);
      return rows.length === 0;
    });
    expect(await inboxOf(fan)).toHaveLength(1);
  });

  test('reading the inbox marks every entry', async () => {
    await announceLive(await liveStreamOf(seller));
    await waitForInbox(fan);
    await fan.api.call('readNotifications');
    expect((await inboxOf(fan)).map((entry) => entry.readAt)).not.toContain(null);
  });
});

test('a device belongs to whoever signed in on it last, and a person keeps the newest twenty', async () => {
  const [first, second] = [await server.register('First'), await server.register('Second')];
  const body = { platform: 'web' as const, token: 'shared-browser-token' };
  await first.api.call('registerDevice', { body });
  await second.api.call('registerDevice', { body });
  for (let count = 0; count < 21; count += 1) {
    await second.api.call('registerDevice', {
      body: { platform: 'android', token: `phone-number-${count}` },
    });
  }
  const { rows } = await server.database.query<{ user_id: string; count: number }>(
    'select user_id, count(*)::int as count from devices where user_id = any($1) group by user_id',
    [[first.user.id, second.user.id]],
  );
  expect(rows).toEqual([{ user_id: second.user.id, count: 20 }]);
});
