import { type ErrorCode, isErrorCode, Problem } from '@vybekart/contract';
import { ApiError } from './api-error.ts';
import { Alarm, type Clock } from './clock.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpOptions {
  /** The server's origin, without a path: `https://shop.example`. */
  baseUrl: string;
  fetch: Fetch;
  clock: Clock;
}

export interface HttpRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a FormData as it is. */
  body?: unknown;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** The media type that is asked for; anything but JSON, which is the default, is answered as text. */
  accept?: string;
}

const json = 'application/json';
const defaultTimeoutMs = 15_000;

/**
 * Sends one request and answers its JSON (`undefined` for an empty body), or its text when text was asked for. Throws ApiError for every answer that
 * is not 2xx and for `network` and `timeout`; when the caller's own `signal` aborts, the abort is thrown as it is.
 */
export async function sendHttp(options: HttpOptions, request: HttpRequest): Promise<unknown> {
  const controller = new AbortController();
  const abort = () => controller.abort(request.signal?.reason);
  const timeout = new Alarm(options.clock);
  let timedOut = false;
  if (request.signal?.aborted) abort();
  request.signal?.addEventListener('abort', abort);
  timeout.set(request.timeoutMs ?? defaultTimeoutMs, () => {
    timedOut = true;
    controller.abort();
  });
  try {
    const response = await options.fetch(joinUrl(options.baseUrl, request.path), {
      method: request.method,
      signal: controller.signal,
      ...encode(request),
    });
    const text = await response.text();
    if (!response.ok) throw fromProblem(response, parseJson(text));
    return (request.accept ?? json) === json ? parseJson(text) : text;
  } catch (error) {
    if (error instanceof ApiError || request.signal?.aborted) throw error;
    throw new ApiError({ code: timedOut ? 'timeout' : 'network' });
  } finally {
    timeout.clear();
    request.signal?.removeEventListener('abort', abort);
  }
}

/** `?a=1&b=2` without the undefined ones; React Native's URLSearchParams is incomplete, so it is not used. */
export function queryString(query: Record<string, unknown> | undefined): string {
  const pairs = Object.entries(query ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function joinUrl(baseUrl: string, path: string): string {
  return baseUrl.replace(/\/+$/, '') + path;
}

function encode(request: HttpRequest): Pick<RequestInit, 'headers' | 'body'> {
  const headers: Record<string, string> = { accept: request.accept ?? json, ...request.headers };
  if (request.body === undefined) return { headers };
  if (typeof FormData !== 'undefined' && request.body instanceof FormData) {
    return { headers, body: request.body };
  }
  headers['content-type'] = 'application/json';
  return { headers, body: JSON.stringify(request.body) };
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromProblem(response: Response, body: unknown): ApiError {
  const parsed = Problem.safeParse(body);
  const retryAfterMs = (parsed.success ? parsed.data.retryAfterMs : undefined) ?? retryAfterOf(response);
  if (!parsed.success) {
    return new ApiError({ code: codeOfStatus(response.status, body), status: response.status, retryAfterMs });
  }
  const problem = parsed.data;
  return new ApiError({
    code: problem.code,
    message: problem.detail ?? problem.title,
    status: response.status,
    problem,
    retryAfterMs,
  });
}

/** Retry-After in seconds (RFC 9110 section 10.2.3); its date form is ignored. */
function retryAfterOf(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** For an answer that is not ours: a proxy's HTML page, or a problem with a code of a newer server. */
function codeOfStatus(status: number, body: unknown): ErrorCode {
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  if (isErrorCode(code)) return code;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'payload_too_large';
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return status >= 500 ? 'internal' : 'validation_failed';
}
