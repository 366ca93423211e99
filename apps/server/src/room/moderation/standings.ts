import type { ChatStanding } from '@vybekart/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database.ts';
import type { UserSockets } from '../../platform/user-sockets.ts';
import type { LiveRoom } from '../live-room.ts';
import type { Devices } from './devices.ts';
import { hashOfDevice } from './devices.ts';
import type { HouseRules } from './house-rules.ts';
import type { MutesStore } from './mutes.store.ts';
import { guestStanding, mayModerate, standingOf } from './standing.ts';

/** Who may do what in which room's chat, and telling people when that changes. */
export class Standings {
  constructor(
    private readonly rules: HouseRules,
    private readonly devices: Devices,
    private readonly mutes: MutesStore,
    private readonly users: UserSockets,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** `userId` is null for a guest, `deviceId` when the client names none. */
  async in(
    room: Pick<LiveRoom, 'shopId'>,
    userId: string | null,
    deviceId: string | null = null,
  ): Promise<ChatStanding> {
    if (userId === null && deviceId === null) return guestStanding;
    const rules = await this.rules.of(room.shopId);
    const deviceHash = rules.mutedDevices.size > 0 ? hashOfDevice(deviceId) : null;
    return standingOf(rules, { userId, deviceHash }, this.clock.now());
  }

  /** The standing of somebody who comes to watch a show. Throws `forbidden` for somebody who is banned. */
  async ofVisitor(
    room: Pick<LiveRoom, 'shopId' | 'isOver'>,
    userId: string | null,
    deviceId: string | null,
  ): Promise<ChatStanding> {
    const standing = await this.in(room, userId, deviceId);
    if (standing.isBanned && !room.isOver) throw new AppError('forbidden');
    return standing;
  }

  /** The standing of somebody who is about to write, whose device is noted. Throws `muted`. */
  async ofWriter(
    room: Pick<LiveRoom, 'shopId'>,
    userId: string,
    deviceId: string | null,
  ): Promise<ChatStanding> {
    for (const shopId of await this.devices.note(userId, deviceId)) this.rules.changed(shopId);
    return this.requireVoice(room, userId, deviceId);
  }

  /** Throws `muted` for somebody who may not write, with `until` (null for a ban) and, when it ends, `retryAfterMs`. */
  async requireVoice(
    room: Pick<LiveRoom, 'shopId'>,
    userId: string,
    deviceId: string | null = null,
  ): Promise<ChatStanding> {
    const standing = await this.in(room, userId, deviceId);
    if (standing.isBanned) throw new AppError('muted', { until: null });
    if (standing.mutedUntil !== null) {
      const leftMs = Date.parse(standing.mutedUntil) - this.clock.now().getTime();
      throw new AppError('muted', { until: standing.mutedUntil, retryAfterMs: Math.max(1, leftMs) });
    }
    return standing;
  }

  /** Whether a text holds a word that the shop does not want. */
  async blocks(room: Pick<LiveRoom, 'shopId'>, text: string): Promise<boolean> {
    return (await this.rules.of(room.shopId)).blockedWords.areIn(text);
  }

  /** Throws `forbidden` for anybody but the seller and the moderators. */
  async requireModerator(room: Pick<LiveRoom, 'shopId'>, userId: string): Promise<ChatStanding> {
    const standing = await this.in(room, userId);
    if (!mayModerate(standing)) throw new AppError('forbidden');
    return standing;
  }

  /** Throws `forbidden` when `actor` may not moderate what `targetId` does: oneself, the seller, another moderator. */
  async requireAbove(
    room: Pick<LiveRoom, 'shopId'>,
    actorId: string,
    targetId: string,
  ): Promise<ChatStanding> {
    const actor = await this.requireModerator(room, actorId);
    const target = await this.in(room, targetId);
    const isBelow = target.role === 'viewer' || (actor.role === 'seller' && target.role === 'moderator');
    if (!isBelow || actorId === targetId) throw new AppError('forbidden');
    return actor;
  }

  /**
   * After a change: from now on it counts, and the person's open rooms of this shop show it. Whoever is banned hears it
   * when `Attendance` takes them out.
   */
  async changed(shopId: string, userId: string): Promise<void> {
    this.rules.changed(shopId);
    const you = await this.in({ shopId }, userId);
    if (you.isBanned) return;
    for (const streamId of await this.mutes.openShows(this.database.db, shopId)) {
      this.users.send(userId, 'chat_standing', { streamId, you });
    }
  }
}
