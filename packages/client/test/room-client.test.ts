import type { ClientPayloads } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { newId } from '../src/index.ts';
import { aPin, aSellerOrder, chat, streamId, viewerStanding } from './things.ts';
import { until } from './virtual-clock.ts';
import { aLiveWatcher, aWatcher, texts, type Watched } from './watch.ts';

function joins({ server }: Watched): ClientPayloads['join_room'][] {
  return server.received.join_room ?? [];
}

async function reconnected(watched: Watched): Promise<void> {
  const before = joins(watched).length;
  await watched.clock.advanceUntil(() => joins(watched).length > before && watched.view().status === 'live');
}

test('a viewer who joins sees the chat, the pins, the counts and the clock of the server', async () => {
  const watched = await aWatcher();
  const { server, room, clock, view } = watched;
  server.room.append({ event: 'stream_state', status: 'live' });
  server.room.append(chat('welcome'));
  const pin = aPin();
  server.room.append({ event: 'pin_product', pin });
  server.room.viewerCount = 12;
  server.room.likeCount = 340;
  server.room.serverTimeMs = clock.now() + 90_000;
  expect(view().status).toBe('idle');
  room.start();
  await until(() => view().status === 'live');
  expect(view()).toMatchObject({
    connection: 'socket',
    streamStatus: 'live',
    seq: 3,
    viewerCount: 12,
    likeCount: 340,
    serverClockOffsetMs: 90_000,
    error: null,
  });
  expect(texts(view())).toEqual(['welcome']);
  expect(view().pins.map(({ id }) => id)).toEqual([pin.id]);
  expect(joins(watched)).toEqual([{ streamId }]);
});

test('an event that the server sends twice is shown once', async () => {
  const { server, view } = await aLiveWatcher();
  const event = server.happen(chat('once'));
  server.broadcast(event);
  server.happen(chat('after'));
  await until(() => view().seq === 2);
  expect(texts(view())).toEqual(['once', 'after']);
});

test('a viewer who misses an event fetches it, and nothing is shown out of order', async () => {
  const watched = await aLiveWatcher();
  const { server, view, views, clock } = watched;
  server.happen(chat('1'));
  server.room.append(chat('2'));
  server.happen(chat('3'));
  await clock.advanceUntil(() => view().seq === 3);
  expect(texts(view())).toEqual(['1', '2', '3']);
  expect(joins(watched)).toEqual([{ streamId }, { streamId, afterSeq: 1 }]);
  for (const seen of views) expect(['', '1', '123']).toContain(texts(seen).join(''));
});

test('two events that arrive swapped are put right without asking the server', async () => {
  const watched = await aLiveWatcher();
  const { server, clock, view } = watched;
  const [first, second] = [server.room.append(chat('1')), server.room.append(chat('2'))];
  server.broadcast(second);
  server.broadcast(first);
  await until(() => view().seq === 2);
  clock.advance(1000);
  expect(texts(view())).toEqual(['1', '2']);
  expect(joins(watched)).toHaveLength(1);
});

test('a viewer whose connection is cut gets exactly what was missed', async () => {
  const watched = await aLiveWatcher();
  const { server, view } = watched;
  server.happen(chat('before'));
  await until(() => view().seq === 1);
  server.cut();
  await until(() => view().status === 'offline');
  server.room.append(chat('during'));
  await reconnected(watched);
  server.happen(chat('after'));
  await until(() => view().seq === 3);
  expect(joins(watched).at(-1)).toEqual({ streamId, afterSeq: 1 });
  expect(texts(view())).toEqual(['before', 'during', 'after']);
});

test('a viewer who missed more than one page asks until nothing is missing', async () => {
  const watched = await aLiveWatcher();
  const { server, view, views } = watched;
  server.room.pageSize = 10;
  server.cut();
  await until(() => view().status === 'offline');
  for (let count = 1; count <= 35; count += 1) server.room.append(chat(`${count}`));
  await reconnected(watched);
  expect(joins(watched).map(({ afterSeq }) => afterSeq)).toEqual([undefined, 0, 10, 20, 30]);
  expect(texts(view())).toEqual(Array.from({ length: 35 }, (_, index) => `${index + 1}`));
  expect(views.some(({ status }) => status === 'catching_up')).toBe(true);
});

test('a viewer who was away for longer than the log is kept takes the snapshot', async () => {
  const watched = await aLiveWatcher();
  const { server, view } = watched;
  server.happen(chat('old'));
  await until(() => view().seq === 1);
  server.cut();
  await until(() => view().status === 'offline');
  for (let count = 1; count <= 60; count += 1) server.room.append(chat(`${count}`));
  server.room.oldestSeq = 30;
  await reconnected(watched);
  expect(view().seq).toBe(61);
  expect(texts(view())).toEqual(Array.from({ length: 50 }, (_, index) => `${index + 11}`));
});

