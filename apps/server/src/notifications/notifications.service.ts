import { Id, type Notification, newsInWords, type PageQuery } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Events, Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { UserSockets } from '../platform/user-sockets.ts';
import {
  newOrder,
  type OrderFacts,
  oneTimeCode,
  orderClosed,
  orderConfirmed,
  orderDisputed,
  orderPaid,
  orderRefunded,
  orderShipped,
  orderWithdrawn,
  refundDeclined,
  refundFailed,
  refundRequested,
  streamIsLive,
} from './announcements.ts';
import type { Announcement, NotificationsStore, PushClaim } from './notifications.store.ts';
import type { PushProvider } from './push-provider.ts';

const followersPerJob = 500;
const pushesAtOnce = 20;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';
const followersJob = 'notify-followers';
const pushJob = 'push-notification';

/** Tells people what concerns them: in their inbox always, on their open screens at once, on their phones by push. */
export class NotificationsService {
  constructor(
    private readonly database: Database,
    private readonly store: NotificationsStore,
    private readonly push: PushProvider,
    private readonly sockets: UserSockets,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  listen(events: Events): void {
    this.jobs.every('notifications:purge-deliveries', 3_600_000, () =>
      this.store.purgeDeliveries(this.database.db),
    );
    this.jobs.handle<FollowersPage>(followersJob, (page) => this.#tellFollowers(page));
    this.jobs.handle<{ notificationId: string }>(pushJob, ({ notificationId }) =>
      this.#pushAgain(notificationId),
    );
    events.on('stream.live', 'notifications', ({ streamId }) =>
      this.#tellFollowers({ streamId, afterUserId: beforeAllIds }),
    );
    events.on('order.paid', 'notifications', ({ orderId }) =>
      this.#tellOrder(orderId, (order, people) => [
        [people.sellerId, newOrder(order)],
        [people.buyerId, orderPaid(order)],
      ]),
    );
    events.on('order.confirmed', 'notifications', ({ orderId }) =>
      this.#tellOrder(orderId, (order, people) => [
        [people.sellerId, newOrder(order)],
        [people.buyerId, orderConfirmed(order)],
      ]),
    );
    events.on('order.shipped', 'notifications', ({ orderId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.buyerId, orderShipped(order)]]),
    );
    events.on('order.withdrawn', 'notifications', ({ orderId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.buyerId, orderWithdrawn(order)]]),
    );
    events.on('order.closed', 'notifications', ({ orderId }) =>
      this.#tellOrder(orderId, (order, people) =>
        people.status === 'expired' ? [[people.buyerId, orderClosed(order)]] : [],
      ),
    );
    events.on('order.refunded', 'notifications', ({ orderId, refundId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.buyerId, orderRefunded(order, refundId)]]),
    );
    events.on('refund.failed', 'notifications', ({ orderId, refundId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.sellerId, refundFailed(order, refundId)]]),
    );
    events.on('refund.requested', 'notifications', ({ orderId, requestId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.sellerId, refundRequested(order, requestId)]]),
    );
    events.on('refund.declined', 'notifications', ({ orderId, requestId }) =>
      this.#tellOrder(orderId, (order, people) => [[people.buyerId, refundDeclined(order, requestId)]]),
    );
    events.on('order.disputed', 'notifications', ({ orderId, ...dispute }) =>
      this.#tellOrder(orderId, (order, people) => [[people.sellerId, orderDisputed(order, dispute)]]),
    );
  }

  async list(caller: Caller, query: PageQuery): Promise<NotificationPage> {
    if (query.cursor !== undefined && !Id.safeParse(query.cursor).success) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'cursor', code: 'format', detail: 'is no cursor of this list' }],
      });
    }
    const items = await this.store.list(this.database.db, caller.userId, query.limit + 1, query.cursor);
    const isMore = items.length > query.limit;
    const shown = items.slice(0, query.limit);
    return { items: shown, nextCursor: isMore ? (shown.at(-1)?.id ?? null) : null };
  }

  markRead(caller: Caller): Promise<void> {
    return this.store.markRead(this.database.db, caller.userId);
  }

  /** Where this person's inbox is, as its owner knows it and nobody else does: `a•••@example.com`. */
  async maskedAddress(userId: string): Promise<string> {
    const email = await this.store.emailOf(this.database.db, userId);
    if (email === undefined) throw new AppError('not_found');
    return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`;
  }

  /**
   * Puts a one-time code into the buyer's inbox and on open screens at once; phones follow by a job, which does not
   * name the code.
   */
  async tellCode(message: { buyerId: string; orderId: string; code: string; number: number }): Promise<void> {
    const order = await this.#orderFacts(message.orderId);
    if (!order) throw new AppError('not_found');
    const told = oneTimeCode(order.facts, message.code, message.number);
    for (const notificationId of await this.#write([message.buyerId], told)) {
      await this.jobs.add(
        this.database.db,
        pushJob,
        { notificationId },
        { key: `${pushJob}:${notificationId}` },
      );
    }
  }

  /** One page of followers, or of a private show's guests, then a job for the next one: cost and memory stay flat however many follow. */
  async #tellFollowers({ streamId, afterUserId }: FollowersPage): Promise<void> {
    const stream = await this.store.liveStream(this.database.db, streamId);
    if (!stream) return;
    const told = streamIsLive({
      id: streamId,
      title: stream.title,
      sellerName: stream.display_name,
      shopName: stream.shop_name,
    });
    const { db } = this.database;
    const userIds =
      stream.visibility === 'private'
        ? await this.store.guests(db, streamId, followersPerJob, afterUserId)
        : await this.store.followers(db, stream.shop_id, followersPerJob, afterUserId);
    const last = userIds.at(-1);
    if (last !== undefined && userIds.length === followersPerJob) {
      await this.jobs.add(
        this.database.db,
        followersJob,
        { streamId, afterUserId: last },
        { key: `${followersJob}:${streamId}:${last}` },
      );
    }
    await this.#tell(userIds, told);
  }

  async #tellOrder(
    orderId: string,
    choose: (
      order: OrderFacts,
      people: { sellerId: string; buyerId: string; status: string },
    ) => [userId: string, told: Announcement][],
  ): Promise<void> {
    const order = await this.#orderFacts(orderId);
    if (!order) return;
    // Whatever is told of an order, its code has been given, or is too late.
    if (order.facts.isCash) await this.store.forgetCodes(this.database.db, order.people.buyerId, orderId);
    for (const [userId, told] of choose(order.facts, order.people)) await this.#tell([userId], told);
  }

  async #orderFacts(orderId: string) {
    const row = await this.store.orderFacts(this.database.db, orderId);
    if (!row) return undefined;
    const facts: OrderFacts = {
      orderId,
      streamId: row.stream_id,
      totalMinor: row.total_minor,
      refundedMinor: row.refunded_minor,
      currency: row.currency,
      shopName: row.shop_name,
      buyerName: row.buyer_name,
      productTitle: row.product_title,
      otherLines: row.other_lines,
      isCash: row.is_cash,
    };
    return { facts, people: { sellerId: row.seller_id, buyerId: row.buyer_id, status: row.status } };
  }

  /** Inbox, then open screens, then phones. Running it again tells nobody twice and finishes what was cut off. */
  async #tell(userIds: readonly string[], told: Announcement): Promise<void> {
    await this.#pushAll(await this.#write(userIds, told), told);
  }

  /** Inbox and open screens; answers the entries, also those that were there. */
  async #write(userIds: readonly string[], told: Announcement): Promise<string[]> {
    const written = await this.store.insert(this.database.db, userIds, told);
    for (const { userId, notification } of written) {
      this.sockets.send(userId, 'notification', { notification });
    }
    return this.store.idsByDedupKey(this.database.db, userIds, told.dedupKey);
  }

  async #pushAgain(notificationId: string): Promise<void> {
    const told = await this.store.find(this.database.db, notificationId);
    if (told) await this.#pushAll([notificationId], told);
  }

  async #pushAll(ids: readonly string[], told: Pushed): Promise<void> {
    const claims = await this.store.claimDevices(this.database.db, ids);
    const failures: unknown[] = [];
    for (let start = 0; start < claims.length; start += pushesAtOnce) {
      const slice = claims.slice(start, start + pushesAtOnce);
      const outcomes = await Promise.allSettled(slice.map((claim) => this.#push(claim, told)));
      failures.push(
        ...outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])),
      );
    }
    // The job runs again for those who were not reached, and for them alone.
    if (failures.length > 0) throw failures[0];
  }

  async #push(claim: PushClaim, told: Pushed): Promise<void> {
    const { title, body } = newsInWords(told, claim.language) ?? told;
    const outcome = await this.push.send(claim.token, {
      title,
      body,
      data: { kind: told.kind, streamId: told.streamId ?? '', orderId: told.orderId ?? '' },
    });
    if (outcome.kind === 'unregistered') await this.store.forgetDevice(this.database.db, claim.token);
    if (outcome.kind === 'retry') {
      await this.store.releaseDevice(this.database.db, claim.notificationId, claim.token);
      this.log.warn({ reason: outcome.reason, kind: told.kind }, 'a push could not be sent yet');
      throw new Error(`push: ${outcome.reason}`);
    }
  }
}

type Pushed = Omit<Announcement, 'dedupKey'>;

interface FollowersPage {
  streamId: string;
  afterUserId: string;
}

interface NotificationPage {
  items: Notification[];
  nextCursor: string | null;
}
