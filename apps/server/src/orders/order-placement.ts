import { availableParallelism } from 'node:os';
import { maxAmountMinor } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { Combiner } from './combiner.ts';
import type { HoldNotices } from './hold-notices.ts';
import type { OrderOptions } from './order-options.ts';
import type {
  PaidFor,
  PlacedBatch,
  PlacedOne,
  PlacementRequest,
  PlacementStore,
  Refusal,
} from './placement.store.ts';

/**
 * `placed`: the order and its hold are committed. `known`: the key was used before. `out_of_stock`: nothing was
 * changed. `refused`: something else is wrong with it, see `explain` of the refusals.
 */
export type Placement =
  | ({ kind: 'placed' } & PlacedOne)
  | { kind: 'known' }
  | { kind: 'out_of_stock'; variantId: string; available: number }
  | { kind: 'refused' };

/** More than there are processors only make the batches smaller, of which each costs about as much as what is in it. */
const laneCount = Math.min(4, availableParallelism());
const limits = { maxBatch: 256, maxWaiting: 4096 };
/** For how long "nothing left" is believed without asking: at most this late a released unit can be bought. */
const soldOutMs = 150;

/**
 * Places orders in batches: for each lane one statement is in flight, and what arrives meanwhile shares the next.
 * Orders for the same variant share a lane, so a hot product is written by one connection instead of being fought
 * over by many. Limit: what `npm run bench order-throughput` says of one process; more nodes
 * share by the row lock.
 */
export class OrderPlacement {
  readonly #lanes: readonly Combiner<PlacementRequest, Placement>[];
  readonly #payments: Combiner<PaidFor, boolean>;
  readonly #refusals: Combiner<Refusal, boolean>;
  readonly #soldOutUntilMs = new Map<string, number>();

  constructor(
    private readonly store: PlacementStore,
    private readonly options: OrderOptions,
    private readonly clock: Clock,
    private readonly notices: HoldNotices,
  ) {
    this.#lanes = Array.from(
      { length: laneCount },
      () => new Combiner((batch) => this.#place(batch), limits),
    );
    this.#payments = new Combiner((batch) => this.store.recordPayments(batch), limits);
    this.#refusals = new Combiner((batch) => this.store.storeRefusals(batch), { ...limits, isHalved: true });
  }

  place(request: PlacementRequest): Promise<Placement> {
    const lowest = request.lines.reduce(
      (least, line) => (line.variantId < least ? line.variantId : least),
      'g',
    );
    const lane = this.#lanes[Number.parseInt(lowest.slice(-4), 16) % laneCount];
    if (!lane) throw new AppError('validation_failed', { detail: 'An order needs an item.' });
    return lane.submit(request);
  }

  /** Whether the order was still pending, so that its buyer may pay it; only then the answer is kept. */
  recordPayment(payment: PaidFor): Promise<boolean> {
    return this.#payments.submit(payment);
  }

  /** Keeps the answer to a request that placed nothing; false when its key was used before. */
  keepRefusal(refusal: Refusal): Promise<boolean> {
    return this.#refusals.submit(refusal);
  }

  /** A variant of these of which nothing was left a moment ago. */
  soldOut(lines: PlacementRequest['lines']): string | undefined {
    if (this.#soldOutUntilMs.size === 0) return undefined;
    const nowMs = this.clock.monotonicMs();
    return lines.find((line) => (this.#soldOutUntilMs.get(line.variantId) ?? 0) > nowMs)?.variantId;
  }

  async #place(batch: readonly PlacementRequest[]): Promise<Placement[]> {
    const placements = new Map<PlacementRequest, Placement>();
    let open = batch;
    // Each turn decides at least the first that is open.
    while (open.length > 0) {
      const placed = await this.store.place(open, {
        holdSeconds: this.options.holdSeconds,
        maxUnpaidOrders: this.options.maxUnpaidOrders,
        maxTotalMinor: maxAmountMinor,
      });
      const granted = open.filter((_, index) => placed.outcomes[index] === 'granted');
      const left = whatIsLeft(placed, granted);
      this.#remember(left);
      this.notices.held(granted.flatMap((request) => request.lines.map((line) => line.variantId)));
      for (const [index, request] of open.entries()) {
        const placement = decide(request, placed, index, left);
        if (placement) placements.set(request, placement);
      }
      const next = open.filter((request) => !placements.has(request));
      if (next.length === open.length) throw new Error('placing orders came to a standstill');
      open = next;
    }
    return batch.map((request) => placements.get(request) ?? { kind: 'refused' });
  }

  #remember(left: ReadonlyMap<string, number>): void {
    const nowMs = this.clock.monotonicMs();
    for (const [variantId, untilMs] of this.#soldOutUntilMs) {
      if (untilMs <= nowMs) this.#soldOutUntilMs.delete(variantId);
    }
    for (const [variantId, available] of left) {
      if (available === 0) this.#soldOutUntilMs.set(variantId, nowMs + soldOutMs);
    }
  }
}

/** What can still be bought of each variant after the statement. */
function whatIsLeft({ offers }: PlacedBatch, granted: readonly PlacementRequest[]): Map<string, number> {
  const left = new Map([...offers.values()].map((offer) => [offer.variantId, offer.available]));
  for (const { variantId, quantity } of granted.flatMap((request) => request.lines)) {
    left.set(variantId, (left.get(variantId) ?? 0) - quantity);
  }
  return left;
}

/** Undefined: it only waited behind larger ones and has to be placed again. */
function decide(
  request: PlacementRequest,
  { outcomes, orderIds, offers, createdAt, holdExpiresAt }: PlacedBatch,
  index: number,
  left: ReadonlyMap<string, number>,
): Placement | undefined {
  switch (outcomes[index]) {
    case 'granted':
      return { kind: 'placed', orderId: orderIds[index] ?? '', offers, createdAt, holdExpiresAt };
    case 'known':
      return { kind: 'known' };
    case 'eligible':
      for (const { variantId, quantity } of request.lines) {
        const available = left.get(variantId) ?? 0;
        if (quantity > available) return { kind: 'out_of_stock', variantId, available };
      }
      return undefined;
    default:
      return { kind: 'refused' };
  }
}
