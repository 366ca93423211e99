import type { Endpoint } from './api-request.ts';
import { listCharges, retrieveCharge } from './charges.ts';
import { acceptDispute, listDisputes, retrieveDispute } from './disputes.ts';
import { listEvents, retrieveEvent } from './events.ts';
import {
  cancelPaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
  updatePaymentIntent,
} from './payment-intents.ts';
import { createRefund, listRefunds, retrieveRefund } from './refunds.ts';

interface Route {
  endpoint: Endpoint;
  /** May be called with the publishable key. */
  isClientSide?: true;
}

/** `:id` stands for the id in a path. */
const routes: Record<string, Route> = {
  'POST /v1/payment_intents': { endpoint: createPaymentIntent },
  'GET /v1/payment_intents': { endpoint: listPaymentIntents },
  'GET /v1/payment_intents/:id': { endpoint: retrievePaymentIntent, isClientSide: true },
  'POST /v1/payment_intents/:id': { endpoint: updatePaymentIntent },
  'POST /v1/payment_intents/:id/confirm': { endpoint: confirmPaymentIntent, isClientSide: true },
  'POST /v1/payment_intents/:id/cancel': { endpoint: cancelPaymentIntent },
  'POST /v1/refunds': { endpoint: createRefund },
  'GET /v1/refunds': { endpoint: listRefunds },
  'GET /v1/refunds/:id': { endpoint: retrieveRefund },
  'GET /v1/charges': { endpoint: listCharges },
  'GET /v1/charges/:id': { endpoint: retrieveCharge },
  'GET /v1/disputes': { endpoint: listDisputes },
  'GET /v1/disputes/:id': { endpoint: retrieveDispute },
  'POST /v1/disputes/:id/close': { endpoint: acceptDispute },
  'GET /v1/events': { endpoint: listEvents },
  'GET /v1/events/:id': { endpoint: retrieveEvent },
};

const ID = /^[A-Za-z0-9_]{1,80}$/;

/** `path` without the query. */
export function findRoute(method: string, path: string): (Route & { id: string }) | null {
  const [empty, version, collection, id, action, ...rest] = path.split('/');
  if (empty !== '' || rest.length > 0) return null;
  if (id === undefined) return withId(routes[`${method} /${version}/${collection}`], '');
  if (!ID.test(id)) return null;
  const suffix = action === undefined ? '' : `/${action}`;
  return withId(routes[`${method} /${version}/${collection}/:id${suffix}`], id);
}

const withId = (route: Route | undefined, id: string) => (route ? { ...route, id } : null);
