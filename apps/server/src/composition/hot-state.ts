import { Counter, Gauge, type Registry } from 'prom-client';
import type { Config } from '../config.ts';
import type { PinoLog } from '../platform/log.ts';
import { type NodeBus, OneNode } from '../platform/node-bus.ts';
import { OneNodeRateLimits, type RateLimits, type SharedRateLimits } from '../platform/rate-limits.ts';
import { RedisBus } from '../platform/redis-bus.ts';
import { RedisLink } from '../platform/redis-link.ts';
import { RedisRateLimits } from '../platform/redis-rate-limits.ts';
import { MemoryPresence } from '../room/memory-presence.ts';
import type { Presence } from '../room/presence.ts';
import { RedisPresence } from '../room/redis-presence.ts';

interface HotState {
  bus: NodeBus;
  presence: Presence;
  limits: SharedRateLimits;
  report: string[];
}

/** Of everything that we keep in Redis. */
const keyPrefix = 'vybekart:';

/** What several nodes must agree on in the moment: all of it in memory, or all of it over Redis. */
export async function openHotState(
  config: Config,
  parts: { limits: RateLimits; registry: Registry; log: PinoLog },
  resources: AsyncDisposableStack,
): Promise<HotState> {
  if (config.hotState.kind === 'memory') {
    return {
      bus: new OneNode(),
      presence: new MemoryPresence(),
      limits: new OneNodeRateLimits(parts.limits),
      report: ['hot state   memory, one node'],
    };
  }
  const { url, leaseMs } = config.hotState;
  const link = resources.use(new RedisLink(url, parts.log));
  const bus = resources.use(new RedisBus(link, keyPrefix, parts.log));
  const presence = resources.use(new RedisPresence(bus, leaseMs));
  measure(parts.registry, bus);
  await link.firstAttempt();
  const where = `Redis at ${link.address}${link.isUp ? '' : ' (away: degraded until it answers)'}`;
  return {
    bus,
    presence,
    limits: new RedisRateLimits(link, parts.limits, keyPrefix),
    report: [
      `presence    ${where}, leases of ${leaseMs / 1000} s`,
      `fan-out     ${where}, one batch for each tick`,
      `limits      ${where}, each node alone while it is away`,
    ],
  };
}

function measure(registry: Registry, bus: RedisBus): void {
  new Gauge({
    name: 'vybekart_redis_up',
    help: '1 while Redis answers, 0 while this node is on its own',
    registers: [registry],
    collect() {
      this.set(bus.isUp ? 1 : 0);
    },
  });
  const counters = { batches: 'entries written to Redis', messages: 'messages in these entries' } as const;
  for (const [name, help] of Object.entries(counters) as [keyof typeof counters, string][]) {
    new Counter({
      name: `vybekart_node_bus_${name}_total`,
      help: `Node bus: ${help}`,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(bus[name]);
      },
    });
  }
}
