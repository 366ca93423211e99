import { expect, test } from 'vitest';
import { canTurn, type StreamState, streamTransitions } from './stream-state.ts';

const states = Object.keys(streamTransitions) as StreamState[];

test('every state can be reached from the first, and every state leads to the last', () => {
  const reachable = (from: StreamState, seen = new Set<StreamState>([from])): Set<StreamState> => {
    for (const next of streamTransitions[from]) if (!seen.has(next)) reachable(next, seen.add(next));
    return seen;
  };
  expect(reachable('starting')).toEqual(new Set(states));
  for (const state of states) expect(reachable(state)).toContain('gone');
});

test('a show that has ended never goes live again', () => {
  expect(canTurn('ended', 'live')).toBe(false);
  expect(canTurn('interrupted', 'live')).toBe(true);
});
