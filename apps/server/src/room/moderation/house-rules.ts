import { AppError } from '../../platform/app-error.ts';
import type { Database } from '../../platform/database.ts';
import type { NodeBus } from '../../platform/node-bus.ts';
import type { HouseRulesRow, HouseRulesStore } from './house-rules.store.ts';
import { BlockedWords } from './words/blocked-words.ts';

/** What a shop allows in its chat. `until` is null for a ban. */
export interface ShopRules {
  ownerId: string;
  version: number;
  moderators: ReadonlySet<string>;
  blockedWords: BlockedWords;
  mutes: ReadonlyMap<string, Date | null>;
  /** By the hash of the device's id. */
  mutedDevices: ReadonlyMap<string, Date | null>;
}

const maxShops = 2000;

/**
 * The rules of the shops whose rooms are in use, in memory. A change counts from the next message on, on every node;
 * what the nodes could not tell each other is found by `refresh`, which runs every 2 s.
 */
export class HouseRules {
  readonly #shops = new Map<string, Promise<ShopRules>>();
  #listener: (shopId: string) => void = () => {};

  constructor(
    private readonly database: Database,
    private readonly store: HouseRulesStore,
    private readonly bus: NodeBus,
  ) {
    bus.on('rules.changed', ({ shopId }) => this.#forget(shopId));
    bus.onReunion(() => {
      for (const shopId of [...this.#shops.keys()]) this.#forget(shopId);
    });
  }

  /** Told after each change, whichever node made it: from then on `of` answers the new rules. */
  onChanged(listener: (shopId: string) => void): void {
    this.#listener = listener;
  }

  /** Never rules that had changed before the answer. Throws `not_found`. Concurrent callers share one read. */
  of(shopId: string): Promise<ShopRules> {
    const known = this.#shops.get(shopId);
    if (known) return known;
    const reading: Promise<ShopRules> = this.#read(shopId).then((rules) =>
      this.#shops.get(shopId) === reading ? rules : this.of(shopId),
    );
    if (this.#shops.size >= maxShops) this.#shops.clear();
    this.#shops.set(shopId, reading);
    reading.catch(() => {
      if (this.#shops.get(shopId) === reading) this.#shops.delete(shopId);
    });
    return reading;
  }

  /** Call after the commit of a change. */
  changed(shopId: string): void {
    this.#forget(shopId);
    this.bus.publish('rules.changed', { shopId });
  }

  /** Forgets what other nodes changed. */
  async refresh(): Promise<void> {
    const held = new Map(this.#shops);
    const versions = await this.store.versions(this.database.db, [...held.keys()]);
    for (const [shopId, reading] of held) {
      const rules = await reading.catch(() => null);
      if (rules && rules.version !== (versions.get(shopId) ?? 0) && this.#shops.get(shopId) === reading) {
        this.#forget(shopId);
      }
    }
  }

  #forget(shopId: string): void {
    this.#shops.delete(shopId);
    this.#listener(shopId);
  }

  async #read(shopId: string): Promise<ShopRules> {
    const row = await this.store.read(this.database.db, shopId);
    if (!row) throw new AppError('not_found');
    return toRules(row);
  }
}

function toRules({ ownerId, version, moderatorIds, blockedWords, mutes }: HouseRulesRow): ShopRules {
  const mutedDevices = new Map<string, Date | null>();
  for (const { until, deviceHashes } of mutes) {
    for (const hash of deviceHashes) {
      mutedDevices.set(hash, mutedDevices.has(hash) ? later(mutedDevices.get(hash), until) : until);
    }
  }
  return {
    ownerId,
    version,
    moderators: new Set(moderatorIds),
    blockedWords: new BlockedWords(blockedWords),
    mutes: new Map(mutes.map(({ userId, until }) => [userId, until])),
    mutedDevices,
  };
}

/** Of two ends the later one; null, no end, is later than any. */
export function later(one: Date | null | undefined, other: Date | null): Date | null {
  if (one === undefined) return other;
  return one === null || other === null ? null : one > other ? one : other;
}
