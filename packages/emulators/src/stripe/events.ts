import { noSuchObject } from './api-error.ts';
import { type Endpoint, ok } from './api-request.ts';
import type { Event } from './event-objects.ts';
import type { Ledger } from './ledger.ts';
import { list } from './lists.ts';
import { allowOnly, readText, readTextList } from './parameters.ts';

const RETRIEVE = new Set(['expand']);

/** The event as of now: only `pending_webhooks` ever changes. */
const current = (ledger: Ledger, event: Event): Event => ({
  ...event,
  pending_webhooks: ledger.get('delivery', event.id) ? 1 : 0,
});

export const retrieveEvent: Endpoint = (tx, { id, parameters }) => {
  allowOnly(parameters, RETRIEVE);
  const event = tx.get('event', id);
  if (!event) throw noSuchObject('event', id);
  return ok(current(tx.ledger, event));
};

/** https://docs.stripe.com/api/events/list; `types` and `type` select, a trailing `*` stands for a whole family. */
export const listEvents: Endpoint = (tx, { parameters }) => {
  const wanted = readTextList(parameters, 'types');
  const type = readText(parameters, 'type');
  if (type !== undefined) wanted.push(type);
  const paging = { ...parameters };
  delete paging.type;
  delete paging.types;
  const isListed = (event: Event) =>
    wanted.length === 0 ||
    wanted.some((pattern) =>
      pattern.endsWith('*') ? event.type.startsWith(pattern.slice(0, -1)) : event.type === pattern,
    );
  const page = list(tx.ledger.tables.event, paging, '/v1/events', {}, isListed);
  return ok({ ...page, data: page.data.map((event) => current(tx.ledger, event)) });
};
