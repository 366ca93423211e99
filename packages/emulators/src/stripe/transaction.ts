import { type Clock, unixSeconds } from '../clock.ts';
import { type RandomBytes, randomText } from '../random.ts';
import { API_VERSION, type Event, type EventObject } from './event-objects.ts';
import type { ChangeSet } from './journal-format.ts';
import type { Ledger, TableName, Tables } from './ledger.ts';

/** The API request that causes a change, or nulls for what the emulator does by itself. */
export interface Origin {
  requestId: string | null;
  idempotencyKey: string | null;
}

/**
 * One step of the account: reads see its own writes at once, and all of it is journalled as one record, so that after
 * a crash either everything of it is there (objects, events, the stored answer) or nothing.
 */
export class Transaction {
  readonly changes: ChangeSet = { puts: [], removals: [] };
  readonly events: Event[] = [];
  readonly ledger: Ledger;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #origin: Origin;

  constructor(ledger: Ledger, clock: Clock, random: RandomBytes, origin: Origin) {
    this.ledger = ledger;
    this.#clock = clock;
    this.#random = random;
    this.#origin = origin;
  }

  get nowSeconds(): number {
    return unixSeconds(this.#clock);
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  newId(prefix: string, length = 24): string {
    return `${prefix}${randomText(this.#random, length)}`;
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.ledger.get(table, id);
  }

  put<T extends TableName>(table: T, row: Tables[T]): void {
    this.ledger.put(table, row);
    this.changes.puts.push([table, row] as ChangeSet['puts'][number]);
  }

  remove(table: TableName, id: string): void {
    this.ledger.tables[table].delete(id);
    this.changes.removals.push([table, id]);
  }

  /**
   * Announces a change; `object` is the snapshot that the event keeps for ever.
   * https://docs.stripe.com/api/events/object
   */
  emit(type: string, object: EventObject, previousAttributes?: Record<string, unknown>): void {
    const event: Event = {
      id: this.newId('evt_'),
      object: 'event',
      api_version: API_VERSION,
      created: this.nowSeconds,
      data: previousAttributes ? { object, previous_attributes: previousAttributes } : { object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: this.#origin.requestId, idempotency_key: this.#origin.idempotencyKey },
      type,
    };
    this.events.push(event);
    this.put('event', event);
    this.put('delivery', { id: event.id, attempts: 0, dueAtMs: this.nowMs });
  }
}
