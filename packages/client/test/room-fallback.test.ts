import { expect, test } from 'vitest';
import { problem, roomByRest } from './scripted-server.ts';
import { aPin, chat, streamId } from './things.ts';
import { until } from './virtual-clock.ts';
import { aLiveWatcher, aWatcher, texts, type Watched } from './watch.ts';

async function aBlockedWatcher(): Promise<Watched> {
  const watched = await aWatcher();
  watched.server.isWebsocketBlocked = true;
  watched.server.http = roomByRest(watched.server.room);
  return watched;
}

test('a viewer whose network blocks sockets is in the room by REST after 8 s', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  server.room.append(chat('welcome'));
  server.room.viewerCount = 7;
  room.start();
  const startedAtMs = clock.now();
  await clock.advanceUntil(() => view().status === 'polling');
  expect(clock.now() - startedAtMs).toBeGreaterThanOrEqual(8000);
  expect(clock.now() - startedAtMs).toBeLessThan(9000);
  expect(view()).toMatchObject({ connection: 'polling', viewerCount: 7, error: null });
  expect(texts(view())).toEqual(['welcome']);
});

test('by REST the viewer keeps up, page by page', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  server.room.pageSize = 10;
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  for (let count = 1; count <= 25; count += 1) server.room.append(chat(`${count}`));
  await clock.advanceUntil(() => view().seq === 25, 5000);
  expect(texts(view())).toEqual(Array.from({ length: 25 }, (_, index) => `${index + 1}`));
});

test('by REST a message is sent with its id and shown once', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  const outcome = await room.sendMessage('by REST');
  expect(outcome).toMatchObject({ ok: true, seq: 1 });
  await clock.advanceUntil(() => view().seq === 1);
  expect(texts(view())).toEqual(['by REST']);
  const sent = server.httpCalls.find(({ method }) => method === 'POST');
  expect(JSON.parse(sent?.body ?? '')).toEqual({
    clientMsgId: view().messages[0]?.clientMsgId,
    text: 'by REST',
    deviceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('by REST a seller can pin', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  const pin = aPin();
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  server.http = (_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ seq: 1, pin }));
  };
  await room.pin(pin.id);
  expect(server.httpCalls.at(-1)).toMatchObject({
    method: 'POST',
    path: `/streams/${streamId}/pins`,
    body: JSON.stringify({ productId: pin.id, seenSeq: 0 }),
  });
});

test('a banned viewer is refused by REST, too, says which device asks, and asks no more', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  server.http = (_, response) => problem(response, 'forbidden');
  room.start();
  await clock.advanceUntil(() => view().status === 'refused');
  expect(view().error?.code).toBe('forbidden');
  expect(server.httpCalls.at(-1)?.path).toMatch(/\/room\?deviceId=[0-9a-f-]{36}$/);
  const calls = server.httpCalls.length;
  await clock.advanceSlowly(60_000);
  expect(server.httpCalls).toHaveLength(calls);
});

test('when the socket gets through, the viewer goes back to it without loss or repetition', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  server.room.append(chat('1'));
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  server.room.append(chat('2'));
  server.isWebsocketBlocked = false;
  await clock.advanceUntil(() => view().status === 'live');
  server.happen(chat('3'));
  await until(() => view().seq === 3);
  expect(texts(view())).toEqual(['1', '2', '3']);
  expect(view().connection).toBe('socket');
  const calls = server.httpCalls.length;
  await clock.advanceSlowly(14_000);
  expect(server.httpCalls).toHaveLength(calls);
});

test('a server that is down altogether leaves the viewer offline with what was shown, and is tried on', async () => {
  const watched = await aLiveWatcher();
  const { server, clock, view } = watched;
  server.happen(chat('still here'));
  await until(() => view().seq === 1);
  server.isWebsocketBlocked = true;
  server.http = (_, response) => void response.writeHead(502).end('<html>Bad gateway</html>');
  server.cut();
  await clock.advanceUntil(() => server.httpCalls.length >= 4);
  expect(view()).toMatchObject({ status: 'offline', connection: 'none' });
  expect(texts(view())).toEqual(['still here']);
  server.http = roomByRest(server.room);
  await clock.advanceUntil(() => view().status === 'polling');
  expect(view().error).toBeNull();
});

test('a show that ends while the viewer follows it by REST is ended', async () => {
  const { server, clock, room, view } = await aBlockedWatcher();
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  server.room.append({ event: 'stream_ended', reason: 'seller' });
  await clock.advanceUntil(() => view().status === 'ended');
  expect(view().endedReason).toBe('seller');
});

test('an app in the background asks the server nothing, and catches up when it is back', async () => {
  const { server, clock, client, room, view } = await aBlockedWatcher();
  room.start();
  await clock.advanceUntil(() => view().status === 'polling');
  client.live.suspend();
  expect(view().status).toBe('suspended');
  const calls = server.httpCalls.length;
  await clock.advanceSlowly(120_000);
  expect(server.httpCalls).toHaveLength(calls);
  server.isWebsocketBlocked = false;
  server.room.append(chat('meanwhile'));
  client.live.resume();
  await clock.advanceUntil(() => view().status === 'live');
  expect(texts(view())).toEqual(['meanwhile']);
});
