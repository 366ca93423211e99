import {
  type Message,
  type PageQuery,
  type ReportReason,
  type ReviewDecision,
  type ReviewItem,
  reportsToHold,
  type ServerPayloads,
} from '@vybekart/contract';
import { cursorId } from '../../catalog/catalog.service.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database.ts';
import type { Caller } from '../../platform/endpoint.ts';
import type { Rate, SharedRateLimits } from '../../platform/rate-limits.ts';
import type { UserSockets } from '../../platform/user-sockets.ts';
import type { MessagesStore } from '../messages.store.ts';
import type { PlacedMessage, RoomLogStore } from '../room-log.store.ts';
import type { OpenRoom, Rooms } from '../rooms.ts';
import type { HouseRules } from './house-rules.ts';
import type { ModerationLogStore } from './moderation-log.store.ts';
import { pageOf } from './page-of.ts';
import type { ReviewStore } from './review.store.ts';
import type { Standings } from './standings.ts';

/** Whether anything is held in a room is asked this often, so that a crowd that joins costs no query each. */
const anyHeldFreshMs = 2000;
const maxRooms = 2000;
const reportRate: Rate = { burst: 5, refillMs: 10_000 };

/** Messages that nobody sees until the seller or a moderator has decided: held by a blocked word, or by reports. */
export class Review {
  readonly #anyHeld = new Map<string, { isAny: Promise<boolean>; untilMs: number }>();

  constructor(
    private readonly rooms: Rooms,
    private readonly database: Database,
    private readonly store: ReviewStore,
    private readonly messages: MessagesStore,
    private readonly roomLog: RoomLogStore,
    private readonly log: ModerationLogStore,
    private readonly rules: HouseRules,
    private readonly standings: Standings,
    private readonly users: UserSockets,
    private readonly limits: SharedRateLimits,
    private readonly clock: Clock,
  ) {}

  /** Keeps a new message back; the same `clientMsgId` again answers what became of the first. */
  async hold({ room }: OpenRoom, message: Message): Promise<PlacedMessage> {
    const { streamId, shopId } = room;
    const isNew = await this.database.transaction(async (trx) => {
      if (!(await this.store.hold(trx, streamId, message))) return false;
      const what = { shopId, streamId, messageId: message.id, targetId: message.user.id };
      await this.log.record(trx, {
        action: 'message_held',
        actorId: null,
        ...what,
        facts: { by: 'blocked_word' },
      });
      return true;
    });
    if (!isNew) {
      const { id: userId } = message.user;
      const place = await this.roomLog.placeOf(this.database.db, streamId, userId, message.clientMsgId);
      if (!place) throw new Error('a message that was written before has no place');
      return place;
    }
    this.#anyHeld.delete(streamId);
    await this.#ask(shopId, { streamId, message, reason: 'blocked_word' });
    return { id: message.id, seq: null };
  }

