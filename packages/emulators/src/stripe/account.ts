import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random.ts';
import type { Event } from './event-objects.ts';
import type { Journal } from './journal.ts';
import type { Ledger, Settlement } from './ledger.ts';
import { settleAttempt } from './payment-attempts.ts';
import { settleRefund } from './refunds.ts';
import { forgetOutdated } from './retention.ts';
import { type Origin, Transaction } from './transaction.ts';

const TIDY_EVERY_MS = 60_000;
const itself: Origin = { requestId: null, idempotencyKey: null };

/**
 * The emulated Stripe account: runs transactions against the ledger, journals each, and plays the banks that settle
 * delayed payments and refunds.
 */
export class Account {
  readonly ledger: Ledger;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #onEvents: (events: Event[]) => void;
  readonly #timers = new Map<string, () => void>();
  #closed = false;

  constructor(
    ledger: Ledger,
    journal: Journal,
    clock: Clock,
    random: RandomBytes,
    onEvents: (events: Event[]) => void,
  ) {
    this.ledger = ledger;
    this.#journal = journal;
    this.#clock = clock;
    this.#random = random;
    this.#onEvents = onEvents;
  }

  /** Takes up what a restart interrupted. */
  resume(): void {
    for (const settlement of this.ledger.tables.settlement.oldestFirst()) this.#await(settlement);
    this.#tidy();
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
  }

  begin(origin: Origin): Transaction {
    return new Transaction(this.ledger, this.#clock, this.#random, origin);
  }

  commit(tx: Transaction): void {
    if (tx.changes.puts.length === 0 && tx.changes.removals.length === 0) return;
    this.#journal.append(tx.changes);
    for (const [table, row] of tx.changes.puts) if (table === 'settlement') this.#await(row);
    if (tx.events.length > 0) this.#onEvents(tx.events);
  }

  /** Does `work` as the emulator's own doing, outside any API request. */
  run<T>(work: (tx: Transaction) => T): T {
    const tx = this.begin(itself);
    try {
      return work(tx);
    } finally {
      this.commit(tx);
    }
  }

  /** `undefined` when everything done so far survives a crash, else a promise of it. */
  settled(): Promise<void> | undefined {
    return this.#journal.settled();
  }

  /** Ends the wait of a processing PaymentIntent or a refund now. Returns false when it waits for nothing. */
  settle(id: string, outcome: Settlement['outcome']): boolean {
    return this.run((tx) => {
      if (!tx.get('settlement', id)) return false;
      this.#timers.get(id)?.();
      this.#timers.delete(id);
      tx.remove('settlement', id);
      const intent = tx.get('payment_intent', id);
      const refund = tx.get('refund', id);
      if (intent) settleAttempt(tx, intent, outcome === 'succeeded', 'bank');
      if (refund) settleRefund(tx, refund, outcome);
      return true;
    });
  }

  #await({ id, dueAtMs, outcome }: Settlement): void {
    this.#timers.get(id)?.();
    const delayMs = Math.max(0, dueAtMs - this.#clock.now());
    this.#timers.set(
      id,
      this.#clock.after(delayMs, () => this.settle(id, outcome)),
    );
  }

  #tidy(): void {
    if (this.#closed) return;
    forgetOutdated(this.ledger, this.#clock.now());
    this.#timers.set(
      'tidy',
      this.#clock.after(TIDY_EVERY_MS, () => this.#tidy()),
    );
  }
}
