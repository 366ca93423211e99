import type { RoomEvent } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { fetchReplayLog, ReplayLog, type RoomState, roomFromSnapshot } from '../src/index.ts';
import { ScriptedRoom } from './scripted-room.ts';
import { seeded } from './seeded.ts';
import { anEvent, aPin, chat, type EventBody, streamId } from './things.ts';

const startMs = Date.UTC(2026, 2, 1, 10);
const at = (ms: number) => new Date(startMs + ms).toISOString();
const timeOf = (event: RoomEvent) => Date.parse(event.pdt ?? event.at);

/** A show of some minutes in which everything happens, at most of its moments with the time of the video. */
function aRandomShow(seed: number, length = 250): ScriptedRoom {
  const pick = seeded(seed);
  const room = new ScriptedRoom();
  const products = [aPin(), aPin(), aPin(), aPin(), aPin()];
  const people = [0, 1, 2].map((nth) => ({
    id: crypto.randomUUID(),
    displayName: `Fan ${nth}`,
    role: 'viewer' as const,
  }));
  let nowMs = 0;
  for (let count = 0; count < length; count += 1) {
    nowMs += pick(900);
    const pin = products[pick(products.length)] ?? aPin();
    const written = room.log.flatMap((event) => (event.event === 'new_message' ? [event.message.id] : []));
    const available = pick(9);
    const bodies: EventBody[] = [
      chat(`message ${count}`, { user: people[pick(people.length)] }),
      chat(`more ${count}`, { user: people[pick(people.length)] }),
      { event: 'message_deleted', messageId: written[pick(written.length)] ?? pin.id },
      { event: 'pin_product', pin },
      { event: 'unpin_product', productId: pin.id },
      { event: 'stock_changed', productId: pin.id, variantId: pin.variants[0]?.id ?? '', available },
      { event: 'stream_state', status: pick(2) === 0 ? 'live' : 'interrupted' },
    ];
    const body = bodies[pick(bodies.length)] ?? chat('more');
    const hasVideo = pick(4) > 0;
    const moment = { at: at(nowMs), ...(hasVideo ? { pdt: at(nowMs) } : {}) };
    room.append({ ...body, ...moment });
  }
  const end: EventBody = { event: 'stream_ended', reason: 'seller' };
  room.append({ ...end, ...{ at: at(nowMs + 1) } });
  return room;
}

/** The room as it was live after the first `count` events, without what was deleted since. */
function liveAfter(show: ScriptedRoom, count: number) {
  const then = new ScriptedRoom();
  then.log.push(...show.log.slice(0, count));
  const deleted = new Set(
    show.log.flatMap((event) => (event.event === 'message_deleted' ? [event.messageId] : [])),
  );
  const live = roomFromSnapshot(then.snapshot());
  return { ...live, messages: live.messages.filter(({ message }) => !deleted.has(message.id)) };
}

const shown = (state: RoomState) => ({
  status: state.status,
  pins: state.pins,
  chat: state.messages.map(({ message }) => message.text),
});

test('at every moment the replay shows what the room showed live, in 30 random shows', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const show = aRandomShow(seed);
    const replay = new ReplayLog(streamId, show.log);
    expect(replay.at(startMs - 1)).toMatchObject({ seq: 0, messages: [], pins: [] });
    for (const [index, event] of show.log.entries()) {
      const next = show.log[index + 1];
      if (next && timeOf(next) === timeOf(event)) continue;
      const live = shown(liveAfter(show, index + 1));
      const replayed = shown(replay.at(timeOf(event)));
      expect(replayed.pins, `pins of show ${seed} after ${index}`).toEqual(live.pins);
      expect(replayed.status).toBe(live.status);
      // A snapshot ends after 50 lines, some of which are gone by now.
      expect(replayed.chat.slice(-live.chat.length || replayed.chat.length)).toEqual(live.chat);
      if (next) expect(shown(replay.at(timeOf(next) - 1))).toEqual(replayed);
    }
  }
});

test('jumping to a moment, from before it or from behind it, shows the same as playing up to it', () => {
  const show = aRandomShow(77, 700);
  const played = new ReplayLog(streamId, show.log);
  const jumped = new ReplayLog(streamId, show.log);
  const pick = seeded(5);
  const byTime = show.log.map((event) => played.at(timeOf(event)));
  for (let jump = 0; jump < 300; jump += 1) {
    const index = pick(show.log.length);
    const event = show.log[index];
    if (!event) continue;
    const state = jumped.at(timeOf(event));
    expect(state).toEqual(byTime[index]);
  }
});

test('a message that was deleted, alone or with all others of its author, is at no moment there', () => {
  const author = { id: crypto.randomUUID(), displayName: 'Troll', role: 'viewer' as const };
  const [spam, insult] = [chat('spam', { user: author }), chat('insult')];
  const answer = chat('do not say that', {
    replyTo: { id: insult.message.id, user: insult.message.user, excerpt: 'insult' },
  });
  const log = [
    anEvent(1, spam),
    anEvent(2, insult),
    anEvent(3, { event: 'message_pinned', message: insult.message }),
    anEvent(4, answer),
    anEvent(5, { event: 'message_deleted', messageId: insult.message.id }),
    anEvent(6, { event: 'user_messages_deleted', userId: author.id }),
    anEvent(7, chat('written after the deletion', { user: author })),
  ];
  const replay = new ReplayLog(streamId, log);
  const moments = log.map((event) => replay.at(timeOf(event)));
  const text = JSON.stringify(moments);
  expect(text).not.toContain('spam');
  expect(text).not.toContain('"insult"');
  expect(moments.at(-1)?.messages.map(({ message }) => message.text)).toEqual([
    'do not say that',
    'written after the deletion',
  ]);
});

test('an event of a kind that this client does not know changes nothing but the place in the log', () => {
  const unknown = { ...anEvent(2, chat('x')), event: 'confetti_rained' } as unknown as RoomEvent;
  const replay = new ReplayLog(streamId, [anEvent(1, chat('hello')), unknown, anEvent(3, chat('again'))]);
  const { messages, status } = replay.at(Number.POSITIVE_INFINITY);
  expect(messages.map(({ message }) => message.text)).toEqual(['hello', 'again']);
  expect(status).toBe('ready');
});

test('the log of a long show is read in pages, to its end', async () => {
  const show = aRandomShow(3, 950);
  const asked: number[] = [];
  const api = {
    call: async (_: string, { query }: { query: { afterSeq: number } }) => {
      asked.push(query.afterSeq);
      return show.missedAfter(query.afterSeq);
    },
  };
  const replay = await fetchReplayLog(api as never, streamId);
  expect(asked).toEqual([0, 200, 400, 600, 800]);
  expect(replay.at(Number.POSITIVE_INFINITY)).toMatchObject({ seq: 951, status: 'ended' });
  expect(replay.pinMomentsMs.length).toBe(show.log.filter((event) => event.event === 'pin_product').length);
});
