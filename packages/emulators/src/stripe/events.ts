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

/** https://docs.stripe.com/api/events/list: `types` names some, `type` one, or a family with a trailing `*`. */
export const listEvents: Endpoint = (tx, { parameters }) => {
  const types = readTextList(parameters, 'types');
  const type = readText(parameters, 'type');
  const family = type?.endsWith('*') ? type.slice(0, -1) : null;
  const isListed = (event: Event) =>
    (types.length === 0 || types.includes(event.type)) &&
    (family === null ? type === undefined || event.type === type : event.type.startsWith(family));
  const paging = { ...parameters };
  delete paging.type;
  delete paging.types;
  const page = list(tx.ledger.tables.event, paging, '/v1/events', {}, isListed);
  return ok({ ...page, data: page.data.map((event) => current(tx.ledger, event)) });
};
