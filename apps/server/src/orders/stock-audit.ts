import { sql } from 'kysely';
import { Counter, type Registry } from 'prom-client';
import type { Database } from '../platform/database.ts';
import type { Jobs } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';

const auditEveryMs = 30_000;
const perAudit = 500;

export interface StockMismatch {
  variantId: string;
  rule: 'reserved = active holds' | 'on hand = ledger';
  is: number;
  shouldBe: number;
}

/**
 * Compares stock with its holds and its ledger, some variants at a time, over and over. What does not agree is told
 * and counted, and left for a person: mending it silently would hide the defect.
 */
export class StockAudit {
  #after = '00000000-0000-0000-0000-000000000000';
  readonly #found = new Map<string, StockMismatch>();
  readonly #mismatches: Counter;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    metrics: Registry,
  ) {
    this.#mismatches = new Counter({
      name: 'vybekart_stock_mismatches_total',
      help: 'Variants whose stock contradicts its holds or its ledger, by rule',
      labelNames: ['rule'],
      registers: [metrics],
    });
  }

  listen(jobs: Jobs): void {
    jobs.every('orders:audit', auditEveryMs, () => this.audit());
  }

  /** What was wrong when it was last looked at. */
  get mismatches(): StockMismatch[] {
    return [...this.#found.values()];
  }

  /** Looks at the next variants; after the last one it begins anew. */
  async audit(): Promise<void> {
    const { rows } = await sql<{
      id: string;
      reserved: number;
      held: number;
      onHand: number;
      ledger: number;
    }>`
      select v.id, v.reserved, v.on_hand as "onHand",
             (select coalesce(sum(quantity), 0) from order_items item
              where item.variant_id = v.id and item.reservation = 'active') as held,
             (select coalesce(sum(delta), 0) from stock_movements m where m.variant_id = v.id) as ledger
      from variants v where v.id > ${this.#after} order by v.id limit ${perAudit}`.execute(this.database.db);
    for (const { id, reserved, held, onHand, ledger } of rows) {
      this.#compare({ variantId: id, rule: 'reserved = active holds', is: reserved, shouldBe: held });
      this.#compare({ variantId: id, rule: 'on hand = ledger', is: onHand, shouldBe: ledger });
    }
    this.#after = rows.length === perAudit ? (rows.at(-1)?.id ?? '') : '00000000-0000-0000-0000-000000000000';
  }

  #compare(fact: StockMismatch): void {
    const id = `${fact.variantId} ${fact.rule}`;
    if (fact.is === fact.shouldBe) {
      this.#found.delete(id);
      return;
    }
    this.#found.set(id, fact);
    this.#mismatches.inc({ rule: fact.rule });
    this.log.error(fact, 'stock does not agree with itself');
  }
}
