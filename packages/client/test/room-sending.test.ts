import { expect, test } from 'vitest';
import { MemorySessionStorage, newId } from '../src/index.ts';
import { aMe, aSession, chat, streamId, viewer } from './things.ts';
import { settle, until } from './virtual-clock.ts';
import { aLiveWatcher, aWatcher, texts } from './watch.ts';

test('an own message shows at once as sending, and once when the server has it', async () => {
  const storage = new MemorySessionStorage();
  await storage.save(aSession(Date.parse('2026-03-01T11:00:00.000Z'), { user: aMe(viewer) }));
  const { room, view, views, server } = await aLiveWatcher({ storage });
  const sending = room.sendMessage('is it cotton?');
  expect(view().messages).toMatchObject([
    { text: 'is it cotton?', state: 'sending', isOwn: true, seq: null, user: viewer },
  ]);
  const outcome = await sending;
  await until(() => view().seq === 1);
  expect(view().messages).toMatchObject([{ text: 'is it cotton?', state: 'sent', isOwn: true, seq: 1 }]);
  expect(outcome).toEqual({ ok: true, id: view().messages[0]?.id, seq: 1 });
  for (const seen of views) expect(texts(seen).length).toBeLessThanOrEqual(1);
  expect(server.received.send_message).toHaveLength(1);
});

test('a message whose acknowledgement was lost is sent again with the same id and written once', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  // The broadcast is lost with the acknowledgement: only the second try can tell what became of it.
  server.answer.send_message = ({ text, clientMsgId }) => {
    const { id, seq } = server.room.write(text, clientMsgId, viewer);
    return { ok: true, id, seq };
  };
  server.lostAcks.send_message = 1;
  const outcome = room.sendMessage('only once');
  await clock.advanceUntil(() => server.received.send_message?.length === 2);
  await clock.advanceUntil(() => view().messages[0]?.state === 'sent');
  const [first, second] = server.received.send_message ?? [];
  expect(second).toEqual(first);
  expect(server.room.log).toHaveLength(1);
  expect(texts(view())).toEqual(['only once']);
  await expect(outcome).resolves.toMatchObject({ ok: true, seq: 1 });
});

test('a message whose connection breaks before the acknowledgement is sent again after the reconnect', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.lostAcks.send_message = 1;
  void room.sendMessage('through the break');
  await until(() => server.received.send_message?.length === 1);
  server.answer.send_message = undefined;
  server.cut();
  await until(() => view().status === 'offline');
  await clock.advanceUntil(() => view().status === 'live' && view().seq === 1);
  await settle();
  expect(server.room.log).toHaveLength(1);
  expect(texts(view())).toEqual(['through the break']);
});

test('messages written while offline go out in their order after the reconnect', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.cut();
  await until(() => view().status === 'offline');
  for (const text of ['one', 'two', 'three']) void room.sendMessage(text);
  expect(view().messages.map(({ state }) => state)).toEqual(['sending', 'sending', 'sending']);
  await clock.advanceUntil(() => view().seq === 3);
  expect(texts(view())).toEqual(['one', 'two', 'three']);
});

test('a refused message stays as failed, gives its text back with the time to wait, and can be sent again', async () => {
  const { server, room, view } = await aLiveWatcher();
  server.answer.send_message = () => ({
    ok: false,
    error: { code: 'rate_limited', message: 'Too fast.', retryAfterMs: 3000 },
  });
  const outcome = await room.sendMessage('hello');
  const error = { code: 'rate_limited', message: 'Too fast.', retryAfterMs: 3000 };
  const clientMsgId = view().messages[0]?.clientMsgId ?? '';
  expect(outcome).toEqual({ ok: false, clientMsgId, text: 'hello', error });
  expect(view().messages).toMatchObject([{ text: 'hello', state: 'failed', error }]);
  server.answer = {};
  await expect(room.retryMessage(clientMsgId)).resolves.toMatchObject({ ok: true, seq: 1 });
  await until(() => view().seq === 1);
  expect(server.received.send_message?.map((sent) => sent.clientMsgId)).toEqual([clientMsgId, clientMsgId]);
  expect(view().messages).toMatchObject([{ text: 'hello', state: 'sent', error: null }]);
});

