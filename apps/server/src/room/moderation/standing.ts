import type { ChatStanding } from '@vybekart/contract';
import { later, type ShopRules } from './house-rules.ts';

export const guestStanding: ChatStanding = { role: 'viewer', isBanned: false, mutedUntil: null };

/**
 * What the rules let a person do; `userId` is null for a guest. Who is muted is known by account and by device: a new
 * account, or a guest, on the device of somebody who is muted is muted as long. A device mutes viewers alone, the
 * seller can never be muted.
 */
export function standingOf(
  rules: ShopRules,
  who: { userId: string | null; deviceHash: string | null },
  now: Date,
): ChatStanding {
  if (who.userId === rules.ownerId) return { ...guestStanding, role: 'seller' };
  const role = who.userId !== null && rules.moderators.has(who.userId) ? 'moderator' : 'viewer';
  const ends = who.userId === null ? [] : [rules.mutes.get(who.userId)];
  if (role === 'viewer' && who.deviceHash) ends.push(rules.mutedDevices.get(who.deviceHash));
  let until: Date | null | undefined;
  for (const end of ends) {
    const isRunning = end !== undefined && (end === null || end > now);
    if (isRunning) until = later(until, end);
  }
  return { role, isBanned: until === null, mutedUntil: until?.toISOString() ?? null };
}

/** Whether this standing lets somebody moderate: a muted moderator may not. */
export function mayModerate({ role, isBanned, mutedUntil }: ChatStanding): boolean {
  return role !== 'viewer' && !isBanned && mutedUntil === null;
}
