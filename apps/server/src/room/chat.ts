import type { Message, Quote } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { Rate, SharedRateLimits } from '../platform/rate-limits.ts';
import type { StreamGuests } from '../streams/stream-guests.ts';
import type { MessagesStore } from './messages.store.ts';
import type { ModerationLogStore } from './moderation/moderation-log.store.ts';
import type { Review } from './moderation/review.ts';
import type { Standings } from './moderation/standings.ts';
import type { WritingRules } from './moderation/writing-rules.ts';
import type { PlacedMessage, RoomLogStore } from './room-log.store.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

const messageRate: Rate = { burst: 5, refillMs: 1000 };
/** The seller and the moderators answer many. */
const moderatorRate: Rate = { burst: 20, refillMs: 250 };
const nameFreshMs = 60_000;
const maxNames = 20_000;

/** What somebody sends to a room. */
interface Outgoing {
  streamId: string;
  clientMsgId: string;
  text: string;
  replyTo?: string | undefined;
  kind?: Message['kind'];
}

/** What people write in a room. */
export class Chat {
  readonly #names = new Map<string, { name: string; untilMs: number }>();

  constructor(
    private readonly rooms: Rooms,
    private readonly guests: StreamGuests,
    private readonly database: Database,
    private readonly store: RoomsStore,
    private readonly messages: MessagesStore,
    private readonly standings: Standings,
    private readonly log: ModerationLogStore,
    private readonly rules: WritingRules,
    private readonly review: Review,
    private readonly logStore: RoomLogStore,
    private readonly limits: SharedRateLimits,
  ) {}

  /**
   * Resolves when the message is stored and on its way to the members. The same `clientMsgId` again answers the same
   * place. `deviceId`: of the client, when it names one. Throws `not_found`, `stream_ended`, `rate_limited`, `muted`,
   * `stream_private`, and what `WritingRules` refuses.
   */
  async send(caller: Caller, input: Outgoing, deviceId: string | null): Promise<PlacedMessage> {
    const { room, writer } = await this.rooms.open(input.streamId);
    if (room.isOver) throw new AppError('stream_ended');
    await this.guests.requireAdmitted(room, caller.userId);
    const { role } = await this.standings.in(room, caller.userId);
    const rate = role === 'viewer' ? messageRate : moderatorRate;
    const retryAfterMs = await this.limits.takeShared(`chat:${caller.userId}`, rate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    const standing = await this.standings.ofWriter(room, caller.userId, deviceId);
    const { clientMsgId, text, kind } = input;
    const replyTo =
      input.replyTo === undefined ? undefined : await this.#quote(input.streamId, input.replyTo);
    const refusal = await this.rules.refusal(room, standing, { userId: caller.userId, text, kind });
    if (refusal) return this.#placeOf(caller, input, refusal);
    const user = {
      id: caller.userId,
      displayName: await this.#nameOf(caller.userId),
      role: standing.role,
    };
    const message = { id: newId(), clientMsgId, text, user, kind, replyTo };
    if (role === 'viewer' && (await this.standings.blocks(room, text))) {
      return this.review.hold({ room, writer }, message);
    }
    return writer.post({ message, pdt: room.videoTime() });
  }

  /** What a message that was refused now got when it was sent before; throws the refusal when it was not. */
  async #placeOf(caller: Caller, input: Outgoing, refusal: AppError): Promise<PlacedMessage> {
    const { streamId, clientMsgId } = input;
    const place = await this.logStore.placeOf(this.database.db, streamId, caller.userId, clientMsgId);
    if (!place) throw refusal;
    return place;
  }

  /** The answered message in a few words; nothing of one that is gone. */
  async #quote(streamId: string, messageId: string): Promise<Quote> {
    const { db } = this.database;
    const answered = await this.messages.visible(db, streamId, messageId);
    if (!answered) throw new AppError('not_found');
    const { id, displayName } = answered.user;
    return { id: messageId, user: { id, displayName }, excerpt: excerptOf(answered.text) };
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
    let wasSeen = true;
    const event = await writer.append(async (trx) => {
      const now = await this.messages.find(trx, streamId, messageId);
      if (now?.status === 'deleted') return null;
      wasSeen = now?.status === 'visible';
      await this.messages.remove(trx, streamId, messageId);
      if (!isOwn) {
        const who = { actorId: caller.userId, targetId: message.authorId };
        const what = { shopId: room.shopId, streamId, messageId, reason };
        await this.log.record(trx, { action: 'message_deleted', ...who, ...what });
      }
      return wasSeen ? { event: 'message_deleted', fields: { messageId }, pdt: room.videoTime() } : null;
    });
    if (!wasSeen) {
      const what = { streamId, messageId, status: 'deleted' } as const;
      await this.review.settled(room.shopId, message.authorId, what);
    }
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

const excerptLength = 80;

/** The first 80 characters as a reader counts them. */
function excerptOf(text: string): string {
  const graphemes = Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text));
  if (graphemes.length <= excerptLength) return text;
  return `${graphemes
    .slice(0, excerptLength - 1)
    .map(({ segment }) => segment)
    .join('')}…`;
}