test('a failed message can be thrown away', async () => {
  const { server, room, view } = await aLiveWatcher();
  server.answer.send_message = () => ({ ok: false, error: { code: 'muted', message: 'Not now.' } });
  const outcome = await room.sendMessage('hello');
  if (!outcome.ok) room.discardMessage(outcome.clientMsgId);
  expect(view().messages).toEqual([]);
});

test('a message that cannot be sent for a minute fails, and is not written twice when it arrived after all', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.http = (_, response) => void response.writeHead(503).end();
  server.cut();
  server.isWebsocketBlocked = true;
  await until(() => view().status === 'offline');
  const outcome = room.sendMessage('late');
  await clock.advanceUntil(() => view().messages[0]?.state === 'failed', 90_000);
  await expect(outcome).resolves.toMatchObject({ ok: false, text: 'late', error: { code: 'timeout' } });
  const clientMsgId = view().messages[0]?.clientMsgId ?? '';
  server.room.write('late', clientMsgId, viewer);
  server.isWebsocketBlocked = false;
  await clock.advanceUntil(() => view().seq === 1);
  expect(view().messages).toMatchObject([{ text: 'late', state: 'sent' }]);
});

test('an own message stands where its seq puts it, between messages of other people', async () => {
  const { server, room, view } = await aLiveWatcher();
  server.happen(chat('first'));
  await room.sendMessage('second');
  server.happen(chat('third'));
  void room.sendMessage('fourth');
  await until(() => view().seq === 4);
  expect(texts(view())).toEqual(['first', 'second', 'third', 'fourth']);
});

test('leaving the room gives messages back that were not sent', async () => {
  const { room } = await aWatcher();
  const outcome = room.sendMessage('never');
  room.close();
  await expect(outcome).resolves.toMatchObject({ ok: false, text: 'never', error: { code: 'network' } });
});

test('a message to a show that has ended is given back at once, and so is one that was waiting', async () => {
  const { server, room, view } = await aLiveWatcher();
  server.lostAcks.send_message = 1;
  server.answer.send_message = () => ({ ok: true, id: streamId, seq: 1 });
  const waiting = room.sendMessage('waiting');
  await until(() => server.received.send_message?.length === 1);
  server.happen({ event: 'stream_ended', reason: 'seller' });
  await expect(waiting).resolves.toMatchObject({ ok: false, error: { code: 'stream_ended' } });
  expect(view().status).toBe('ended');
  const late = await room.sendMessage('too late');
  expect(late).toMatchObject({ ok: false, text: 'too late', error: { code: 'stream_ended' } });
});

test('a message to a room that the server has forgotten arrives after the room was joined again', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.answer.send_message = () => ({ ok: false, error: { code: 'not_joined', message: 'Join first.' } });
  void room.sendMessage('hello');
  await until(() => server.received.join_room?.length === 2 && view().status === 'live');
  expect(server.received.send_message).toHaveLength(1);
  server.answer = {};
  await clock.advanceUntil(() => view().seq === 1, 5000);
  expect(texts(view())).toEqual(['hello']);
});

test('taps on the heart count at once, travel in batches of at most 50, and add up exactly', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  for (let tap = 0; tap < 137; tap += 1) room.like();
  room.like(30);
  expect(view().likeCount).toBe(167);
  expect(server.received.send_likes).toBeUndefined();
  await clock.advanceUntil(() => server.room.likeCount === 167);
  await until(() => view().likeCount === 167);
  expect(server.received.send_likes?.map(({ count }) => count)).toEqual([50, 50, 50, 17]);
  await clock.advanceSlowly(5000);
  expect(server.room.likeCount).toBe(167);
});

test('one tap waits for company between 250 and 400 ms', async () => {
  const { server, clock, room } = await aLiveWatcher();
  room.like();
  await clock.advanceSlowly(249);
  expect(server.received.send_likes).toBeUndefined();
  clock.advance(151);
  await until(() => server.received.send_likes?.length === 1);
});

