import { createHash } from 'node:crypto';
import { type Rate, type RateLimits, SharedRateLimits } from './rate-limits.ts';
import type { RedisLink } from './redis-link.ts';

/**
 * KEYS[1] the bucket; ARGV: burst, milliseconds for a token, tokens asked for. Redis's own clock counts, so nodes need
 * not agree on the time. A full bucket need not be kept: it lives as long as it takes to fill.
 */
const takeTokens = `
local burst, refillMs, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + time[2] / 1000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'atMs')
local tokens = burst
if bucket[1] then
  tokens = math.min(burst, tonumber(bucket[1]) + math.max(0, nowMs - tonumber(bucket[2])) / refillMs)
end
local waitMs = 0
if tokens >= count then tokens = tokens - count else waitMs = math.ceil((count - tokens) * refillMs) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'atMs', string.format('%.3f', nowMs))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * refillMs) + 1000)
return waitMs`;

/** Many nodes: one bucket in Redis for each key. While Redis is away each node has buckets of its own. */
export class RedisRateLimits extends SharedRateLimits {
  constructor(
    private readonly link: RedisLink,
    private readonly own: RateLimits,
    private readonly keyPrefix: string,
  ) {
    super();
  }

  async takeShared(key: string, rate: Rate, count = 1): Promise<number> {
    if (!this.link.isUp) return this.own.take(key, rate, count);
    // Keys may hold addresses of people; what lies in Redis tells nothing.
    const name = createHash('sha256').update(key).digest('base64url').slice(0, 22);
    try {
      const answer = await this.link.commands.eval(
        takeTokens,
        1,
        `${this.keyPrefix}limit:${name}`,
        rate.burst,
        rate.refillMs,
        count,
      );
      return Number(answer);
    } catch {
      this.link.suspect();
      return this.own.take(key, rate, count);
    }
  }
}
