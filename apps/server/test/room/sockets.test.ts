import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccessTokens, SessionKeys } from '../../src/accounts/access-tokens.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { soonMs } from '../streams/soon.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

const secret = 'a signing secret of the sockets test';
let server: TestServer;
let seller: Person;
let asha: Person;
let streamId: string;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer({ JWT_SECRET: secret });
  seller = await server.registerSeller();
  asha = await server.register('Asha');
  streamId = (await seller.api.call('createStream', { body: { title: 'Sneakers' } })).id;
});
beforeEach(() => {
  tabs = [];
});
afterEach(() => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
});
afterAll(() => server.close());

async function open(
  ...args: Parameters<typeof Tab.open> extends [string, ...infer R] ? R : never
): Promise<Tab> {
  const tab = await Tab.open(server.url, ...args);
  tabs.push(tab);
  return tab;
}
const tokenOf = (person: Person) => String(person.client.session.currentToken()?.token);
const refusalOf = (opening: Promise<Tab>) =>
  opening.then(
    () => 'ok',
    (error: { data?: { code?: string }; message: string }) => error.data?.code ?? error.message,
  );

/** A good token of this person that expires so many milliseconds from now. */
async function tokenExpiringIn(person: Person, remainingMs: number): Promise<string> {
  const { sub, sid } = decodeJwt(tokenOf(person)) as { sub: string; sid: string };
  const clock = new (class extends SystemClock {
    override now() {
      return new Date(Date.now() - 600_000 + remainingMs);
    }
  })();
  const tokens = new AccessTokens(new SessionKeys(secret), null as never, clock);
  return (await tokens.issue(sub, sid)).token;
}

describe('the handshake', () => {
  test.each([
    ['garbage', 'nonsense'],
    ['a number', 7],
    ['an object', { sub: 'x' }],
    ['an empty string', ''],
    ['nine thousand characters', 'x'.repeat(9000)],
  ])('refuses %s as a token', async (_, token) => {
    expect(await refusalOf(open({ token }))).toBe('unauthorized');
  });

  test('refuses an expired token as such, so that the client refreshes it', async () => {
    expect(await refusalOf(open({ token: await tokenExpiringIn(asha, -60_000) }))).toBe('token_expired');
  });

  test('refuses a token whose last part was changed', async () => {
    const token = tokenOf(asha);
    const forged = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    expect(await refusalOf(open({ token: forged }))).toBe('unauthorized');
  });

  test('of a page of another origin ends with its code, whatever the page sends, and ours and programs come in', async () => {
    const from = (origin: string) => refusalOf(open({}, { extraHeaders: { origin } }));
    expect(await from('https://evil.example')).toBe('forbidden_origin');
    expect(await from('null')).toBe('forbidden_origin');
    const withToken = open({ token: tokenOf(asha) }, { extraHeaders: { origin: 'https://evil.example' } });
    expect(await refusalOf(withToken)).toBe('forbidden_origin');
    expect(await from(new URL(server.url).origin)).toBe('ok');
    expect(await refusalOf(open())).toBe('ok');
  });

  test('does not read a token from the query', async () => {
    const tab = await open({}, { query: { token: tokenOf(asha) } });
    await tab.do('join_room', { streamId });
    const message = { streamId, clientMsgId: randomUUID(), text: 'hello' };
    expect(await tab.codeOf('send_message', message)).toBe('unauthorized');
  });

  test('knows no other namespace, not even the main one', async () => {
    for (const namespace of ['/', '/admin']) {
      const opening = Tab.open(server.url, {}, { namespace });
      await expect(opening).rejects.toThrow('Invalid namespace');
    }
  });

  test('over long polling is refused, to any origin', async () => {
    for (const origin of ['https://evil.example', new URL(server.url).origin]) {
      const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, {
        headers: { origin },
      });
      expect(response.status).toBe(400);
      const opening = open({}, { transports: ['polling'], extraHeaders: { origin } });
      expect(await refusalOf(opening)).toBe('xhr poll error');
    }
  });
});

describe('a guest', () => {
  test('joins, watches, keeps alive and leaves, and may do nothing else', async () => {
    const tab = await open();
    for (const event of ['join_room', 'heartbeat', 'leave_room']) {
      expect([event, await tab.codeOf(event, { streamId })]).toEqual([event, 'ok']);
    }
    const id = randomUUID();
    const refused = {
      send_message: { streamId, clientMsgId: id, text: 'hello' },
      send_likes: { streamId, count: 1 },
      pin_product: { streamId, productId: id },
      unpin_product: { streamId, productId: id },
      delete_message: { streamId, messageId: id },
      timeout_user: { streamId, userId: id, seconds: 300 },
      ban_user: { streamId, userId: id },
      unban_user: { streamId, userId: id },
      set_chat_mode: { streamId, chatOn: false },
      pin_message: { streamId, messageId: null },
      report_message: { streamId, messageId: id },
      reauth: { token: tokenOf(asha) },
    };
    for (const [event, payload] of Object.entries(refused)) {
      expect([event, await tab.codeOf(event, payload)]).toEqual([event, 'unauthorized']);
    }
  });
});

