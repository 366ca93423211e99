import { expect, test } from 'vitest';
import { mayActOn, mayModerate } from './chat-powers';

const standing = (role: 'viewer' | 'moderator' | 'seller') => ({ role, isBanned: false, mutedUntil: null });

test('a moderator acts on viewers alone, the seller on moderators too, a viewer on nobody', () => {
  const roles = ['viewer', 'moderator', 'seller'] as const;
  const table = roles.map((actor) => roles.map((target) => mayActOn(standing(actor), target)));
  expect(table).toEqual([
    [false, false, false],
    [true, false, false],
    [true, true, false],
  ]);
});

test('a moderator who is muted runs nothing', () => {
  expect(mayModerate({ ...standing('moderator'), mutedUntil: '2026-03-01T10:00:00.000Z' })).toBe(false);
});
