import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryPresence } from './memory-presence.ts';
import type { Presence } from './presence.ts';

const implementations: [string, () => Presence][] = [['MemoryPresence', () => new MemoryPresence()]];

describe.each(implementations)('%s', (_, create) => {
  let presence: Presence;
  let counts: Map<string, number>;
  let changes: number;

  beforeEach(() => {
    presence = create();
    counts = new Map();
    changes = 0;
    presence.onCount((streamId, count) => {
      counts.set(streamId, count);
      changes += 1;
    });
  });

  test('three tabs of one person are one viewer until the last is closed', () => {
    for (const tab of ['a', 'b', 'c']) presence.enter('show', 'asha', tab);
    expect(counts.get('show')).toBe(1);
    presence.leave('show', 'a');
    presence.leave('show', 'b');
    expect(counts.get('show')).toBe(1);
    presence.leave('show', 'c');
    expect(counts.get('show')).toBe(0);
  });

  test('entering and leaving twice counts once, and never below zero', () => {
    presence.enter('show', 'asha', 'a');
    presence.enter('show', 'asha', 'a');
    presence.enter('show', 'ravi', 'b');
    presence.leave('show', 'a');
    presence.leave('show', 'a');
    expect(counts.get('show')).toBe(1);
    presence.leave('show', 'b');
    presence.leave('show', 'never-there');
    presence.leave('elsewhere', 'b');
    expect(counts.get('show')).toBe(0);
    expect(counts.has('elsewhere')).toBe(false);
  });

  test('streams are counted apart, and only changes are told', () => {
    presence.enter('one', 'asha', 'a');
    presence.enter('two', 'asha', 'a');
    presence.enter('one', 'asha', 'b');
    expect([...counts]).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    expect(changes).toBe(2);
  });
});
