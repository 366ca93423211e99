import type { ChatMode } from '@vybekart/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { MessagesStore } from '../messages.store.ts';
import type { RoomLogStore } from '../room-log.store.ts';
import type { OpenRoom, Rooms } from '../rooms.ts';
import type { ModerationLogStore } from './moderation-log.store.ts';
import type { Standings } from './standings.ts';

/** How the seller and the moderators run a room's chat: its mode, and what is pinned above it. */
export class ChatDirection {
  constructor(
    private readonly rooms: Rooms,
    private readonly standings: Standings,
    private readonly roomLog: RoomLogStore,
    private readonly messages: MessagesStore,
    private readonly log: ModerationLogStore,
  ) {}

  /** What is absent stays. `seq` is null when nothing changes. Throws `forbidden`, `not_found`. */
  async setMode(
    caller: Caller,
    { streamId, ...changes }: { streamId: string } & Partial<ChatMode>,
  ): Promise<{ seq: number | null; mode: ChatMode }> {
    const { room, writer } = await this.#openModerated(caller, streamId);
    const event = await writer.append(async (trx) => {
      // From the log and not from memory: another node may have changed it just now.
      const { mode: before } = await this.roomLog.chatState(trx, streamId);
      const mode = modeWith(before, changes);
      if (isSame(before, mode)) return null;
      const who = { shopId: room.shopId, actorId: caller.userId, streamId };
      await this.log.record(trx, { action: 'chat_mode_set', ...who, facts: mode });
      return { event: 'chat_mode', fields: mode, pdt: room.videoTime() };
    });
    return { seq: event?.seq ?? null, mode: room.chatMode };
  }

  /**
   * Puts a visible message above the chat in the place of any other; null takes it down. Answers null when nothing was
   * there. Throws `forbidden`, `not_found`.
   */
  async pin(
    caller: Caller,
    { streamId, messageId }: { streamId: string; messageId: string | null },
  ): Promise<number | null> {
    const { room, writer } = await this.#openModerated(caller, streamId);
    const event = await writer.append(async (trx) => {
      const { pinnedMessage } = await this.roomLog.chatState(trx, streamId);
      if ((pinnedMessage?.id ?? null) === messageId) return null;
      const who = { shopId: room.shopId, actorId: caller.userId, streamId };
      if (messageId === null) {
        await this.log.record(trx, { action: 'message_unpinned', ...who, messageId: pinnedMessage?.id });
        return { event: 'message_pinned', fields: { message: null }, pdt: room.videoTime() };
      }
      const visible = await this.messages.visible(trx, streamId, messageId);
      if (!visible) throw new AppError('not_found');
      const { replyTo: _, ...message } = visible;
      await this.log.record(trx, { action: 'message_pinned', ...who, targetId: message.user.id, messageId });
      return { event: 'message_pinned', fields: { message }, pdt: room.videoTime() };
    });
    return event?.seq ?? null;
  }

  async #openModerated(caller: Caller, streamId: string): Promise<OpenRoom> {
    const open = await this.rooms.open(streamId);
    await this.standings.requireModerator(open.room, caller.userId);
    return open;
  }
}

function modeWith(before: ChatMode, changes: Partial<ChatMode>): ChatMode {
  return {
    chatOn: changes.chatOn ?? before.chatOn,
    slowModeSeconds: changes.slowModeSeconds ?? before.slowModeSeconds,
    followersOnly: changes.followersOnly ?? before.followersOnly,
    linksFromModeratorsOnly: changes.linksFromModeratorsOnly ?? before.linksFromModeratorsOnly,
  };
}

function isSame(one: ChatMode, other: ChatMode): boolean {
  return (Object.keys(one) as (keyof ChatMode)[]).every((key) => one[key] === other[key]);
}
