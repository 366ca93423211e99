import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, unixSeconds } from '../clock.ts';
import { type RandomBytes, randomText } from '../random.ts';
import { readBody } from '../read-body.ts';
import type { Account } from './account.ts';
import { breakOff, CORS_HEADERS, sendAnswer } from './api-answer.ts';
import { type ApiCall, decodeCall, versionOf } from './api-call.ts';
import { errorBody, internalError, StripeApiError } from './api-error.ts';
import type { ApiAnswer, Timing } from './api-request.ts';
import { type Keys, secretKeyRequired } from './authentication.ts';
import { publishableView } from './client-side.ts';
import { expand } from './expand.ts';
import { IdempotencyLayer } from './idempotency.ts';
import { readTextList } from './parameters.ts';
import type { PaymentIntent } from './payment-objects.ts';
import type { RequestFault, RequestFaults } from './request-faults.ts';
import { findRoute } from './routes.ts';
import type { Transaction } from './transaction.ts';
import type { WebhookSender } from './webhook-sender.ts';

const MAX_BODY_BYTES = 256 * 1024;

export interface ApiServerOptions extends Keys {
  timing: Timing;
  /** Where a browser reaches the emulator, without a trailing slash. */
  publicUrl: string;
}

/** What goes back, or how the exchange is broken off instead. */
type Outcome =
  | { kind: 'answered'; answer: ApiAnswer; headers: Record<string, string> }
  | { kind: 'broken_off'; how: 'timeout' | 'reset' | 'bad_gateway' | 'stalled_body' };

/** `/v1`: HTTP, keys, faults and idempotency around the endpoints. */
export class ApiServer {
  publicUrl: string;
  readonly #account: Account;
  readonly #webhooks: WebhookSender;
  readonly #faults: RequestFaults;
  readonly #idempotency: IdempotencyLayer;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #options: ApiServerOptions;

  constructor(
    account: Account,
    webhooks: WebhookSender,
    faults: RequestFaults,
    clock: Clock,
    random: RandomBytes,
    options: ApiServerOptions,
  ) {
    this.publicUrl = options.publicUrl;
    this.#account = account;
    this.#webhooks = webhooks;
    this.#faults = faults;
    this.#idempotency = new IdempotencyLayer(account.ledger.tables.answer);
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
  }

