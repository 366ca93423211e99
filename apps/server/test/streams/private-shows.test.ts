import type { StreamWithIngest } from '@vybekart/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Tab } from '../room/tab.ts';
import { eventually } from '../support/eventually.ts';
import { Phones } from '../support/phones.ts';
import { type Publishing, publishShow } from '../support/publish.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let phones: Phones;
let seller: Person;
let guest: Person;
let stranger: Person;
let show: StreamWithIngest;
let publishing: Publishing;
let code: string;

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );
const statusOf = async (address: string) => {
  const response = await fetch(address);
  await response.arrayBuffer();
  return response.status;
};
const unsigned = (address: string) => address.replace(/\/s-[^/]+/, '');
/** Everything by which a person may see something of the show. */
const everyWayIn = ({ api }: Pick<Person, 'api'>) => {
  const params = { id: show.id };
  return Promise.all(
    (['getStream', 'getRoom', 'getRoomEvents', 'lineup'] as const).map((name) =>
      codeOf(api.call(name, { params })),
    ),
  );
};

beforeAll(async () => {
  server = await startServer();
  phones = await Phones.open(server.url);
  [seller, guest, stranger] = [
    await server.registerSeller(),
    await server.register('Asha'),
    await server.register('Ravi'),
  ];
  const follow = { params: { handle: seller.user.shop?.handle ?? '' } };
  await Promise.all([guest, stranger].map(({ api }) => api.call('follow', follow)));
  show = await seller.api.call('createStream', { body: { title: 'For friends', visibility: 'private' } });
  code = (await seller.api.call('getInvitation', { params: { id: show.id } })).code;
}, 60_000);
afterEach(() => expect(phones.troubles).toEqual([]));
afterAll(async () => {
  await phones?.[Symbol.asyncDispose]();
  await publishing?.[Symbol.asyncDispose]();
  await server?.close();
});

describe('a private show', () => {
  test('opens to its seller and to who brings its invitation, and to nobody else', async () => {
    const body = { code };
    const params = { id: show.id };
    const refused = Array(4).fill('stream_private');
    expect(await everyWayIn(server.guest())).toEqual(refused);
    expect(await everyWayIn(guest)).toEqual(refused);
    expect(await codeOf(guest.api.call('acceptInvitation', { params, body: { code: `${code}x` } }))).toBe(
      'stream_private',
    );
    expect(await codeOf(server.guest().api.call('acceptInvitation', { params, body }))).toBe('unauthorized');
    expect(await guest.api.call('acceptInvitation', { params, body })).toMatchObject({
      id: show.id,
      visibility: 'private',
    });
    await guest.api.call('acceptInvitation', { params, body });
    for (const person of [guest, seller]) expect(await everyWayIn(person)).toEqual(Array(4).fill('ok'));
    expect(await everyWayIn(stranger)).toEqual(refused);
    const other = await server.registerSeller('Meera');
    expect(await codeOf(other.api.call('getInvitation', { params }))).toBe('not_found');
  });

  test('lets its guests alone into its room', async () => {
    using inside = await Tab.of(server.url, guest);
    using outside = await Tab.of(server.url, stranger);
    using nobody = await Tab.open(server.url);
    expect(await inside.codeOf('join_room', { streamId: show.id })).toBe('ok');
    expect(await outside.codeOf('join_room', { streamId: show.id })).toBe('stream_private');
    expect(await nobody.codeOf('join_room', { streamId: show.id })).toBe('stream_private');
    const say = ({ api }: Person) =>
      codeOf(
        api.call('sendMessage', {
          params: { id: show.id },
          body: { clientMsgId: crypto.randomUUID(), text: 'Hello' },
        }),
      );
    expect([await say(guest), await say(stranger)]).toEqual(['ok', 'stream_private']);
    await eventually('the message', () => inside.texts.includes('Hello'));
    expect(outside.texts).toEqual([]);
  });

  test('on air stands in no list, plays under signed addresses alone, and is announced to its guests', async () => {
    publishing = await publishShow(show, { loop: true });
    const live = await eventually('it is live', async () => {
      const stream = await guest.api.call('getStream', { params: { id: show.id } });
      return stream.status === 'live' ? stream : null;
    });
    expect(await statusOf(live.playback.url)).toBe(200);
    expect(unsigned(live.playback.url)).not.toBe(live.playback.url);
    expect(await statusOf(unsigned(live.playback.url))).toBe(403);
    const lists = await Promise.all([
      stranger.api.call('activeStreams', {}),
      stranger.api.call('getShop', { params: { handle: show.seller.handle } }),
    ]);
    expect(JSON.stringify(lists)).not.toContain(show.id);
    const inbox = async ({ api }: Person) => (await api.call('listNotifications', {})).items.length;
    await eventually('the guest is told', async () => (await inbox(guest)) === 1);
    expect(await inbox(stranger)).toBe(0);
  });

  test('tells who opens its address that it is private, and shows itself to who opens the invitation', async () => {
    const page = await phones.of(stranger);
    await page.goto(`${server.url}/live/${show.id}`);
    await page.getByText('This show is private').waitFor();
    await page.goto(`${server.url}/live/${show.id}/not-the-code`);
    await page.getByText('This invitation opens nothing').waitFor();
    const desk = await phones.of(seller);
    await desk.goto(`${server.url}/studio/live/${show.id}`);
    const link = await desk.getByTestId('invitation-link').innerText();
    expect(new URL(link).pathname).toBe(`/live/${show.id}/${code}`);
    await page.goto(server.url + new URL(link).pathname);
    await page.waitForURL(`${server.url}/live/${show.id}`);
    await eventually('the picture moves', () =>
      page.evaluate(`(document.querySelector('video')?.currentTime ?? 0) > 0.2`),
    );
    await phones.putAway();
  });

  test('can be seen again by its guests, and by nobody else', async () => {
    const params = { id: show.id };
    await seller.api.call('endStream', { params });
    const replay = await eventually('the replay', () =>
      guest.api.call('getReplay', { params }).catch(() => null),
    );
    expect([await statusOf(replay.url), await statusOf(unsigned(replay.url))]).toEqual([200, 403]);
    for (const { api } of [server.guest(), await server.register()]) {
      expect(await codeOf(api.call('getReplay', { params }))).toBe('stream_private');
      expect((await api.call('replays', {})).items).toEqual([]);
    }
  });
});

test('a public show of the same server plays under its plain address, and has no invitation', async () => {
  const other = await server.registerSeller('Sunita');
  const open = await other.api.call('createStream', { body: { title: 'For all' } });
  expect(open).toMatchObject({ visibility: 'public' });
  expect(open.playback.url).toBe(unsigned(open.playback.url));
  expect(await codeOf(other.api.call('getInvitation', { params: { id: open.id } }))).toBe('not_found');
});

test('a scheduled private show is not announced in the calendar', async () => {
  const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
  const plan = (title: string, visibility: 'public' | 'private') =>
    seller.api.call('createStream', { body: { title, scheduledFor, visibility } });
  const [open] = [await plan('For all', 'public'), await plan('For friends', 'private')];
  const { items } = await server.guest().api.call('upcomingStreams', {});
  expect(items.map(({ id }) => id)).toEqual([open.id]);
});
