import type { PaymentIntent, PaymentMethod } from './payment-objects.ts';

export interface ApiErrorFacts {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: PaymentIntent;
  payment_method?: PaymentMethod;
}

/**
 * An answer other than 2xx. `executed` tells the idempotency layer that an endpoint had begun its work, so that this
 * answer is the one every later request with the same key gets; a refused parameter or key leaves no trace.
 * https://docs.stripe.com/api/errors
 */
export class StripeApiError extends Error {
  override readonly name = 'StripeApiError';
  readonly status: number;
  readonly facts: ApiErrorFacts;
  readonly executed: boolean;

  constructor(status: number, facts: ApiErrorFacts, { executed = false } = {}) {
    super(facts.message);
    this.status = status;
    this.facts = facts;
    this.executed = executed;
  }
}

export const invalidParameter = (param: string, message: string, code?: string): StripeApiError =>
  new StripeApiError(400, { type: 'invalid_request_error', message, param, ...(code && { code }) });

export const missingParameter = (param: string): StripeApiError =>
  invalidParameter(param, `The parameter ${param} is required.`, 'parameter_missing');

/** `status` is 404 for an id in the path and 400 for one in a parameter. */
export const noSuchObject = (object: string, id: string, param = 'id', status: 400 | 404 = 404) =>
  new StripeApiError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${object}: '${id}'`,
    param,
  });

/** The object exists and the parameters are well formed, yet its state does not allow the operation. */
export const refused = (message: string, facts: Partial<ApiErrorFacts>): StripeApiError =>
  new StripeApiError(400, { type: 'invalid_request_error', message, ...facts }, { executed: true });

export const internalError = (): StripeApiError =>
  new StripeApiError(500, { type: 'api_error', message: 'The emulator failed.' }, { executed: true });

/** The JSON body of an error answer. */
export function errorBody(facts: object & { code?: string }, requestId: string, atSeconds: number): object {
  return {
    error: {
      ...facts,
      ...(facts.code && { doc_url: docUrl(facts.code) }),
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}?t=${atSeconds}`,
    },
  };
}

export const docUrl = (code: string): string =>
  `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