  /** Answers one request; rejects only when its body never arrives. `path` is without the query. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    if (request.method === 'OPTIONS') {
      const allowed = request.headers['access-control-request-headers'] ?? 'authorization, content-type';
      const headers = { ...CORS_HEADERS, 'access-control-allow-headers': allowed, 'content-length': 0 };
      response.writeHead(200, headers).end();
      return;
    }
    const requestId = `req_${randomText(this.#random, 14)}`;
    const body = request.method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : Buffer.alloc(0);
    const outcome = await this.#outcomeOf(requestId, () =>
      decodeCall(request, path, query, body, this.#options),
    );
    if (outcome.kind === 'broken_off') {
      breakOff(response, outcome.how);
      return;
    }
    const key = request.headers['idempotency-key']?.toString();
    const headers = key ? { 'idempotency-key': key, ...outcome.headers } : outcome.headers;
    sendAnswer(response, outcome.answer, requestId, versionOf(request), headers);
  }

  async #outcomeOf(requestId: string, decode: () => ApiCall): Promise<Outcome> {
    try {
      const call = decode();
      const fault = this.#faults.take(call.method, call.path);
      if (fault?.kind === 'rate_limit' || fault?.kind === 'conflict') throw refusalOf(fault.kind);
      return await this.#answerOnce(call, requestId, fault);
    } catch (error) {
      const answer = this.#errorAnswer(error, requestId, 'secret');
      const retry: Record<string, string> = answer.status === 409 ? { 'stripe-should-retry': 'true' } : {};
      return { kind: 'answered', answer, headers: retry };
    }
  }

  /** The idempotency layer. https://docs.stripe.com/api/idempotent_requests */
  async #answerOnce(call: ApiCall, requestId: string, fault: RequestFault | null): Promise<Outcome> {
    if (!call.idempotency) return this.#execute(call, requestId, fault);
    const { key, fingerprint } = call.idempotency;
    const stored = this.#idempotency.begin(key, fingerprint);
    if (stored) {
      await this.#account.settled();
      const headers = {
        'idempotent-replayed': 'true',
        'original-request': stored.requestId,
        ...(stored.status >= 400 && { 'stripe-should-retry': 'false' }),
      };
      return { kind: 'answered', answer: stored, headers };
    }
    try {
      return await this.#execute(call, requestId, fault);
    } finally {
      this.#idempotency.end(key);
    }
  }

  async #execute(call: ApiCall, requestId: string, fault: RequestFault | null): Promise<Outcome> {
    if (fault?.kind === 'delay') await this.#pause(fault.delayMs);
    const breakage = fault && 'after' in fault ? fault : null;
    const brokenOff = breakage && breakage.kind !== 'server_error' ? breakage.kind : null;
    if (brokenOff && breakage?.after === 'nothing') return { kind: 'broken_off', how: brokenOff };

    const tx = this.#account.begin({ requestId, idempotencyKey: call.idempotency?.key ?? null });
    const failure = breakage?.kind === 'server_error' ? breakage.after : null;
    const { answer, isStored } = this.#runEndpoint(call, requestId, tx, failure);
    if (call.idempotency && isStored) {
      const { key, fingerprint } = call.idempotency;
      tx.put('answer', { id: key, fingerprint, requestId, ...answer, storedAtMs: this.#clock.now() });
    }
    this.#account.commit(tx);
    await this.#account.settled();
    await this.#webhooks.earlyAttempts(tx.events);

    if (brokenOff) return { kind: 'broken_off', how: brokenOff };
    const headers = {
      ...(call.idempotency && { 'original-request': requestId }),
      ...(answer.status >= 400 && answer.status < 500 && { 'stripe-should-retry': 'false' }),
    };
    return { kind: 'answered', answer, headers };
  }

  /** `isStored`: the endpoint had begun its work, so a repetition with the same key gets this answer. */
  #runEndpoint(
    call: ApiCall,
    requestId: string,
    tx: Transaction,
    failure: 'nothing' | 'commit' | null,
  ): { answer: ApiAnswer; isStored: boolean } {
    const { method, path, caller, parameters } = call;
    try {
      if (failure === 'nothing') throw internalError();
      const route = findRoute(method, path);
      if (!route) throw unknownUrl(method, path);
      const isPublishable = caller === 'publishable';
      if (isPublishable && !route.isClientSide) throw secretKeyRequired();
      const { timing } = this.#options;
      const { publicUrl } = this;
      const answer = route.endpoint(tx, { id: route.id, parameters, isPublishable, publicUrl, timing });
      if (failure === 'commit') throw internalError();
      if (isPublishable) {
        const body = publishableView(answer.body as PaymentIntent);
        return { answer: { status: answer.status, body }, isStored: true };
      }
      const paths = readTextList(parameters, 'expand');
      const body = paths.length > 0 ? expand(this.#account.ledger, answer.body, paths) : answer.body;
      return { answer: { status: answer.status, body }, isStored: true };
    } catch (error) {
      const isStored = error instanceof StripeApiError ? error.executed : true;
      return { answer: this.#errorAnswer(error, requestId, caller), isStored };
    }
  }

  #errorAnswer(error: unknown, requestId: string, caller: ApiCall['caller']): ApiAnswer {
    const { status, facts } = error instanceof StripeApiError ? error : internalError();
    const intent = facts.payment_intent as PaymentIntent | undefined;
    const visible =
      intent && caller === 'publishable' ? { ...facts, payment_intent: publishableView(intent) } : facts;
    return { status, body: errorBody(visible, requestId, unixSeconds(this.#clock)) };
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(delayMs, resolve));
  }
}

const refusalOf = (kind: 'rate_limit' | 'conflict'): StripeApiError =>
  kind === 'rate_limit'
    ? new StripeApiError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Too many requests.',
      })
    : new StripeApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'Another request with this idempotency key is being worked on.',
      });

const unknownUrl = (method: string, path: string) =>
  new StripeApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path.slice(0, 200)}).`,
  });
