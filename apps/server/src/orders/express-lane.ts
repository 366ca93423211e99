import type { IncomingMessage, ServerResponse } from 'node:http';
import { PlaceOrder, routes } from '@vybekart/contract';
import { parse as parseSafely } from 'secure-json-parse';
import type { AccessTokens } from '../accounts/access-tokens.ts';
import { AppError } from '../platform/app-error.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { crossOriginHeaders, type OriginPolicy, safeHeaders } from '../platform/origin-policy.ts';
import { jsonType, logProblem, problemHeaders, toAppError } from '../platform/problem-filter.ts';
import { bearerToken, idempotencyKey } from '../platform/request-headers.ts';
import { parse } from '../platform/validation.ts';
import type { Checkout } from './checkout.ts';
import { keptRefusal } from './idempotent-requests.ts';
import { keptHeaders } from './kept-answer.reply.ts';
import { RequestBodies } from './request-bodies.ts';

const { method, path } = routes.placeOrder;
const contentTypes = ['application/json', jsonType];
const maxBodyBytes = 64 * 1024;

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * POST /orders without the framework, whose routing, hooks, guards and pipes are a good part of what this server spends
 * on an order (docs/decisions/0014). It takes requests that look like our clients' and leaves every other one to the
 * framework's route for the same use case; so what is wrong with a header is said in one place.
 */
export class ExpressLane {
  readonly #bodies = new RequestBodies();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly checkout: Checkout,
    private readonly origins: OriginPolicy,
    private readonly log: Log,
  ) {}

  /** Answers the request and says true, or leaves it as it is. Does not throw. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url !== path || request.method !== method) return false;
    const { headers } = request;
    const token = bearerToken(headers.authorization ?? '');
    const key = idempotencyKey(String(headers['idempotency-key'] ?? ''));
    const bytes = Number(headers['content-length']);
    const isOrdinary =
      token !== null &&
      key !== null &&
      contentTypes.includes(headers['content-type'] ?? '') &&
      bytes > 0 &&
      bytes <= maxBodyBytes &&
      this.origins.isAllowed(headers.origin, headers.host);
    if (!isOrdinary) return false;
    this.#place(request, token, key)
      .catch((thrown: unknown) => this.#problem(toAppError(thrown)))
      .then((answer) => send(response, headers.origin, answer))
      .catch(() => response.destroy());
    return true;
  }

  async #place(request: IncomingMessage, token: string, key: string): Promise<HttpAnswer> {
    const input = parseJson(await this.#bodies.read(request));
    const { userId } = await this.tokens.verify(token);
    const order = parse(PlaceOrder, input);
    const answer = await this.checkout.placeOrder(userId, order, key, newId);
    return { status: answer.status, headers: keptHeaders(answer), body: answer.body };
  }

  #problem(error: AppError): HttpAnswer {
    const requestId = newId();
    logProblem(this.log, error, { reqId: requestId });
    const { status, body } = keptRefusal(error, requestId);
    return { status, headers: problemHeaders(error), body };
  }
}

function send(response: ServerResponse, origin: string | undefined, { status, headers, body }: HttpAnswer) {
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, {
    ...safeHeaders,
    ...(origin === undefined ? {} : crossOriginHeaders(origin)),
    ...headers,
    'content-length': bytes,
  });
  // ASCII alone is the same in both, and Latin-1 is written without a look at each character.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

function parseJson(body: Buffer): unknown {
  try {
    // As the framework does: nothing may reach for a prototype.
    return parseSafely(body.toString());
  } catch (error) {
    throw new AppError('malformed_json', {}, { cause: error });
  }
}
