import type { RoomEvent } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { RecentEvents } from './recent-events.ts';

const event = (seq: number): RoomEvent => ({
  event: 'stream_state',
  streamId: '019a0000-0000-7000-8000-000000000000',
  seq,
  at: '2026-01-01T00:00:00.000Z',
  status: 'live',
});
const seqs = (events: RoomEvent[] | null) => events?.map(({ seq }) => seq);

test('what came after a seq is answered from memory while it is there', () => {
  const recent = new RecentEvents(12, [event(11), event(12)], 3);
  expect(seqs(recent.after(12))).toEqual([]);
  expect(seqs(recent.after(10))).toEqual([11, 12]);
  expect(recent.after(9)).toBeNull();
  recent.push(event(13));
  expect(seqs(recent.after(11))).toEqual([12, 13]);
});

test('memory is bounded however many events come', () => {
  const recent = new RecentEvents(0, [], 3);
  for (let seq = 1; seq <= 100; seq += 1) recent.push(event(seq));
  expect(recent.after(0)).toBeNull();
  expect(seqs(recent.after(97))).toEqual([98, 99, 100]);
});

test('a gap or a repetition is refused', () => {
  const recent = new RecentEvents(4, [event(4)]);
  expect(() => recent.push(event(4))).toThrow(/cannot follow/);
  expect(() => recent.push(event(6))).toThrow(/cannot follow/);
  expect(recent.head).toBe(4);
});

test('an empty room has nothing to catch up with', () => {
  expect(new RecentEvents(0, []).after(0)).toEqual([]);
});