  /**
   * Once for each person and message; the third person has the message held, unless it is the seller's or a
   * moderator's or was let pass before. Throws `not_found`, `forbidden` for one's own, `rate_limited`, `muted` for who
   * may not write.
   */
  async report(
    caller: Caller,
    {
      streamId,
      messageId,
      reason = null,
    }: { streamId: string; messageId: string; reason?: ReportReason | null | undefined },
  ): Promise<void> {
    const { room, writer } = await this.rooms.open(streamId);
    const retryAfterMs = await this.limits.takeShared(`report:${caller.userId}`, reportRate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    const known = await this.messages.find(this.database.db, streamId, messageId);
    if (!known || known.status === 'deleted') throw new AppError('not_found');
    if (known.authorId === caller.userId) throw new AppError('forbidden');
    await this.standings.requireVoice(room, caller.userId);
    const { role } = await this.standings.in(room, known.authorId);
    const count = await this.store.report(this.database.db, { messageId, userId: caller.userId, reason });
    if (role !== 'viewer' || count === null || count < reportsToHold) return;
    let held: Message | undefined;
    await writer.append(async (trx) => {
      held = await this.messages.visible(trx, streamId, messageId);
      if (!held) return null;
      await this.messages.erase(trx, streamId, [messageId]);
      await this.store.takeBack(trx, held);
      const what = { shopId: room.shopId, streamId, messageId, targetId: held.user.id };
      await this.log.record(trx, {
        action: 'message_held',
        actorId: null,
        ...what,
        facts: { by: 'reports' },
      });
      return { event: 'message_deleted', fields: { messageId }, pdt: room.videoTime() };
    });
    this.#anyHeld.delete(streamId);
    if (held) await this.#ask(room.shopId, { streamId, message: held, reason: 'reports' });
  }

  /** What somebody wrote here that still waits; nothing when it cannot be read, because nobody is kept out for that. */
  async heldOf(streamId: string, userId: string | null): Promise<Message[]> {
    if (userId === null) return [];
    try {
      if (!(await this.#isAnyHeld(streamId))) return [];
      return await this.store.heldOf(this.database.db, streamId, userId);
    } catch {
      return [];
    }
  }

  /** Those who ask at the same time share one question. */
  #isAnyHeld(streamId: string): Promise<boolean> {
    const nowMs = this.clock.monotonicMs();
    const known = this.#anyHeld.get(streamId);
    if (known && known.untilMs > nowMs) return known.isAny;
    const isAny = this.store.isAnyHeld(this.database.db, streamId);
    if (this.#anyHeld.size >= maxRooms) this.#anyHeld.clear();
    this.#anyHeld.set(streamId, { isAny, untilMs: nowMs + anyHeldFreshMs });
    isAny.catch(() => this.#anyHeld.delete(streamId));
    return isAny;
  }

  /** For the seller and the moderators. Throws `not_found`, `forbidden`. */
  async queue(
    caller: Caller,
    streamId: string,
    query: PageQuery,
  ): Promise<{ items: ReviewItem[]; nextCursor: string | null }> {
    await this.#openModerated(caller, streamId);
    const page = { after: cursorId(query.cursor), limit: query.limit + 1 };
    const items = await this.store.list(this.database.db, streamId, page);
    return pageOf(items, query.limit, ({ message }) => message.id);
  }

  /**
   * An approved message gets its place in the room now, a hidden one never. Throws `not_found`, `forbidden`, `conflict`
   * when somebody else was faster.
   */
  async decide(
    caller: Caller,
    streamId: string,
    messageId: string,
    { decision }: ReviewDecision,
  ): Promise<PlacedMessage> {
    const { room, writer } = await this.#openModerated(caller, streamId);
    let authorId = '';
    const event = await writer.append(async (trx) => {
      const held = await this.store.find(trx, streamId, messageId);
      if (!held) throw new AppError('not_found');
      if (held.status !== 'held_for_review' || !held.message) throw new AppError('conflict');
      authorId = held.authorId;
      const what = { shopId: room.shopId, actorId: caller.userId, targetId: authorId, streamId, messageId };
      if (decision === 'hide') {
        await this.store.hide(trx, messageId);
        await this.log.record(trx, { action: 'message_hidden', ...what });
        return null;
      }
      await this.store.approve(trx, messageId);
      await this.log.record(trx, { action: 'message_approved', ...what });
      const message = await this.#withQuote(trx, streamId, held.message);
      return { event: 'new_message', fields: { message }, pdt: room.videoTime() };
    });
    const status = decision === 'approve' ? 'visible' : 'hidden';
    await this.settled(room.shopId, authorId, { streamId, messageId, status });
    return { id: messageId, seq: event?.seq ?? null };
  }

  /** Tells those who review, and the author, that a message waits no more. */
  async settled(shopId: string, authorId: string, payload: ServerPayloads['review_settled']): Promise<void> {
    const team = await this.#team(shopId);
    for (const userId of new Set([...team, authorId])) this.users.send(userId, 'review_settled', payload);
  }

  async #ask(shopId: string, item: Omit<ReviewItem, 'heldAt'>): Promise<void> {
    const { streamId } = item;
    const payload = { streamId, item: { ...item, heldAt: this.clock.now().toISOString() } };
    for (const userId of await this.#team(shopId)) this.users.send(userId, 'review_requested', payload);
  }

  async #team(shopId: string): Promise<string[]> {
    const { ownerId, moderators } = await this.rules.of(shopId);
    return [ownerId, ...moderators];
  }

  /** What it answers may have gone while it waited. */
  async #withQuote(
    trx: Parameters<ReviewStore['find']>[0],
    streamId: string,
    message: Message,
  ): Promise<Message> {
    const { replyTo } = message;
    if (!replyTo || (await this.messages.visible(trx, streamId, replyTo.id))) return message;
    return { ...message, replyTo: { ...replyTo, excerpt: null } };
  }

  async #openModerated(caller: Caller, streamId: string): Promise<OpenRoom> {
    const open = await this.rooms.open(streamId);
    await this.standings.requireModerator(open.room, caller.userId);
    return open;
  }
}
