import type { ChatRole, ChatStanding } from '@vybekart/contract';

/** Whether this standing lets somebody run the chat; the server decides in the same way. */
export function mayModerate({ role, isBanned, mutedUntil }: ChatStanding): boolean {
  return role !== 'viewer' && !isBanned && mutedUntil === null;
}

/** Moderators act on viewers, the seller on moderators too. */
export function mayActOn(you: ChatStanding, target: ChatRole): boolean {
  return mayModerate(you) && (target === 'viewer' || (you.role === 'seller' && target === 'moderator'));
}