test('taps that the server refuses for the moment are sent again, and counted once', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.answer.send_likes = () => ({
    ok: false,
    error: { code: 'rate_limited', message: 'Too fast.', retryAfterMs: 2000 },
  });
  room.like(5);
  await clock.advanceUntil(() => server.received.send_likes?.length === 1);
  server.answer = {};
  await clock.advanceUntil(() => server.room.likeCount === 5);
  expect(view().likeCount).toBe(5);
});

test('taps of a guest, which the server does not take, disappear from the total', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.answer.send_likes = () => ({ ok: false, error: { code: 'unauthorized', message: 'Sign in.' } });
  room.like(5);
  expect(view().likeCount).toBe(5);
  await clock.advanceUntil(() => view().likeCount === 0);
});

test('taps while offline are kept and sent after the reconnect', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  server.cut();
  await until(() => view().status === 'offline');
  room.like(7);
  expect(view().likeCount).toBe(7);
  await clock.advanceUntil(() => server.room.likeCount === 7);
});

test('a burst of hearts shows those of other people, since the own ones flew when they were tapped', async () => {
  const { server, clock, room, view } = await aLiveWatcher();
  room.like(4);
  await clock.advanceUntil(() => server.room.likeCount === 4);
  await settle();
  server.send('floating_hearts', { streamId, count: 10, total: 10 });
  await until(() => view().likeCount === 10);
  expect(view().hearts).toEqual({ burst: 1, count: 6 });
});

test('a total that arrives late does not make the count go back', async () => {
  const { server, view } = await aLiveWatcher();
  server.send('floating_hearts', { streamId, count: 1, total: 50 });
  server.send('floating_hearts', { streamId, count: 1, total: 49 });
  await until(() => view().hearts.burst === 2);
  expect(view().likeCount).toBe(50);
});

test('a held message is shown to its author alone, until it gets its place or is turned down', async () => {
  const { server, room, view } = await aLiveWatcher();
  const heldId = newId();
  server.answer.send_message = () => ({ ok: true, id: heldId, seq: null });
  await expect(room.sendMessage('hmm')).resolves.toEqual({ ok: true, id: heldId, seq: null });
  expect(view().messages).toMatchObject([{ text: 'hmm', state: 'held', seq: null, isOwn: true }]);
  server.happen(chat('somebody else'));
  await until(() => view().seq === 1);
  expect(view().messages.map(({ state }) => state)).toEqual(['sent', 'held']);
  const { clientMsgId } = view().messages[1] ?? { clientMsgId: '' };
  server.happen(chat('hmm', { id: heldId, clientMsgId }));
  await until(() => view().seq === 2);
  expect(view().messages).toMatchObject([{ state: 'sent' }, { text: 'hmm', state: 'sent', seq: 2 }]);

  const turnedDown = newId();
  server.answer.send_message = () => ({ ok: true, id: turnedDown, seq: null });
  await room.sendMessage('once more');
  expect(view().messages.at(-1)).toMatchObject({ text: 'once more', state: 'held' });
  server.send('review_settled', { streamId, messageId: turnedDown, status: 'hidden' });
  await until(() => view().messages.length === 2);
});

test('a message that was held in an earlier visit is shown again, until it is turned down meanwhile', async () => {
  const { server, room, view } = await aLiveWatcher();
  const { message } = chat('from before');
  server.held = [message];
  room.suspend();
  room.resume();
  await until(() => view().messages.length === 1);
  expect(view().messages).toMatchObject([
    { id: message.id, text: 'from before', state: 'held', isOwn: true },
  ]);
  server.held = [];
  room.suspend();
  room.resume();
  await until(() => view().messages.length === 0);
});

test('an answer and an announcement are sent and shown as such while they are under way', async () => {
  const { server, room, view } = await aLiveWatcher();
  const replyTo = { id: newId(), user: { id: newId(), displayName: 'Ravi' }, excerpt: 'Which size?' };
  server.answer.send_message = () => ({ ok: true, id: newId(), seq: 9 });
  await room.sendMessage('Eight', { replyTo, kind: 'announcement' });
  expect(view().messages).toMatchObject([{ text: 'Eight', kind: 'announcement', replyTo }]);
  expect(server.received.send_message).toMatchObject([{ replyTo: replyTo.id, kind: 'announcement' }]);
});
