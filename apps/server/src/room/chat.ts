import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { Rate, SharedRateLimits } from '../platform/rate-limits.ts';
import type { MessagesStore } from './messages.store.ts';
import type { ModerationLogStore } from './moderation/moderation-log.store.ts';
import type { Standings } from './moderation/standings.ts';
import type { PlacedMessage } from './room-log.store.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

const messageRate: Rate = { burst: 5, refillMs: 1000 };
const nameFreshMs = 60_000;
const maxNames = 20_000;

/** What people write in a room. */
export class Chat {
  readonly #names = new Map<string, { name: string; untilMs: number }>();

  constructor(
    private readonly rooms: Rooms,
    private readonly database: Database,
    private readonly store: RoomsStore,
    private readonly messages: MessagesStore,
    private readonly standings: Standings,
    private readonly log: ModerationLogStore,
    private readonly limits: SharedRateLimits,
  ) {}

  /**
   * Resolves when the message is stored and on its way to the members. The same `clientMsgId` again answers the same
   * place. `deviceId`: of the client, when it names one. Throws `rate_limited`, `muted`, `not_found`, `stream_ended`.
   */
  async send(
    caller: Caller,
    input: { streamId: string; clientMsgId: string; text: string },
    deviceId: string | null,
  ): Promise<PlacedMessage> {
    const { room, writer } = await this.rooms.open(input.streamId);
    if (room.isOver) throw new AppError('stream_ended');
    const retryAfterMs = await this.limits.takeShared(`chat:${caller.userId}`, messageRate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    const { role } = await this.standings.ofWriter(room, caller.userId, deviceId);
    const user = { id: caller.userId, displayName: await this.#nameOf(caller.userId), role };
    return writer.post({
      message: { id: newId(), clientMsgId: input.clientMsgId, text: input.text, user },
      pdt: room.videoTime(),
    });
  }

  /**
   * The seller takes any message away, a moderator those of viewers, others their own. Null when it is gone already.
   * Throws `forbidden`, `not_found`.
   */
  async remove(
    caller: Caller,
    input: { streamId: string; messageId: string; reason?: string | undefined },
  ): Promise<number | null> {
    const { streamId, messageId, reason } = input;
    const { room, writer } = await this.rooms.open(streamId);
    const message = await this.messages.find(this.database.db, streamId, messageId);
    if (!message) throw new AppError('not_found');
    const isOwn = caller.userId === message.authorId;
    if (!isOwn) await this.standings.requireAbove(room, caller.userId, message.authorId);
    const event = await writer.append(async (trx) => {
      const now = await this.messages.find(trx, streamId, messageId);
      if (now?.status === 'deleted') return null;
      await this.messages.remove(trx, messageId);
      if (!isOwn) {
        const who = { actorId: caller.userId, targetId: message.authorId };
        const what = { shopId: room.shopId, streamId, messageId, reason };
        await this.log.record(trx, { action: 'message_deleted', ...who, ...what });
      }
      return { event: 'message_deleted', fields: { messageId }, pdt: room.videoTime() };
    });
    return event?.seq ?? null;
  }

  async #nameOf(userId: string): Promise<string> {
    const nowMs = performance.now();
    const known = this.#names.get(userId);
    if (known && known.untilMs > nowMs) return known.name;
    const name = await this.store.displayName(this.database.db, userId);
    if (name === undefined) throw new AppError('unauthorized');
    if (this.#names.size >= maxNames) this.#names.clear();
    this.#names.set(userId, { name, untilMs: nowMs + nameFreshMs });
    return name;
  }
}
