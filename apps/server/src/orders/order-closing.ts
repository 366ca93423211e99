import type { PaymentsService } from '../payments/payments.service.ts';
import type { Database } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { OrdersStore } from './orders.store.ts';
import type { Settlement } from './settlement.ts';

const sweepEveryMs = 5000;
const perSweep = 100;
const atOnce = 8;
/** Somebody who died while closing an order has lost it to the next sweep after this. */
const idleSeconds = 15;

/**
 * Ends unpaid orders: first the payment is made impossible at the provider, then the hold is released; never the
 * other way round. Each step can be repeated, so a crash between them is mended by the next sweep.
 */
export class OrderClosing {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly payments: PaymentsService,
    private readonly settlement: Settlement,
    private readonly log: Log,
  ) {}

  listen(jobs: Jobs): void {
    jobs.every('orders:sweep', sweepEveryMs, () => this.sweep());
  }

  /** Finishes an order that is `closing`: it ends closed, or paid when the buyer was faster. */
  async finish(orderId: string): Promise<void> {
    await this.payments.cancel(orderId);
    await this.settlement.settle(orderId);
  }

  /** One round: what is overdue, what somebody left half closed, and what does not say what its payment says. */
  async sweep(): Promise<void> {
    const { db } = this.database;
    const overdue = await this.store.beginExpiry(db, perSweep);
    const abandoned = await this.store.claimClosing(db, idleSeconds, perSweep);
    await this.#each([...overdue, ...abandoned], (orderId) => this.finish(orderId));
    const unsettled = await this.store.unsettled(db, perSweep);
    await this.#each(unsettled, ({ id, mustCancel }) =>
      mustCancel ? this.finish(id) : this.settlement.settle(id),
    );
  }

  async #each<T>(work: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
    for (let start = 0; start < work.length; start += atOnce) {
      await Promise.all(
        work.slice(start, start + atOnce).map((item) =>
          act(item).catch((error: unknown) => {
            this.log.warn({ item, err: error }, 'an order could not be closed yet');
          }),
        ),
      );
    }
  }
}
