import { expect, test } from 'vitest';
import { connectionTransitions, roomTransitions, type Transitions } from '../src/transitions.ts';

function reachableFrom<S extends string, E extends string>(table: Transitions<S, E>, start: S): Set<S> {
  const reached = new Set<S>([start]);
  for (const state of reached)
    for (const next of Object.values<S>(table[state] as Record<E, S>)) reached.add(next);
  return reached;
}

test('every state of a room can be reached, and every one but closed can be closed', () => {
  const states = Object.keys(roomTransitions) as (keyof typeof roomTransitions)[];
  expect([...reachableFrom(roomTransitions, 'idle')].sort()).toEqual([...states].sort());
  for (const state of states) {
    if (state !== 'closed') expect(roomTransitions[state].close, state).toBe('closed');
  }
  expect(roomTransitions.closed).toEqual({});
});

test('a show that has ended cannot come back to life in a room', () => {
  expect([...reachableFrom(roomTransitions, 'ended')].sort()).toEqual(['closed', 'ended']);
});

test('a room that loses its connection in any joined state is offline, and can be live again', () => {
  for (const state of ['joining', 'live', 'catching_up'] as const) {
    expect(roomTransitions[state].lost).toBe('offline');
  }
  expect(reachableFrom(roomTransitions, 'offline')).toContain('live');
});

test('the connection can be suspended, and be online again, from every state in which it is in use', () => {
  for (const state of ['connecting', 'online', 'waiting', 'refused'] as const) {
    expect(connectionTransitions[state].suspend, state).toBe('suspended');
    expect(reachableFrom(connectionTransitions, state)).toContain('online');
  }
  expect(connectionTransitions.suspended.resume).toBe('connecting');
});
