import type { RoomClient } from '@vybekart/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Encoder, startEncoder } from '../streams/encoder.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let seller: Person;
let asha: Person;
let ravi: Person;
let streamId: string;
let streamKey: string;
let rooms: RoomClient[];
let encoder: Encoder | undefined;

beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  asha = await server.register('Asha');
  ravi = await server.register('Ravi');
});
beforeEach(async () => {
  rooms = [];
  const stream = await seller.api.call('createStream', { body: { title: 'Sneakers' } });
  ({ id: streamId, streamKey } = stream);
});
afterEach(async () => {
  for (const room of rooms) room.close();
  encoder?.stop();
  encoder = undefined;
  await seller.api.call('endStream', { params: { id: streamId } });
});
afterAll(() => server.close());

async function enter(person: Person): Promise<RoomClient> {
  const room = person.client.room(streamId);
  rooms.push(room);
  room.start();
  await eventually(`${person.user.displayName} is in`, () => room.getSnapshot().status === 'live');
  return room;
}
const textsOf = (room: RoomClient) =>
  room
    .getSnapshot()
    .messages.filter(({ state }) => state === 'sent')
    .map(({ text }) => text);

test('two people talk; one is away for a while and has everything when back', async () => {
  const [one, two] = [await enter(asha), await enter(ravi)];
  expect(await one.sendMessage('Is it cotton?')).toMatchObject({ ok: true });
  await eventually('Ravi reads it', () => textsOf(two).length === 1);
  ravi.client.live.suspend();
  await eventually('Ravi is away', () => two.getSnapshot().status === 'suspended');
  for (const text of ['Hello?', 'Anybody?']) await one.sendMessage(text);
  ravi.client.live.resume();
  await eventually('Ravi has read all', () => textsOf(two).length === 3);
  await two.sendMessage('Yes, cotton');
  const all = ['Is it cotton?', 'Hello?', 'Anybody?', 'Yes, cotton'];
  await eventually('Asha reads the answer', () => textsOf(one).length === 4);
  expect(textsOf(one)).toEqual(all);
  expect(textsOf(two)).toEqual(all);
  await eventually('both are counted', () => one.getSnapshot().viewerCount === 2);
});

test("a moderator runs the chat from the client, and everybody's room follows", async () => {
  const handle = seller.user.shop?.handle ?? '';
  const [mod, viewer] = [await enter(asha), await enter(ravi)];
  expect(mod.getSnapshot().you).toEqual({ role: 'viewer', isBanned: false, mutedUntil: null });
  await expect(mod.setChatMode({ chatOn: false })).rejects.toMatchObject({ code: 'forbidden' });
  await seller.api.call('appointModerator', { params: { handle, userId: asha.user.id } });
  await eventually('Asha knows', () => mod.getSnapshot().you.role === 'moderator');

  const sent = await viewer.sendMessage('Is it cotton?');
  const id = sent.ok ? sent.id : '';
  await eventually('Asha reads it', () => textsOf(mod).length === 1);
  await mod.pinMessage(id);
  await mod.setChatMode({ slowModeSeconds: 60 });
  const [asked] = mod.getSnapshot().messages;
  const replyTo = { id, user: { id: ravi.user.id, displayName: 'Ravi' }, excerpt: asked?.text ?? '' };
  await mod.sendMessage('Yes, cotton', { replyTo });
  await eventually('Ravi sees all of it', () => viewer.getSnapshot().messages.length === 2);
  expect(viewer.getSnapshot()).toMatchObject({
    chatMode: { slowModeSeconds: 60 },
    pinnedMessage: { id, text: 'Is it cotton?' },
    messages: [{}, { text: 'Yes, cotton', replyTo, user: { role: 'moderator' } }],
  });
  const refused = [await viewer.sendMessage('one'), await viewer.sendMessage('two')].at(-1);
  expect(refused).toMatchObject({ ok: false, text: 'two', error: { code: 'rate_limited' } });

  await mod.timeoutUser(ravi.user.id, 60, { reason: 'Spam', deleteMessages: true });
  await eventually('Ravi knows', () => viewer.getSnapshot().you.mutedUntil !== null);
  await eventually('his messages are gone', () => textsOf(viewer).length === 1);
  expect(viewer.getSnapshot()).toMatchObject({
    pinnedMessage: null,
    messages: [{ replyTo: { excerpt: null } }, { text: 'two', state: 'failed' }],
  });
  expect(await viewer.sendMessage('hello?')).toMatchObject({ ok: false, error: { code: 'muted' } });
  await mod.unbanUser(ravi.user.id);
  await eventually('Ravi may write again', () => viewer.getSnapshot().you.mutedUntil === null);
  await seller.api.call('removeModerator', { params: { handle, userId: asha.user.id } });
});

test('the show goes live, pauses and ends on the screen of who watches', async () => {
  const room = await enter(asha);
  const shown = (status: string) =>
    eventually(`shown as ${status}`, () => room.getSnapshot().streamStatus === status);
  await shown('ready');
  encoder = await startEncoder(server.running.rtmpPort, streamKey);
  await shown('live');
  encoder.stop();
  await shown('interrupted');
  encoder = await startEncoder(server.running.rtmpPort, streamKey);
  await shown('live');
  await seller.api.call('endStream', { params: { id: streamId } });
  await eventually('the room is over', () => room.getSnapshot().status === 'ended');
  expect(room.getSnapshot().endedReason).toBe('ended_by_seller');
});

test('a server that stops keeps what it accepted, and tells its clients to come back', async () => {
  const stopping = await startServer();
  try {
    const host = await stopping.registerSeller();
    const { id } = await host.api.call('createStream', { body: { title: 'Last minute' } });
    const fan = await Tab.of(stopping.url, host);
    await fan.do('join_room', { streamId: id });
    await fan.do('send_likes', { streamId: id, count: 42 });
    const stopped = stopping.running.close();
    await eventually('it was told', () => fan.payloads('server_draining').length === 1);
    await eventually('it was cut', () => fan.disconnectReason !== null);
    await stopped;
    const { rows } = await stopping.database.query(
      'select like_count, peak_viewers from streams where id = $1',
      [id],
    );
    expect(rows[0]).toMatchObject({ peak_viewers: 1 });
    expect(Number(rows[0].like_count)).toBe(42);
  } finally {
    await stopping.close();
  }
});
