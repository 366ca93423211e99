import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { LiveConnection, MemorySessionStorage } from '../src/index.ts';
import { json } from './scripted-server.ts';
import { aMe, anOrder, aSellerOrder, aSession, chat, streamId } from './things.ts';
import { settle, until, VirtualClock } from './virtual-clock.ts';
import { aLiveWatcher, aWatcher, texts } from './watch.ts';

async function signedIn(lifetimeMs: number) {
  const storage = new MemorySessionStorage();
  const session = aSession(Date.parse('2026-03-01T10:00:00.000Z') + lifetimeMs);
  await storage.save(session);
  return { storage, session };
}

test('a guest connects without a token, a signed-in person with the newest', async () => {
  const { storage, session } = await signedIn(600_000);
  const guest = await aLiveWatcher();
  const person = await aLiveWatcher({ storage });
  expect(guest.server.handshakes).toEqual([{}]);
  expect(person.server.handshakes).toEqual([{ token: session.accessToken }]);
});

test('a guest who connects again is the same device', async () => {
  const { server, clock, view } = await aLiveWatcher();
  server.cut();
  await clock.advanceUntil(() => server.deviceIds.length === 2 && view().status === 'live');
  expect(server.deviceIds[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(server.deviceIds[1]).toBe(server.deviceIds[0]);
});

test('rooms and listeners share one socket, which closes a moment after the last has gone', async () => {
  const { server, clock, client, view } = await aLiveWatcher();
  const release = client.live.open();
  const other = client.room(streamId);
  other.start();
  await until(() => other.getSnapshot().status === 'live');
  expect(server.socketCount).toBe(1);
  other.close();
  release();
  await clock.advanceSlowly(10_000);
  expect(view().status).toBe('live');
  expect(server.handshakes).toHaveLength(1);
});

test('lost connections are tried again after 0.5 s, then ever later, at most every 10 s', async () => {
  const { server, clock, client, view } = await aWatcher();
  server.isWebsocketBlocked = true;
  const delays: number[] = [];
  let sinceMs = clock.now();
  client.live.subscribe(() => {
    const { state } = client.live.getSnapshot();
    if (state === 'waiting') sinceMs = clock.now();
    if (state === 'connecting') delays.push(clock.now() - sinceMs);
  });
  client.live.open();
  await clock.advanceUntil(() => delays.length >= 9, 120_000);
  expect(view().status).toBe('idle');
  expect(delays.slice(1, 9)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test('a server that is draining is left at the time it names, and only then connected anew', async () => {
  const { server, clock, view } = await aLiveWatcher();
  server.send('server_draining', { retryAfterMs: 6000 });
  server.happen(chat('mark'));
  await until(() => view().seq === 1);
  await clock.advanceSlowly(5900);
  expect(server.handshakes).toHaveLength(1);
  clock.advance(100);
  await clock.advanceUntil(() => view().status === 'live' && server.handshakes.length === 2);
});

test('a draining server that cuts the connection is not tried before the time it named', async () => {
  const { server, clock, view } = await aLiveWatcher();
  server.send('server_draining', { retryAfterMs: 6000 });
  server.happen(chat('mark'));
  await until(() => view().seq === 1);
  server.cut();
  await until(() => view().status === 'offline');
  await clock.advanceSlowly(5900);
  expect(server.handshakes).toHaveLength(1);
  clock.advance(100);
  await until(() => view().status === 'live');
  expect(server.handshakes).toHaveLength(2);
});

test('a refused handshake waits for as long as the server asks', async () => {
  const { server, clock, client } = await aWatcher();
  server.refuseHandshake = () => ({ code: 'unavailable', retryAfterMs: 7000 });
  client.live.open();
  await until(() => client.live.getSnapshot().state === 'waiting');
  expect(client.live.getSnapshot().error).toMatchObject({ code: 'unavailable', retryAfterMs: 7000 });
  await clock.advanceSlowly(6900);
  expect(server.handshakes).toHaveLength(1);
  server.refuseHandshake = () => null;
  clock.advance(100);
  await until(() => client.live.getSnapshot().state === 'online');
});

test('a page of a forbidden origin gives up and says so', async () => {
  const { server, clock, client } = await aWatcher();
  server.refuseHandshake = () => ({ code: 'forbidden_origin' });
  client.live.open();
  await until(() => client.live.getSnapshot().state === 'refused');
  await clock.advanceSlowly(60_000);
  expect(server.handshakes).toHaveLength(1);
  expect(client.live.getSnapshot().error?.code).toBe('forbidden_origin');
  await until(() => server.connectionCount === 0);
});

test('a token that the server calls expired is renewed, and the connection made with the new one', async () => {
  const { storage, session } = await signedIn(600_000);
  const { server, clock, room, view } = await aWatcher({ storage });
  const renewed = aSession(clock.now() + 600_000, { user: session.user });
  server.http = (_, response) => json(response, renewed);
  server.refuseHandshake = (token) => (token === renewed.accessToken ? null : { code: 'token_expired' });
  room.start();
  await clock.advanceUntil(() => view().status === 'live');
  expect(server.handshakes).toEqual([{ token: session.accessToken }, { token: renewed.accessToken }]);
});

test('a live connection signs in anew a minute before its token expires, without a break', async () => {
  const { storage, session } = await signedIn(600_000);
  const { server, clock, client } = await aLiveWatcher({ storage });
  const renewed = aSession(clock.now() + 1_200_000, { user: session.user });
  server.http = (_, response) => json(response, renewed);
  const changes: string[] = [];
  client.live.subscribe(() => changes.push(client.live.getSnapshot().state));
  await clock.advanceSlowly(539_000);
  expect(server.received.reauth).toBeUndefined();
  await clock.advanceUntil(() => server.received.reauth?.length === 1, 5000);
  expect(server.received.reauth).toEqual([{ token: renewed.accessToken }]);
  expect(server.handshakes).toHaveLength(1);
  expect(changes).toEqual([]);
});

test('signing in makes a guest connect as that person, and signing out the other way round', async () => {
  const { server, clock, client, view } = await aLiveWatcher();
  const session = aSession(clock.now() + 600_000, { user: aMe() });
  server.http = (call, response) =>
    call.path === '/auth/login' ? json(response, session) : void response.writeHead(204).end();
  await client.session.login({ email: 'asha@example.com', password: 'correct horse' });
  await clock.advanceUntil(() => view().status === 'live' && server.handshakes.length === 2);
  await client.session.logout();
  await clock.advanceUntil(() => view().status === 'live' && server.handshakes.length === 3);
  expect(server.handshakes).toEqual([{}, { token: session.accessToken }, {}]);
});

test('a session that was revoked elsewhere is forgotten here', async () => {
  const { storage } = await signedIn(600_000);
  const { server, clock, client, view } = await aLiveWatcher({ storage });
  server.send('session_revoked', {});
  await clock.advanceUntil(() => server.handshakes.length === 2 && view().status === 'live');
  expect(server.handshakes[1]).toEqual({});
  expect(client.session.getSnapshot().status).toBe('guest');
  await expect(storage.load()).resolves.toBeNull();
});

test('an app in the background has no socket; in the foreground it is live again with what it missed', async () => {
  const { server, client, view } = await aLiveWatcher();
  client.live.suspend();
  await until(() => server.socketCount === 0);
  expect(view().status).toBe('suspended');
  server.room.append(chat('missed'));
  client.live.resume();
  await until(() => view().status === 'live');
  expect(texts(view())).toEqual(['missed']);
  expect(server.received.join_room?.at(-1)).toEqual({ streamId, afterSeq: 0 });
});

test('a device that slept for longer than 45 s connects anew and catches up', async () => {
  const { server, clock, view } = await aLiveWatcher();
  clock.advance(20_000);
  server.room.append(chat('missed'));
  clock.sleep(46_000);
  await clock.advanceUntil(() => view().seq === 1 && view().status === 'live');
  expect(server.handshakes).toHaveLength(2);
});

test('a busy device whose timers are late for a while keeps its connection', async () => {
  const { server, clock, view } = await aLiveWatcher();
  clock.sleep(30_000);
  await clock.advanceSlowly(10_000);
  expect(view().status).toBe('live');
  expect(server.handshakes).toHaveLength(1);
});

test('a hidden page whose timers are delayed by minutes keeps the connection on which it hears the server', async () => {
  const { server, clock, view } = await aLiveWatcher();
  clock.freeze(40_000);
  server.happen(chat('still there?'));
  await until(() => view().seq === 1);
  clock.sleep(40_000);
  await settle();
  expect(view().status).toBe('live');
  expect(server.handshakes).toHaveLength(1);
});

test('a server that takes the connection and never says a word is given up after 10 s', async () => {
  const silent = createServer();
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket.resume()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const clock = new VirtualClock();
  const baseUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const connection = new LiveConnection({ baseUrl, clock, random: () => 0.5 });
  connection.open();
  await until(() => sockets.length === 1);
  clock.advance(10_000);
  expect(connection.getSnapshot()).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
  await until(() => sockets[0]?.destroyed === true);
  connection.suspend();
});

test('a person who signs in while the socket connects as a guest is connected as that person', async () => {
  const { server, clock, client, room, view } = await aWatcher();
  const session = aSession(clock.now() + 600_000);
  await client.session.restore();
  server.http = (_, response) => json(response, session);
  server.refuseHandshake = async (token) => {
    if (!token) await client.session.login({ email: 'asha@example.com', password: 'correct horse' });
    return null;
  };
  room.start();
  await clock.advanceUntil(() => server.handshakes.length === 2 && view().status === 'live');
  expect(server.handshakes).toEqual([{}, { token: session.accessToken }]);
});

test('a network that is back is used at once', async () => {
  const { server, clock, client, view } = await aLiveWatcher();
  server.isWebsocketBlocked = true;
  server.cut();
  await clock.advanceUntil(() => server.handshakes.length === 1 && view().status === 'offline');
  await clock.advanceUntil(() => client.live.getSnapshot().error !== null);
  await until(() => client.live.getSnapshot().state === 'waiting');
  server.isWebsocketBlocked = false;
  client.live.resume();
  await until(() => view().status === 'live');
});

test('a seller hears of orders and notifications without being in a room, each once', async () => {
  const { server, client } = await aWatcher();
  const heard: string[] = [];
  client.live.on('new_order', ({ order }) => heard.push(`new ${order.id}`));
  client.live.on('order_updated', ({ order }) => heard.push(`${order.status} ${order.id}`));
  client.live.on('notification', ({ notification }) => heard.push(notification.title));
  client.live.open();
  await until(() => client.live.getSnapshot().state === 'online');
  const order = aSellerOrder();
  const bought = anOrder();
  const notification = {
    id: order.id,
    kind: 'stream_live' as const,
    title: 'Sahil is live!',
    body: 'Silk sarees',
    facts: {},
    streamId,
    orderId: null,
    createdAt: order.createdAt,
    readAt: null,
  };
  for (let repetition = 0; repetition < 2; repetition += 1) {
    server.send('new_order', { order });
    server.send('order_updated', { order: bought });
    server.send('notification', { notification });
  }
  server.send('order_updated', { order: { ...bought, status: 'refunded' } });
  await until(() => heard.includes(`refunded ${bought.id}`));
  expect(heard).toEqual([`new ${order.id}`, `paid ${bought.id}`, 'Sahil is live!', `refunded ${bought.id}`]);
});

test('a request without a connection fails at once, and one that is never acknowledged after 10 s', async () => {
  const { server, clock, client } = await aWatcher();
  await expect(client.live.request('heartbeat', { streamId })).rejects.toMatchObject({ code: 'network' });
  client.live.open();
  await until(() => client.live.getSnapshot().state === 'online');
  server.lostAcks.heartbeat = 1;
  const unanswered = client.live.request('heartbeat', { streamId });
  clock.advance(10_000);
  await expect(unanswered).rejects.toMatchObject({ code: 'timeout' });
});
