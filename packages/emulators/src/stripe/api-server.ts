import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { unixSeconds } from '../clock.ts';
import { type RandomBytes, randomText } from '../random.ts';
import { readBody } from '../read-body.ts';
import type { Account } from './account.ts';
import { errorBody, StripeApiError } from './api-error.ts';
import { API_VERSION } from './api-objects.ts';
import type { ApiAnswer, Timing } from './api-request.ts';
import { authenticate, type Keys, secretKeyRequired } from './authentication.ts';
import { expand } from './expand.ts';
import { type FormMembers, nestPairs, parsePairs } from './form-body.ts';
import { fingerprintOf, IdempotencyLayer } from './idempotency.ts';
import { readTextList } from './parameters.ts';
import type { RequestFault, RequestFaults } from './request-faults.ts';
import { findRoute } from './routes.ts';
import type { Transaction } from './transaction.ts';
import type { WebhookSender } from './webhook-sender.ts';

const MAX_BODY_BYTES = 256 * 1024;
const VERSION = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/;
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-expose-headers':
    'Request-Id, Stripe-Manage-Version, X-Stripe-Routing-Context-Priority-Tier',
  'access-control-max-age': '300',
};

/** One HTTP exchange on its way through the layers. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
  requestId: string;
  version: string;
  fault: RequestFault | null;
}

interface Call {
  pairs: [name: string, value: string][];
  parameters: FormMembers;
  caller: 'secret' | 'publishable';
  idempotencyKey: string | null;
}

export interface ApiServerOptions extends Keys {
  timing: Timing;
  publicUrl: string;
}

/** `/v1`: HTTP, keys, faults and idempotency around the endpoints. */
export class ApiServer {
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
    this.#account = account;
    this.#webhooks = webhooks;
    this.#faults = faults;
    this.#idempotency = new IdempotencyLayer(account.ledger.tables.answer);
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
  }

  /** Answers one request; never rejects because of what it holds. `path` is without the query. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? 'GET',
      path,
      requestId: `req_${randomText(this.#random, 14)}`,
      version: request.headers['stripe-version']?.toString() ?? API_VERSION,
      fault: null,
    };
    if (exchange.method === 'OPTIONS') {
      const allowed = request.headers['access-control-request-headers'] ?? 'authorization, content-type';
      response
        .writeHead(200, { ...CORS, 'access-control-allow-headers': allowed, 'content-length': 0 })
        .end();
      return;
    }
    const body = exchange.method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : Buffer.alloc(0);
    try {
      const call = this.#decode(exchange, body, query);
      exchange.fault = this.#faults.take(exchange.method, path);
      await this.#answer(exchange, call);
    } catch (error) {
      this.#sendError(exchange, error);
    }
  }

  #decode(exchange: Exchange, body: Buffer | null, query: string): Call {
    const { headers } = exchange.request;
    if (body === null) {
      throw new StripeApiError(413, { type: 'invalid_request_error', message: 'The request is too large.' });
    }
    if (body.length > 0 && !headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      throw new StripeApiError(400, {
        type: 'invalid_request_error',
        message: 'The body of a POST must be application/x-www-form-urlencoded.',
      });
    }
    const given = parsePairs(exchange.method === 'POST' ? body.toString() : query);
    const key = given.find(([name]) => name === 'key')?.[1];
    const caller = authenticate(headers, key, this.#options);
    if (!VERSION.test(exchange.version)) {
      const shown = exchange.version.slice(0, 40);
      exchange.version = API_VERSION;
      throw new StripeApiError(400, {
        type: 'invalid_request_error',
        message: `Invalid Stripe API version: ${shown}`,
      });
    }
    const pairs = key === undefined ? given : given.filter(([name]) => name !== 'key');
    const idempotencyKey = headers['idempotency-key']?.toString();
    const scope = caller === 'publishable' ? 'publishable:' : '';
    return {
      pairs,
      parameters: nestPairs(pairs),
      caller,
      idempotencyKey: exchange.method === 'POST' && idempotencyKey ? scope + idempotencyKey : null,
    };
  }

  async #answer(exchange: Exchange, call: Call): Promise<void> {
    const { fault, method, path } = exchange;
    if (fault?.kind === 'rate_limit') {
      throw new StripeApiError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Too many requests.',
      });
    }
    const key = call.idempotencyKey;
    if (key === null) {
      await this.#execute(exchange, call, null);
      return;
    }
    const fingerprint = fingerprintOf(method, path, call.pairs);
    if (fault?.kind === 'conflict') {
      throw new StripeApiError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'Another request with this idempotency key is being worked on.',
      });
    }
    const stored = this.#idempotency.begin(key, fingerprint);
    if (stored) {
      await this.#account.settled();
      this.#send(exchange, stored, {
        'idempotent-replayed': 'true',
        'original-request': stored.requestId,
        ...(stored.status >= 400 && { 'stripe-should-retry': 'false' }),
      });
      return;
    }
    try {
      await this.#execute(exchange, call, { key, fingerprint });
    } finally {
      this.#idempotency.end(key);
    }
  }

  async #execute(
    exchange: Exchange,
    call: Call,
    idempotency: { key: string; fingerprint: string } | null,
  ): Promise<void> {
    const { fault, requestId } = exchange;
    if (fault?.kind === 'delay') await this.#pause(fault.delayMs);
    if (fault && 'after' in fault && fault.after === 'nothing' && fault.kind !== 'server_error') {
      this.#breakOff(exchange, fault.kind);
      return;
    }
    const tx = this.#account.begin({ requestId, idempotencyKey: call.idempotencyKey });
    const { answer, isStored } = this.#runEndpoint(exchange, call, tx);
    if (idempotency && isStored) {
      const { key, fingerprint } = idempotency;
      tx.put('answer', { id: key, fingerprint, requestId, ...answer, storedAtMs: this.#clock.now() });
    }
    this.#account.commit(tx);
    await this.#account.settled();
    await this.#webhooks.earlyAttempts(tx.events);
    if (fault && 'after' in fault && fault.kind !== 'server_error') {
      this.#breakOff(exchange, fault.kind);
      return;
    }
    const retry = answer.status >= 400 && answer.status < 500 ? { 'stripe-should-retry': 'false' } : {};
    this.#send(exchange, answer, idempotency ? { 'original-request': requestId, ...retry } : retry);
  }

  /** `isStored`: the endpoint had begun its work, so a repetition with the same key gets this answer. */
  #runEndpoint(exchange: Exchange, call: Call, tx: Transaction): { answer: ApiAnswer; isStored: boolean } {
    const { fault, method, path, requestId } = exchange;
    const fails = fault?.kind === 'server_error' ? fault.after : null;
    try {
      if (fails === 'nothing') throw internalError();
      const route = findRoute(method, path);
      if (call.caller === 'publishable' && route && !route.isClientSide) throw secretKeyRequired();
      if (!route) throw unknownUrl(method, path);
      const answer = route.endpoint(tx, {
        id: route.id,
        parameters: call.parameters,
        isPublishable: call.caller === 'publishable',
        publicUrl: this.#options.publicUrl,
        timing: this.#options.timing,
      });
      if (fails === 'commit') throw internalError();
      const paths = call.caller === 'secret' ? readTextList(call.parameters, 'expand') : [];
      const body = paths.length > 0 ? expand(this.#account.ledger, answer.body, paths) : answer.body;
      return { answer: { status: answer.status, body }, isStored: true };
    } catch (error) {
      const known = error instanceof StripeApiError ? error : internalError();
      const body = errorBody(known.facts, requestId, unixSeconds(this.#clock));
      return { answer: { status: known.status, body }, isStored: known.executed };
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(delayMs, resolve));
  }

  /** Ends the exchange as a broken network or a broken proxy would. */
  #breakOff({ response }: Exchange, kind: 'timeout' | 'reset' | 'bad_gateway' | 'stalled_body'): void {
    switch (kind) {
      case 'timeout':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'bad_gateway':
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>');
        return;
      case 'stalled_body':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        response.write('{');
    }
  }

  #sendError(exchange: Exchange, error: unknown): void {
    const known = error instanceof StripeApiError ? error : internalError();
    const body = errorBody(known.facts, exchange.requestId, unixSeconds(this.#clock));
    this.#send(
      exchange,
      { status: known.status, body },
      {
        ...(known.status === 409 && { 'stripe-should-retry': 'true' }),
        ...(known.status === 401 && { 'www-authenticate': 'Bearer realm="Stripe"' }),
      },
    );
  }

  #send({ response, request, requestId, version }: Exchange, answer: ApiAnswer, headers: object): void {
    if (response.headersSent || response.destroyed) return;
    const text = JSON.stringify(answer.body);
    const key = request.headers['idempotency-key'];
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-cache, no-store',
      'request-id': requestId,
      'stripe-version': version,
      ...CORS,
      ...(key && { 'idempotency-key': key }),
      ...headers,
    });
    response.end(text);
  }
}

const internalError = () =>
  new StripeApiError(
    500,
    { type: 'api_error', message: 'Something went wrong on the side of the emulator.' },
    { executed: true },
  );

const unknownUrl = (method: string, path: string) =>
  new StripeApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path.slice(0, 200)}).`,
  });
