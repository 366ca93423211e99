import { AppError } from '../../platform/app-error.ts';
import type { Executor } from '../../platform/database.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { LiveRoom } from '../live-room.ts';
import type { MessagesStore } from '../messages.store.ts';
import type { RoomEntry } from '../room-entry.ts';
import type { OpenRoom, Rooms } from '../rooms.ts';
import type { HouseRulesStore } from './house-rules.store.ts';
import type { ModerationLogStore, ModerationRecord } from './moderation-log.store.ts';
import type { ModeratorsStore } from './moderators.store.ts';
import type { MutesStore } from './mutes.store.ts';
import type { Standings } from './standings.ts';

export interface Sanction {
  streamId: string;
  userId: string;
  reason?: string | undefined;
  /** Also takes away what this person wrote in the room. */
  deleteMessages?: boolean | undefined;
}

/**
 * Taking the chat of all rooms of a shop away from somebody, for a while or for good. They may go on watching and
 * buying. All throw `forbidden` for viewers and against the seller or another moderator, `not_found` for nobody.
 */
export class Sanctions {
  constructor(
    private readonly rooms: Rooms,
    private readonly standings: Standings,
    private readonly mutes: MutesStore,
    private readonly moderators: ModeratorsStore,
    private readonly houseRules: HouseRulesStore,
    private readonly messages: MessagesStore,
    private readonly log: ModerationLogStore,
  ) {}

  /** Answers the end. Throws `conflict` for somebody who is banned. */
  async timeout(caller: Caller, sanction: Sanction & { seconds: number }): Promise<Date> {
    const { seconds } = sanction;
    let until: Date | null = null;
    await this.#mute(caller, sanction, async (trx, { shopId }) => {
      until = await this.mutes.mute(trx, shopId, sanction.userId, seconds);
      if (until === null) throw new AppError('conflict');
      return { action: 'user_timed_out', facts: { until: until.toISOString() } };
    });
    if (until === null) throw new Error('a timeout without an end');
    return until;
  }

  /** Until `unban`; a moderator is none any more. */
  async ban(caller: Caller, sanction: Sanction): Promise<void> {
    await this.#mute(caller, sanction, async (trx, { shopId }) => {
      await this.mutes.mute(trx, shopId, sanction.userId, null);
      await this.moderators.remove(trx, shopId, sanction.userId);
      return { action: 'user_banned' };
    });
  }

  /** Ends a timeout, too. Idempotent. */
  async unban(caller: Caller, { streamId, userId, reason }: Sanction): Promise<void> {
    const { room, writer } = await this.#openAbove(caller, streamId, userId);
    await writer.append(async (trx) => {
      await this.houseRules.touch(trx, room.shopId);
      if (!(await this.mutes.unmute(trx, room.shopId, userId))) return null;
      const who = { shopId: room.shopId, actorId: caller.userId, targetId: userId };
      await this.log.record(trx, { action: 'user_unbanned', ...who, streamId, reason });
      return null;
    });
    await this.standings.changed(room.shopId, userId);
  }

  async #mute(
    caller: Caller,
    { streamId, userId, reason, deleteMessages = false }: Sanction,
    mute: (trx: Executor, room: LiveRoom) => Promise<Pick<ModerationRecord, 'action' | 'facts'>>,
  ): Promise<void> {
    const { room, writer } = await this.#openAbove(caller, streamId, userId);
    await writer.append(async (trx) => {
      if (!(await this.houseRules.isPerson(trx, userId))) throw new AppError('not_found');
      await this.houseRules.touch(trx, room.shopId);
      const { action, facts = {} } = await mute(trx, room);
      const deletedMessages = deleteMessages ? await this.messages.removeAllOf(trx, streamId, userId) : 0;
      await this.log.record(trx, {
        shopId: room.shopId,
        action,
        actorId: caller.userId,
        targetId: userId,
        streamId,
        reason,
        facts: deleteMessages ? { ...facts, deletedMessages } : facts,
      });
      return deletedMessages > 0 ? goneMessages(room, userId) : null;
    });
    await this.standings.changed(room.shopId, userId);
  }

  async #openAbove(caller: Caller, streamId: string, userId: string): Promise<OpenRoom> {
    const open = await this.rooms.open(streamId);
    await this.standings.requireAbove(open.room, caller.userId, userId);
    return open;
  }
}

function goneMessages(room: LiveRoom, userId: string): RoomEntry {
  return { event: 'user_messages_deleted', fields: { userId }, pdt: room.videoTime() };
}