test('a server that lost its log does not leave the viewer with events that never were', async () => {
  const watched = await aLiveWatcher();
  const { server, view } = watched;
  for (let count = 1; count <= 5; count += 1) server.happen(chat(`${count}`));
  await until(() => view().seq === 5);
  server.cut();
  await until(() => view().status === 'offline');
  server.room.log.length = 2;
  server.answer.join_room = () => ({
    ok: true,
    room: server.room.snapshot(),
    you: viewerStanding,
    held: [],
    missed: [],
    hasMore: false,
  });
  await reconnected(watched);
  expect(view().seq).toBe(2);
  expect(texts(view())).toEqual(['1', '2']);
});

test('events that arrive while the viewer is still joining are neither lost nor repeated', async () => {
  const watched = await aWatcher();
  const { server, room, view } = watched;
  server.answer.join_room = () => {
    const early = server.room.snapshot();
    server.happen(chat('during the join'));
    return { ok: true, room: early, you: viewerStanding, held: [] };
  };
  room.start();
  await until(() => view().status === 'live' && view().seq === 1);
  expect(texts(view())).toEqual(['during the join']);
});

test('a change of stock and the end of the show reach the viewer, who then leaves the room', async () => {
  const watched = await aLiveWatcher();
  const { server, view, clock } = watched;
  const pin = aPin();
  const variantId = pin.variants[0]?.id ?? '';
  server.happen({ event: 'pin_product', pin });
  server.happen({ event: 'stock_changed', productId: pin.id, variantId, available: 2 });
  server.happen({ event: 'stream_ended', reason: 'seller' });
  await until(() => view().status === 'ended');
  expect(view()).toMatchObject({ streamStatus: 'ended', endedReason: 'seller', stock: { [variantId]: 2 } });
  await until(() => server.received.leave_room?.length === 1);
  clock.advance(3000);
  await until(() => server.socketCount === 0);
});

test('a room that does not exist is refused with its code, and a new start tries again', async () => {
  const { server, room, view } = await aWatcher();
  server.answer.join_room = () => ({ ok: false, error: { code: 'not_found', message: 'No such show.' } });
  room.start();
  await until(() => view().status === 'refused');
  expect(view().error).toEqual({ code: 'not_found', message: 'No such show.', retryAfterMs: null });
  server.answer = {};
  room.start();
  await until(() => view().status === 'live');
  expect(view().error).toBeNull();
});

test('a show that is over before the viewer joins is ended, not refused', async () => {
  const { server, room, view } = await aWatcher();
  server.answer.join_room = () => ({ ok: false, error: { code: 'stream_ended', message: 'Over.' } });
  room.start();
  await until(() => view().status === 'ended');
});

test('a server that is too busy to let the viewer in is asked again after the time it names', async () => {
  const watched = await aWatcher();
  const { server, room, view, clock } = watched;
  server.answer.join_room = () => ({
    ok: false,
    error: { code: 'unavailable', message: 'Busy.', retryAfterMs: 4000 },
  });
  room.start();
  await until(() => view().error?.code === 'unavailable');
  expect(view().status).toBe('joining');
  server.answer = {};
  await clock.advanceSlowly(3900);
  expect(joins(watched)).toHaveLength(1);
  clock.advance(100);
  await until(() => view().status === 'live');
});

test('a room that the server has forgotten is joined again after the next heartbeat', async () => {
  const watched = await aLiveWatcher();
  const { server, clock, view } = watched;
  watched.room.reportVideo({ videoLatencyMs: 2400, stalls: 1 });
  server.answer.heartbeat = () => ({ ok: false, error: { code: 'not_joined', message: 'Join first.' } });
  server.room.append(chat('missed'));
  clock.advance(15_000);
  await until(() => view().seq === 1 && view().status === 'live');
  expect(server.received.heartbeat).toEqual([{ streamId, videoLatencyMs: 2400, stalls: 1 }]);
});

test('a screen out of sight leaves the room and keeps what it shows; back again it catches up', async () => {
  const watched = await aLiveWatcher();
  const { server, room, view } = watched;
  server.happen(chat('1'));
  await until(() => view().seq === 1);
  room.suspend();
  await until(() => server.received.leave_room?.length === 1);
  expect(view()).toMatchObject({ status: 'suspended', connection: 'none', seq: 1 });
  server.room.append(chat('2'));
  room.resume();
  await until(() => view().status === 'live');
  expect(texts(view())).toEqual(['1', '2']);
  expect(joins(watched).at(-1)).toEqual({ streamId, afterSeq: 1 });
});

