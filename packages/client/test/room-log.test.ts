import { expect, test } from 'vitest';
import { RoomLog } from '../src/room-log.ts';
import { ScriptedRoom } from './scripted-room.ts';
import { chat } from './things.ts';

function aRoomOf(messages: number): ScriptedRoom {
  const room = new ScriptedRoom();
  for (let count = 1; count <= messages; count += 1) room.append(chat(`${count}`));
  return room;
}

function shown(log: RoomLog): string[] {
  return (log.state?.messages ?? []).map(({ message }) => message.text);
}

test('events in any order, each of them twice, are shown once and in order', () => {
  const room = aRoomOf(30);
  const log = new RoomLog();
  log.reset(new ScriptedRoom().snapshot());
  const shuffled = [...room.log, ...room.log].sort((a, b) => ((a.seq * 7) % 31) - ((b.seq * 7) % 31));
  for (const event of shuffled) log.receive(event);
  expect(shown(log)).toEqual(room.log.map((_, index) => `${index + 1}`));
  expect(log.hasGap).toBe(false);
});

test('nothing after a missing event is shown before it comes', () => {
  const [first, second, third] = aRoomOf(3).log;
  const log = new RoomLog();
  log.reset(new ScriptedRoom().snapshot());
  if (first) log.receive(first);
  if (third) log.receive(third);
  expect(shown(log)).toEqual(['1']);
  expect(log.hasGap).toBe(true);
  if (second) log.receive(second);
  expect(shown(log)).toEqual(['1', '2', '3']);
});

test('events that come before the snapshot are neither lost nor repeated', () => {
  const room = aRoomOf(4);
  const log = new RoomLog();
  for (const event of room.log.slice(2)) log.receive(event);
  expect(log.state).toBeNull();
  const early = aRoomOf(0);
  early.log.push(...room.log.slice(0, 3));
  log.reset(early.snapshot());
  expect(shown(log)).toEqual(['1', '2', '3', '4']);
});

test('a page of missed events that does not continue the log is refused', () => {
  const room = aRoomOf(5);
  const log = new RoomLog();
  log.reset(aRoomOf(1).snapshot());
  expect(log.append({ missed: room.log.slice(3), hasMore: false, reset: false })).toBe(false);
  expect(log.append({ missed: [], hasMore: false, reset: true })).toBe(false);
  expect(log.append({ missed: room.log.slice(1), hasMore: false, reset: false })).toBe(true);
  expect(log.state?.seq).toBe(5);
});
