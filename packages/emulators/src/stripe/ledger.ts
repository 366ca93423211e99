import type { Charge, Dispute, Refund } from './charge-objects.ts';
import type { Event } from './event-objects.ts';
import { OrderedCollection } from './ordered-collection.ts';
import type { PaymentIntent, PaymentMethod } from './payment-objects.ts';

/** A payment or refund whose outcome the bank tells later. */
export interface Settlement {
  /** The id of the PaymentIntent or Refund. */
  id: string;
  dueAtMs: number;
  outcome: 'succeeded' | 'failed';
}

/** An open 3D Secure challenge; its unguessable id is the key to it. */
interface Challenge {
  id: string;
  paymentIntentId: string;
  returnUrl: string | null;
}

/** An event that no webhook endpoint has accepted yet. */
export interface Delivery {
  /** The id of the event. */
  id: string;
  attempts: number;
  dueAtMs: number;
}

/** The finished answer to a request with an Idempotency-Key. */
export interface StoredAnswer {
  /** The key. */
  id: string;
  fingerprint: string;
  requestId: string;
  status: number;
  body: object;
  storedAtMs: number;
}

export interface StoredPaymentMethod {
  id: string;
  testName: string;
  object: PaymentMethod;
}

export interface Tables {
  payment_intent: PaymentIntent;
  payment_method: StoredPaymentMethod;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  event: Event;
  challenge: Challenge;
  settlement: Settlement;
  delivery: Delivery;
  answer: StoredAnswer;
}

export type TableName = keyof Tables;

/** Everything the emulated account knows, in memory. */
export class Ledger {
  readonly tables: { readonly [T in TableName]: OrderedCollection<Tables[T]> } = {
    payment_intent: new OrderedCollection(),
    payment_method: new OrderedCollection(),
    charge: new OrderedCollection(),
    refund: new OrderedCollection(),
    dispute: new OrderedCollection(),
    event: new OrderedCollection(),
    challenge: new OrderedCollection(),
    settlement: new OrderedCollection(),
    delivery: new OrderedCollection(),
    answer: new OrderedCollection(),
  };

  /** The rows of all tables together. */
  get size(): number {
    return Object.values(this.tables).reduce((sum, table) => sum + table.size, 0);
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.tables[table].get(id);
  }

  put<T extends TableName>(table: T, row: Tables[T]): void {
    this.tables[table].put(row);
  }
}
