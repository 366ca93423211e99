import type { Pin, RoomEvent } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { emptyRoom, pinsAt, type RoomState, reduceRoom, roomFromSnapshot } from '../src/index.ts';
import { ScriptedRoom } from './scripted-room.ts';
import { seeded } from './seeded.ts';
import { anEvent, aPin, chat, type EventBody, streamId } from './things.ts';

function reduceAll(events: readonly RoomEvent[]): RoomState {
  return events.reduce(reduceRoom, emptyRoom(streamId));
}

const ids = (pins: readonly { id: string }[]) => pins.map((pin) => pin.id);
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();

function aRandomShow(seed: number): ScriptedRoom {
  const pick = seeded(seed);
  const room = new ScriptedRoom();
  const products: [Pin, ...Pin[]] = [aPin(), aPin(), aPin(), aPin(), aPin()];
  room.append({ event: 'stream_state', status: 'live' });
  for (let count = 0; count < 120; count += 1) {
    const product = products[pick(products.length)] ?? products[0];
    const written = room.log.flatMap((event) => (event.event === 'new_message' ? [event.message.id] : []));
    const body: EventBody[] = [
      chat(`message ${count}`),
      { event: 'message_deleted', messageId: written[pick(written.length)] ?? product.id },
      { event: 'pin_product', pin: product, pdt: at(count % 60) },
      { event: 'unpin_product', productId: product.id },
      {
        event: 'stock_changed',
        productId: product.id,
        variantId: product.variants[0]?.id ?? '',
        available: pick(9),
      },
      { event: 'stream_state', status: pick(2) === 0 ? 'live' : 'interrupted' },
    ];
    room.append(body[pick(body.length)] ?? chat('more'));
  }
  if (pick(2) === 0) room.append({ event: 'stream_ended', reason: 'seller' });
  return room;
}

test('all events of a show add up to the snapshot that the server gives, in 50 random shows', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const show = aRandomShow(seed);
    const reduced = reduceAll(show.log);
    const given = roomFromSnapshot(show.snapshot());
    expect(reduced.pins, `pins of show ${seed}`).toEqual(given.pins);
    expect(reduced.stock, `stock of show ${seed}`).toMatchObject(given.stock);
    expect(reduced.seq).toBe(given.seq);
    expect(reduced.status).toBe(given.status);
    const newest = reduced.messages.slice(-50).map(({ message }) => message.id);
    expect(newest.slice(-given.messages.length)).toEqual(given.messages.map(({ message }) => message.id));
  }
});

test('a show can be continued from any snapshot and ends in the same state', () => {
  const show = aRandomShow(7);
  const whole = reduceAll(show.log);
  for (let cut = 1; cut < show.log.length; cut += 10) {
    const start = new ScriptedRoom();
    start.log.push(...show.log.slice(0, cut));
    const continued = show.log.slice(cut).reduce(reduceRoom, roomFromSnapshot(start.snapshot()));
    expect(ids(continued.pins)).toEqual(ids(whole.pins));
    expect(continued.status).toBe(whole.status);
  }
});

test('an event that comes a second time changes nothing', () => {
  const state = reduceAll([anEvent(1, chat('once'))]);
  expect(reduceRoom(state, anEvent(1, chat('twice')))).toBe(state);
});

test('the fourth pin pushes the oldest out, and the newest stands first', () => {
  const [a, b, c, d] = [aPin(), aPin(), aPin(), aPin()];
  const state = reduceAll(
    [a, b, c, d].map((pin, index) => anEvent(index + 1, { event: 'pin_product', pin })),
  );
  expect(ids(state.pins)).toEqual([d.id, c.id, b.id]);
});

test('a product that is pinned again moves to the front and stands once', () => {
  const [a, b] = [aPin(), aPin()];
  const state = reduceAll([a, b, a].map((pin, index) => anEvent(index + 1, { event: 'pin_product', pin })));
  expect(ids(state.pins)).toEqual([a.id, b.id]);
});

test('a change of stock shows on the pinned product and by variant', () => {
  const pin = aPin();
  const variantId = pin.variants[0]?.id ?? '';
  const state = reduceAll([
    anEvent(1, { event: 'pin_product', pin }),
    anEvent(2, { event: 'stock_changed', productId: pin.id, variantId, available: 1 }),
  ]);
  expect(state.pins[0]?.variants[0]?.available).toBe(1);
  expect(state.stock[variantId]).toBe(1);
});

test('a deleted message is gone from the chat', () => {
  const [kept, deleted] = [chat('kept'), chat('deleted')];
  const state = reduceAll([
    anEvent(1, kept),
    anEvent(2, deleted),
    anEvent(3, { event: 'message_deleted', messageId: deleted.message.id }),
  ]);
  expect(state.messages.map(({ message }) => message.text)).toEqual(['kept']);
});

test('the end of a show says why', () => {
  const state = reduceAll([anEvent(1, { event: 'stream_ended', reason: 'ingest_lost' })]);
  expect(state).toMatchObject({ status: 'ended', endedReason: 'ingest_lost' });
});

