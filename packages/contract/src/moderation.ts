import { z } from 'zod';
import { DisplayName } from './auth.ts';
import { Id, Timestamp, text } from './common.ts';

export const ChatRole = z.enum(['viewer', 'moderator', 'seller']);
export type ChatRole = z.infer<typeof ChatRole>;

/**
 * What a person may do in a room's chat. `mutedUntil`: the end of a timeout, which lets people watch; `isBanned`: out
 * of all rooms of the shop until somebody takes the ban back. Both let people buy.
 */
export const ChatStanding = z
  .object({ role: ChatRole, isBanned: z.boolean(), mutedUntil: Timestamp.nullable() })
  .meta({ id: 'ChatStanding' });
export type ChatStanding = z.infer<typeof ChatStanding>;

/** Why somebody moderated, for the log: 1..200 graphemes. */
export const Reason = text({ min: 1, max: 200 });
/** A minute to a week. */
export const TimeoutSeconds = z.int().min(60).max(604_800);

/** A person as the chat shows one. */
export const Chatter = z.object({ id: Id, displayName: z.string() }).meta({ id: 'Chatter' });
export type Chatter = z.infer<typeof Chatter>;

/** Finds people who chatted in the shop's newest shows by a part of their name. */
export const ChatterQuery = z.strictObject({ name: DisplayName });
export const Chatters = z.object({ items: z.array(Chatter) });

export const Moderator = z.object({ user: Chatter, appointedAt: Timestamp }).meta({ id: 'Moderator' });
export type Moderator = z.infer<typeof Moderator>;
export const Moderators = z.object({ items: z.array(Moderator) });
export const maxModerators = 50;

/** Somebody who may not write; `until` is null for a ban. */
export const Mute = z
  .object({ user: Chatter, until: Timestamp.nullable(), createdAt: Timestamp })
  .meta({ id: 'Mute' });
export type Mute = z.infer<typeof Mute>;

/** How a room's chat is run. What it forbids, it forbids viewers alone. */
export const ChatMode = z
  .object({
    chatOn: z.boolean(),
    /** The least time between two messages of one person; 0 is off. */
    slowModeSeconds: z.int().min(0).max(3600),
    followersOnly: z.boolean(),
    linksFromModeratorsOnly: z.boolean(),
  })
  .meta({ id: 'ChatMode' });
export type ChatMode = z.infer<typeof ChatMode>;
/** The chat of a new room. */
export const defaultChatMode: ChatMode = {
  chatOn: true,
  slowModeSeconds: 0,
  followersOnly: false,
  linksFromModeratorsOnly: true,
};

/** A word or a phrase; how it is compared is in the server's `folding.ts`. No patterns. */
export const BlockedWord = text({ min: 1, max: 40 });
/** The whole list of a shop. */
export const BlockedWordList = z
  .strictObject({ words: z.array(BlockedWord).max(500) })
  .meta({ id: 'BlockedWordList' });
export type BlockedWordList = z.infer<typeof BlockedWordList>;

/** `approve` lets everybody see the message, `hide` nobody. */
export const ReviewDecision = z.strictObject({ decision: z.enum(['approve', 'hide']) });
export type ReviewDecision = z.infer<typeof ReviewDecision>;

/** So many people who report a message have it held for review. */
export const reportsToHold = 3;
export const ReportReason = z.enum(['spam', 'abuse', 'scam', 'other']);
export type ReportReason = z.infer<typeof ReportReason>;

export const ModerationAction = z.enum([
  'moderator_appointed',
  'moderator_removed',
  'message_deleted',
  'user_timed_out',
  'user_banned',
  'user_unbanned',
  'chat_mode_set',
  'message_pinned',
  'message_unpinned',
  'message_held',
  'message_approved',
  'message_hidden',
  'blocked_words_set',
]);
export type ModerationAction = z.infer<typeof ModerationAction>;

/** One line of a shop's moderation log. `actor` is null for what the server did by itself. */
export const ModerationEntry = z
  .object({
    id: z.int(),
    at: Timestamp,
    action: ModerationAction,
    actor: Chatter.nullable(),
    target: Chatter.nullable(),
    streamId: Id.nullable(),
    messageId: Id.nullable(),
    reason: z.string().nullable(),
    /** What belongs to the action: `until` of a timeout, `deletedMessages` of a ban. */
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'ModerationEntry' });
export type ModerationEntry = z.infer<typeof ModerationEntry>;
