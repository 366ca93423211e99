import {
  type Answer,
  type RequestBody,
  type RequestQuery,
  type Route,
  type RouteName,
  routes,
  type Upload,
  uploadRoute,
} from '@vybekart/contract';
import { ApiError } from './api-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Fetch, type HttpOptions, type HttpRequest, queryString, sendHttp } from './http.ts';
import { fillPath, type PathParams } from './path-params.ts';
import { newId, type Random } from './random.ts';
import { withRetries } from './retry.ts';
import type { SessionStore } from './session-store.ts';

export interface ApiOptions {
  /** The server's origin, without a path; `''` for the page's own. */
  baseUrl: string;
  session?: SessionStore | null;
  fetch?: Fetch;
  /** Parse every answer with the contract and throw when it does not fit; for tests. Default false. */
  validateAnswers?: boolean;
  clock?: Clock;
  random?: Random;
}

interface CommonOptions<N extends RouteName> {
  query?: RequestQuery<N>;
  /** Makes a write safe to repeat; made up when a route wants one and none is given. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}
type WithParams<N extends RouteName> = PathParams<N> extends undefined ? unknown : { params: PathParams<N> };
type WithBody<N extends RouteName> = RequestBody<N> extends undefined ? unknown : { body: RequestBody<N> };
export type CallOptions<N extends RouteName> = CommonOptions<N> & WithParams<N> & WithBody<N>;
type Arguments<N extends RouteName> =
  Record<never, never> extends CallOptions<N> ? [options?: CallOptions<N>] : [options: CallOptions<N>];

/** A picture on a phone, as React Native's FormData takes it. */
export interface NativeFile {
  uri: string;
  name: string;
  /** `image/jpeg`, `image/png` or `image/webp`. */
  type: string;
}

export interface Api {
  /**
   * Calls a route of the contract's table. Throws ApiError. A GET is tried up to three times on `network` and 503,
   * a write only when it carries an idempotency key (the same each time), everything else once; each try may
   * last 15 s, for an answer that is a file 120 s. An expired access token is renewed and the request repeated once.
   */
  call<N extends RouteName>(name: N, ...options: Arguments<N>): Promise<Answer<N>>;
  /** Sends one picture of at most 5 MB; never retried, may last 60 s. */
  uploadImage(image: Blob | NativeFile, options?: { signal?: AbortSignal }): Promise<Upload>;
}

const uploadTimeoutMs = 60_000;
const fileTimeoutMs = 120_000;

export function createApi(options: ApiOptions): Api {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const session = options.session ?? null;
  const http: HttpOptions = {
    baseUrl: options.baseUrl,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    clock,
  };

  async function sendSigned(access: Route['access'], request: HttpRequest): Promise<unknown> {
    const token = await tokenFor(access);
    try {
      return await sendHttp(http, signed(request, token));
    } catch (error) {
      if (!session || !token || !isTokenFailure(error)) throw error;
      const renewed = await session.replaceToken(token);
      if (renewed === null) throw error;
      return sendHttp(http, signed(request, renewed));
    }
  }

  async function tokenFor(access: Route['access']): Promise<string | null> {
    if (!session) return null;
    // A public page must open even when the sign-in cannot be renewed at the moment.
    if (access === 'public') return session.accessToken().catch(() => null);
    return session.accessToken();
  }

  return {
    async call<N extends RouteName>(name: N, ...[given]: Arguments<N>): Promise<Answer<N>> {
      const route: Route = routes[name];
      const call: GivenOptions = given ?? {};
      const key = call.idempotencyKey ?? (route.idempotent ? newId(clock.now()) : undefined);
      const request: HttpRequest = {
        method: route.method,
        path: fillPath(route.path, call.params) + queryString(call.query),
        body: call.body,
        signal: call.signal,
        headers: key === undefined ? {} : { 'idempotency-key': key },
        accept: route.produces,
        ...(route.produces === 'application/json' ? {} : { timeoutMs: fileTimeoutMs }),
      };
      const answer = await withRetries(
        { clock, random, signal: call.signal, mayRetry: (error) => mayRetry(route, key, error) },
        () => sendSigned(route.access, request),
      );
      const checked = options.validateAnswers && route.answer ? route.answer.parse(answer) : answer;
      return checked as Answer<N>;
    },

    async uploadImage(image, { signal } = {}) {
      const form = new FormData();
      // React Native's FormData takes `{ uri, name, type }` where the DOM's takes a Blob.
      form.append(uploadRoute.field, image as Blob);
      const answer = await sendSigned('user', {
        method: 'POST',
        path: uploadRoute.path,
        body: form,
        signal,
        timeoutMs: uploadTimeoutMs,
      });
      return options.validateAnswers ? uploadRoute.answer.parse(answer) : (answer as Upload);
    },
  };
}

interface GivenOptions {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

function signed(request: HttpRequest, token: string | null): HttpRequest {
  if (token === null) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

function isTokenFailure(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'token_expired' || error.code === 'unauthorized');
}

function mayRetry(route: Route, idempotencyKey: string | undefined, error: ApiError): boolean {
  const isPassing = error.code === 'network' || error.status === 503;
  if (route.method === 'GET') return isPassing;
  if (idempotencyKey === undefined) return false;
  return isPassing || error.code === 'timeout' || error.code === 'idempotency_in_progress';
}