test('the chat keeps the newest 200 messages', () => {
  const state = reduceAll(
    Array.from({ length: 250 }, (_, index) => anEvent(index + 1, chat(`${index + 1}`))),
  );
  expect(state.messages).toHaveLength(200);
  expect(state.messages[0]?.message.text).toBe('51');
});

test('a card appears when the video of the viewer reaches the moment of the pin, and goes when it is unpinned there', () => {
  const [first, second] = [aPin(), aPin()];
  const state = reduceAll([
    anEvent(1, { event: 'pin_product', pin: first, pdt: at(10) }),
    anEvent(2, { event: 'pin_product', pin: second, pdt: at(20) }),
    anEvent(3, { event: 'unpin_product', productId: first.id, pdt: at(30) }),
  ]);
  const seenAt = (second: number) => ids(pinsAt(state, new Date(at(second))));
  expect(seenAt(9)).toEqual([]);
  expect(seenAt(10)).toEqual([first.id]);
  expect(seenAt(25)).toEqual([second.id, first.id]);
  expect(seenAt(30)).toEqual([second.id]);
});

test('whoever joins late sees each pin when the video reaches its moment, as those who were there before', () => {
  const show = new ScriptedRoom();
  const [first, second] = [aPin(), aPin()];
  show.append({ event: 'pin_product', pin: first, pdt: at(10) });
  show.append({ event: 'pin_product', pin: second, pdt: at(20) });
  const late = roomFromSnapshot(show.snapshot());
  const seenAt = (second: number) => ids(pinsAt(late, new Date(at(second))));
  expect([seenAt(9), seenAt(10), seenAt(20)]).toEqual([[], [first.id], [second.id, first.id]]);
});

test('"sold out" shows when the video reaches the moment of the sale, and what can be bought counts at once', () => {
  const pin = aPin();
  const variantId = pin.variants[0]?.id ?? '';
  const state = reduceAll([
    anEvent(1, { event: 'pin_product', pin, pdt: at(10) }),
    anEvent(2, { event: 'stock_changed', productId: pin.id, variantId, available: 0, pdt: at(20) }),
  ]);
  const seenAt = (second: number) => pinsAt(state, new Date(at(second)))[0]?.variants[0]?.available;
  expect([seenAt(19), seenAt(20)]).toEqual([5, 0]);
  expect(state.stock[variantId]).toBe(0);
});

test('a viewer whose player knows no video time sees the newest pins at once', () => {
  const pin = aPin();
  const state = reduceAll([anEvent(1, { event: 'pin_product', pin, pdt: at(59) })]);
  expect(ids(pinsAt(state, null))).toEqual([pin.id]);
});

test('a pin without a video time, or from a snapshot, is seen at once by every viewer', () => {
  const pin = aPin();
  const room = new ScriptedRoom();
  room.append({ event: 'pin_product', pin });
  const longAgo = new Date(at(0));
  expect(ids(pinsAt(reduceAll(room.log), longAgo))).toEqual([pin.id]);
  expect(ids(pinsAt(roomFromSnapshot(room.snapshot()), longAgo))).toEqual([pin.id]);
});

test('a deleted message is gone from the chat, from above it, and from what answers it', () => {
  const rude = chat('rude');
  const { id, user } = rude.message;
  const answer = chat('please do not', { replyTo: { id, user, excerpt: 'rude' } });
  const [written, pinned, answered, deleted] = [
    anEvent(1, rude),
    anEvent(2, { event: 'message_pinned', message: rude.message }),
    anEvent(3, answer),
    anEvent(4, { event: 'message_deleted', messageId: id }),
  ] as const;
  const before = reduceAll([written, pinned, answered]);
  expect(before).toMatchObject({ pinnedMessage: { id }, messages: [{ message: { id } }, {}] });
  const after = reduceRoom(before, deleted);
  expect(after.pinnedMessage).toBeNull();
  expect(after.messages.map(({ message }) => message)).toEqual([
    { ...answer.message, replyTo: { id, user, excerpt: null } },
  ]);
  const allOf = reduceRoom(before, anEvent(4, { event: 'user_messages_deleted', userId: user.id }));
  expect(allOf.messages).toEqual(after.messages);
});

test('a message that was held and let pass comes back at its new place', () => {
  const message = chat('reported by mistake');
  const state = reduceAll([
    anEvent(1, message),
    anEvent(2, { event: 'message_deleted', messageId: message.message.id }),
    anEvent(3, message),
  ]);
  expect(state.messages).toMatchObject([{ seq: 3, message: message.message }]);
});

test('the mode of the chat is the one that was set last', () => {
  const mode = { chatOn: true, slowModeSeconds: 30, followersOnly: true, linksFromModeratorsOnly: false };
  expect(emptyRoom(streamId).chatMode.slowModeSeconds).toBe(0);
  expect(reduceAll([anEvent(1, { event: 'chat_mode', ...mode })]).chatMode).toEqual(mode);
});
