import type { Ledger } from './ledger.ts';

const HOUR_MS = 3600 * 1000;
const ANSWERS_KEPT_MS = 24 * HOUR_MS;
const EVENTS_KEPT_MS = 30 * 24 * HOUR_MS;
const MAX_EVENTS = 100_000;

/**
 * Forgets stored answers after 24 hours, and events after 30 days or beyond 100,000, unless they still have to be
 * delivered. Payments are kept for ever.
 */
export function forgetOutdated({ tables: { answer, delivery, event } }: Ledger, nowMs: number): void {
  for (const { id, storedAtMs } of answer.oldestFirst()) {
    if (storedAtMs > nowMs - ANSWERS_KEPT_MS) break;
    answer.delete(id);
  }
  let surplus = event.size - MAX_EVENTS;
  for (const { id, created } of event.oldestFirst()) {
    if (surplus <= 0 && created * 1000 > nowMs - EVENTS_KEPT_MS) break;
    if (delivery.get(id)) continue;
    event.delete(id);
    surplus--;
  }
}
