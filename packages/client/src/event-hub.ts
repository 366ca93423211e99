import type { Order, ServerEventName, ServerPayloads } from '@vybekart/contract';
import { OnceOnly } from './once-only.ts';

type Listener<N extends ServerEventName> = (payload: ServerPayloads[N]) => void;

/** Hands the server's events to their listeners; a private event that is a repetition is dropped. */
export class EventHub {
  readonly #listeners = new Map<ServerEventName, Set<Listener<never>>>();
  readonly #once = new OnceOnly();

  on<N extends ServerEventName>(name: N, listener: Listener<N>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<N extends ServerEventName>(name: N, payload: ServerPayloads[N]): void {
    if (!this.#isNew(name, payload)) return;
    for (const listener of [...(this.#listeners.get(name) ?? [])]) (listener as Listener<N>)(payload);
  }

  #isNew(name: ServerEventName, payload: ServerPayloads[ServerEventName]): boolean {
    switch (name) {
      case 'new_order':
        return this.#once.isNew(`new_order ${(payload as ServerPayloads['new_order']).order.id}`);
      case 'order_updated': {
        const { order } = payload as ServerPayloads['order_updated'];
        return this.#once.isNew(`order_updated ${order.id}`, versionOf(order));
      }
      case 'notification':
        return this.#once.isNew(
          `notification ${(payload as ServerPayloads['notification']).notification.id}`,
        );
      default:
        return true;
    }
  }
}

/** An order has no version number; this changes with everything that can change after it was placed. */
function versionOf(order: Order): string {
  const { status, refunded, fulfilment } = order;
  return [
    status,
    refunded.amountMinor,
    fulfilment.status,
    fulfilment.carrier,
    fulfilment.trackingNumber,
  ].join();
}
