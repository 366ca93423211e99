import type { ChatStanding, Message } from '@vybekart/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database.ts';
import type { SharedRateLimits } from '../../platform/rate-limits.ts';
import type { LiveRoom } from '../live-room.ts';
import type { HouseRulesStore } from './house-rules.store.ts';
import { hasLink } from './links.ts';
import { mayModerate } from './standing.ts';

const followerFreshMs = 30_000;
const maxFollowers = 20_000;

/** What the mode of a room's chat asks of viewers; the seller and the moderators are free of it. */
export class WritingRules {
  readonly #followers = new Map<string, number>();

  constructor(
    private readonly store: HouseRulesStore,
    private readonly database: Database,
    private readonly limits: SharedRateLimits,
    private readonly clock: Clock,
  ) {}

  /**
   * Why a message must not be written now; null when it may. `chat_off`, `followers_only`, `links_not_allowed`,
   * `forbidden` (an announcement of a viewer), `rate_limited` with `retryAfterMs` (slow mode).
   */
  async refusal(
    room: Pick<LiveRoom, 'streamId' | 'shopId' | 'chatMode'>,
    standing: ChatStanding,
    { userId, text, kind }: { userId: string; text: string; kind: Message['kind'] },
  ): Promise<AppError | null> {
    if (mayModerate(standing)) return null;
    const { chatOn, followersOnly, linksFromModeratorsOnly, slowModeSeconds } = room.chatMode;
    if (kind === 'announcement') return new AppError('forbidden');
    if (!chatOn) return new AppError('chat_off');
    if (followersOnly && !(await this.#follows(room.shopId, userId))) return new AppError('followers_only');
    if (linksFromModeratorsOnly && hasLink(text)) return new AppError('links_not_allowed');
    if (slowModeSeconds === 0) return null;
    const rate = { burst: 1, refillMs: slowModeSeconds * 1000 };
    const retryAfterMs = await this.limits.takeShared(`slow:${room.streamId}:${userId}`, rate);
    return retryAfterMs > 0 ? new AppError('rate_limited', { retryAfterMs }) : null;
  }

  /** Who follows is remembered for half a minute; who does not is asked for each time, for they may just have begun. */
  async #follows(shopId: string, userId: string): Promise<boolean> {
    const key = `${shopId} ${userId}`;
    const nowMs = this.clock.monotonicMs();
    if ((this.#followers.get(key) ?? 0) > nowMs) return true;
    const follows = await this.store.isFollower(this.database.db, shopId, userId);
    if (this.#followers.size >= maxFollowers) this.#followers.clear();
    if (follows) this.#followers.set(key, nowMs + followerFreshMs);
    return follows;
  }
}
