import { hash } from 'node:crypto';

/**
 * Who asked for what under which key; `asked` is everything that another request may not differ in. `orderId`: the order
 * that it was asked of, until whose end the answer is kept; null for an order that is placed with this key.
 */
export interface KeyedRequest {
  actorId: string;
  route: string;
  key: string;
  orderId: string | null;
  asked: readonly unknown[];
}

/** How long work under a key may go on before another request with it may take it over. */
export const lockSeconds = 30;

/** SHA-256 of what was asked, whose fields stand in the order of their schemas. */
export function fingerprint(asked: readonly unknown[]): Buffer {
  // By way of a string, which Node makes faster than a Buffer.
  return Buffer.from(hash('sha256', JSON.stringify(asked), 'hex'), 'hex');
}