test('a seller pins and unpins over the socket, and a refusal is thrown with its code', async () => {
  const { server, room } = await aLiveWatcher();
  const pin = aPin();
  server.answer.pin_product = () => ({ ok: true, seq: 1, pin });
  await room.pin(pin.id, pin.variants[0]?.id);
  expect(server.received.pin_product).toEqual([
    { streamId, productId: pin.id, variantId: pin.variants[0]?.id, seenSeq: 0 },
  ]);
  server.answer.unpin_product = () => ({ ok: false, error: { code: 'forbidden', message: 'Not yours.' } });
  await expect(room.unpin(pin.id)).rejects.toMatchObject({
    name: 'ApiError',
    code: 'forbidden',
    status: 403,
  });
});

test('a pin says what its sender has seen, own pins included, and after a conflict the newer pin shows', async () => {
  const { server, room, view } = await aLiveWatcher();
  const [mine, theirs] = [aPin(), aPin()];
  server.happen(chat('hello'));
  await until(() => view().seq === 1);
  server.answer.pin_product = () => ({ ok: true, seq: 2, pin: mine });
  await room.pin(mine.id);
  await room.pin(mine.id);
  server.room.append({ event: 'pin_product', pin: mine });
  server.room.append({ event: 'pin_product', pin: theirs });
  server.answer.unpin_product = () => ({ ok: false, error: { code: 'conflict', message: 'Look again.' } });
  await expect(room.unpin(mine.id)).rejects.toMatchObject({ code: 'conflict' });
  await until(() => view().pins[0]?.id === theirs.id);
  await expect(room.unpin(mine.id)).rejects.toMatchObject({ code: 'conflict' });
  expect(server.received.pin_product?.map(({ seenSeq }) => seenSeq)).toEqual([1, 2]);
  expect(server.received.unpin_product?.map(({ seenSeq }) => seenSeq)).toEqual([2, 3]);
});

test('a viewer who is banned leaves the room for good, and is back when the ban is lifted', async () => {
  const watched = await aLiveWatcher();
  const { server, clock, view, client } = watched;
  const release = client.live.open();
  const stand = (isBanned: boolean) =>
    server.send('chat_standing', { streamId, you: { ...viewerStanding, isBanned } });
  stand(true);
  await until(() => view().status === 'refused');
  expect(view().error?.code).toBe('forbidden');
  const joinings = joins(watched).length;
  await clock.advanceSlowly(60_000);
  expect(joins(watched)).toHaveLength(joinings);
  expect(server.httpCalls).toEqual([]);
  stand(false);
  await until(() => view().status === 'live');
  expect(view().error).toBeNull();
  release();
});

test('views are new objects for each change and the same one without a change', async () => {
  const { server, view } = await aLiveWatcher();
  const before = view();
  expect(view()).toBe(before);
  server.happen(chat('more'));
  await until(() => view().seq === 1);
  expect(view()).not.toBe(before);
  expect(before.messages).toEqual([]);
});

test('a line of the chat that did not change stays the same object', async () => {
  const { server, room, view } = await aLiveWatcher();
  server.happen(chat('first'));
  await until(() => view().seq === 1);
  const [first] = view().messages;
  room.like();
  expect(view().messages).toEqual([first]);
  server.happen(chat('second'));
  await until(() => view().seq === 2);
  expect(view().messages[0]).toBe(first);
});

test('a screen is told of a hundred counts and messages in 50 ms at most twice', async () => {
  const { server, clock, view, views } = await aLiveWatcher();
  await clock.advanceSlowly(1000);
  views.length = 0;
  for (let count = 1; count <= 50; count += 1) {
    server.send('viewer_count', { streamId, count, peak: 50 });
    server.happen(chat(`${count}`));
  }
  await until(() => view().seq === 50 && view().viewerCount === 50);
  clock.advance(50);
  expect(views.length).toBeGreaterThanOrEqual(1);
  expect(views.length).toBeLessThanOrEqual(2);
  expect(views.at(-1)).toMatchObject({ seq: 50, viewerCount: 50, peakViewerCount: 50 });
});

test('each new order is announced once, also when the server repeats it after a reconnect', async () => {
  const watched = await aLiveWatcher();
  const { server, room } = watched;
  const announced: string[] = [];
  room.onEvent('new_order', ({ order }) => announced.push(order.id));
  const [first, second] = [aSellerOrder(), aSellerOrder()];
  server.send('new_order', { order: first });
  await until(() => announced.length === 1);
  server.cut();
  await reconnected(watched);
  server.send('new_order', { order: first });
  server.send('new_order', { order: second });
  await until(() => announced.length === 2);
  expect(announced).toEqual([first.id, second.id]);
});

test('hearts of another room are not heard in this one', async () => {
  const { server, room, view } = await aLiveWatcher();
  const bursts: number[] = [];
  room.onEvent('floating_hearts', ({ count }) => bursts.push(count));
  server.send('floating_hearts', { streamId: newId(), count: 9, total: 99 });
  server.send('floating_hearts', { streamId, count: 3, total: 40 });
  await until(() => bursts.length === 1);
  expect(bursts).toEqual([3]);
  expect(view()).toMatchObject({ likeCount: 40, hearts: { burst: 1, count: 3 } });
});
