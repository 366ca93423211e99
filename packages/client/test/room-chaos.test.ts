import { expect, test } from 'vitest';
import { emptyRoom, reduceRoom, type SendOutcome } from '../src/index.ts';
import { roomByRest } from './scripted-server.ts';
import { seeded } from './seeded.ts';
import { aPin, chat } from './things.ts';
import { settle } from './virtual-clock.ts';
import { aWatcher, texts } from './watch.ts';

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`whatever the network loses, repeats, swaps and cuts, the room is complete and in order in the end (seed ${seed})`, async () => {
    const pick = seeded(seed);
    const { server, clock, room, view, views } = await aWatcher();
    const outcomes: Promise<SendOutcome>[] = [];
    const pins = [aPin(), aPin(), aPin(), aPin()] as const;
    let taps = 0;
    let sent = 0;
    server.room.pageSize = 7;
    server.http = roomByRest(server.room);
    const happenings = [
      () => void server.happen(chat(`other ${server.room.log.length}`)),
      () => void server.room.append(chat(`lost ${server.room.log.length}`)),
      () => server.broadcast(server.happen(chat(`twice ${server.room.log.length}`))),
      () => {
        const [one, two] = [server.room.append(chat('swapped b')), server.room.append(chat('swapped a'))];
        server.broadcast(two);
        server.broadcast(one);
      },
      () => void server.happen({ event: 'pin_product', pin: pins[pick(pins.length)] ?? pins[0] }),
      () => {
        server.lostAcks.send_message = pick(2);
        outcomes.push(room.sendMessage(`own ${sent}`));
        sent += 1;
      },
      () => {
        taps += 3;
        room.like(3);
      },
      () => server.cut(),
      () => {
        server.isWebsocketBlocked = !server.isWebsocketBlocked;
        if (server.isWebsocketBlocked) server.cut();
      },
      () => room.suspend(),
      () => room.resume(),
    ];
    room.start();
    for (let step = 0; step < 150; step += 1) {
      happenings[pick(happenings.length)]?.();
      clock.advance(pick(800));
      if (pick(3) === 0) await settle();
    }
    server.isWebsocketBlocked = false;
    room.resume();
    await clock.advanceUntil(
      () =>
        view().status === 'live' &&
        view().seq === server.room.log.length &&
        view().messages.every(({ state }) => state !== 'sending'),
    );
    for (const { clientMsgId } of view().messages.filter(({ state }) => state === 'failed')) {
      outcomes.push(room.retryMessage(clientMsgId) ?? Promise.reject(new Error('not there')));
    }
    await clock.advanceUntil(
      () => view().seq === server.room.log.length && view().messages.every(({ state }) => state === 'sent'),
    );

    const whole = server.room.log.reduce(reduceRoom, emptyRoom(view().streamId));
    const shown = texts(view());
    const expected = whole.messages.map(({ message }) => message.text);
    // Whoever gets in late starts with the snapshot's last 50.
    expect(shown).toEqual(expected.slice(-shown.length));
    expect(shown.length).toBeGreaterThanOrEqual(Math.min(50, expected.length));
    expect(view().pins).toEqual(whole.pins);
    const written = server.room.log.flatMap((event) =>
      event.event === 'new_message' && event.message.text.startsWith('own ') ? [event.message.text] : [],
    );
    expect([...written].sort()).toEqual(Array.from({ length: sent }, (_, index) => `own ${index}`).sort());
    const ids = (await Promise.all(outcomes)).flatMap((outcome) => (outcome.ok ? [outcome.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(server.room.likeCount).toBeLessThanOrEqual(taps);
    for (const { messages } of views) {
      const seqs = messages.flatMap(({ seq }) => (seq === null ? [] : [seq]));
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    }
  });
}