describe('a token that expires', () => {
  test('ends the connection, saying why', async () => {
    // The server still takes a token in its 30 s of leeway, and cuts the socket at once.
    const tab = await open({ token: await tokenExpiringIn(asha, 4000) });
    await eventually('it was cut', () => tab.disconnectReason !== null);
    expect(tab.payloads('error_event')).toMatchObject([{ error: { code: 'token_expired' } }]);
  });

  test('is renewed in time by reauth, and the connection stays', async () => {
    const tab = await open({ token: await tokenExpiringIn(asha, 8000) });
    const { expiresAt } = await tab.do('reauth', { token: tokenOf(asha) });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 60_000);
    const doomed = await open({ token: await tokenExpiringIn(asha, 9000) });
    await eventually('the other one was cut', () => doomed.disconnectReason !== null);
    expect(await tab.codeOf('join_room', { streamId })).toBe('ok');
  });

  test('cannot be replaced by that of somebody else', async () => {
    const tab = await open({ token: tokenOf(asha) });
    expect(await tab.codeOf('reauth', { token: tokenOf(seller) })).toBe('unauthorized');
    expect(await tab.codeOf('reauth', { token: 'nonsense' })).toBe('unauthorized');
  });
});

test('signing out cuts the sockets of that session within 5 s, and of no other', async () => {
  const other = await server.register('Leaver');
  const leaving = await open({ token: tokenOf(other) });
  const staying = await open({ token: tokenOf(asha) });
  await other.client.session.logout();
  await eventually('it was cut', () => leaving.disconnectReason !== null, soonMs);
  expect(leaving.payloads('session_revoked')).toHaveLength(1);
  expect(staying.disconnectReason).toBeNull();
});

test('a socket may be in twenty rooms, not in twenty-one', async () => {
  const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
  const sellers = [seller, await server.registerSeller('Another')];
  const shows = await Promise.all(
    Array.from({ length: 21 }, (_, index) =>
      (sellers[index % 2] as Person).api.call('createStream', { body: { title: 'Later', scheduledFor } }),
    ),
  );
  const tab = await open();
  const codes = await Promise.all(shows.map(({ id }) => tab.codeOf('join_room', { streamId: id })));
  expect(codes.filter((code) => code === 'ok')).toHaveLength(20);
  expect(codes.filter((code) => code === 'too_many_rooms')).toHaveLength(1);
  const joined = shows.find((_, index) => codes[index] === 'ok');
  expect(await tab.codeOf('join_room', { streamId: joined?.id })).toBe('ok');
});

test('what happens in a room is heard in it alone: not by who left, is in another room or in none', async () => {
  const neighbour = await server.registerSeller('Neighbour');
  const elsewhere = (await neighbour.api.call('createStream', { body: { title: 'Hats' } })).id;
  const [inside, left, nextDoor, nowhere] = [await open(), await open(), await open(), await open()];
  for (const tab of [inside, left]) await tab.do('join_room', { streamId });
  await left.do('leave_room', { streamId });
  await nextDoor.do('join_room', { streamId: elsewhere });
  const speaker = await open({ token: tokenOf(asha) });
  await speaker.do('join_room', { streamId });
  await speaker.do('send_message', { streamId, clientMsgId: randomUUID(), text: 'between us' });
  await speaker.do('send_likes', { streamId, count: 3 });
  for (const event of ['new_message', 'floating_hearts']) {
    await eventually(`${event} inside`, () => inside.payloads(event).length === 1);
    for (const tab of [left, nextDoor, nowhere]) {
      await tab.do('leave_room', { streamId });
      expect(tab.payloads(event)).toEqual([]);
    }
  }
  expect(nowhere.received).toEqual([]);
});

test('a room whose show is over cannot be joined, and those in it can say nothing more', async () => {
  const other = await server.registerSeller('Short');
  const show = await other.api.call('createStream', { body: { title: 'Short' } });
  const tab = await open({ token: tokenOf(asha) });
  await tab.do('join_room', { streamId: show.id });
  const endedAtMs = performance.now();
  await other.api.call('endStream', { params: { id: show.id } });
  await eventually('the room heard of it', () => tab.payloads('stream_ended').length === 1);
  expect(performance.now() - endedAtMs).toBeLessThan(soonMs);
  const message = { streamId: show.id, clientMsgId: randomUUID(), text: 'too late' };
  expect(await tab.codeOf('send_message', message)).toBe('stream_ended');
  expect(await tab.codeOf('send_likes', { streamId: show.id, count: 1 })).toBe('stream_ended');
  expect(await (await open()).codeOf('join_room', { streamId: show.id })).toBe('stream_ended');
});
