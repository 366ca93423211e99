import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type ErrorCode, errorTable, routes } from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type Failure } from './app-error.ts';
import { isDatabaseUnavailable, isUnstorableText } from './database.ts';
import type { Log } from './log.ts';

export const jsonType = 'application/json; charset=utf-8';
export const problemType = 'application/problem+json; charset=utf-8';

const codeByStatus: Record<number, ErrorCode> = {
  400: 'malformed_json',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  431: 'headers_too_large',
};

/** Any error as one of the contract's table. What nobody foresaw becomes `internal`, without a word of its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnstorableText(error)) return new AppError('validation_failed', {}, { cause: error });
  if (isDatabaseUnavailable(error))
    return new AppError('unavailable', { retryAfterMs: 2000 }, { cause: error });
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : error instanceof Error && 'statusCode' in error
        ? Number(error.statusCode)
        : 500;
  const code = codeByStatus[status];
  return code ? new AppError(code, {}, { cause: error }) : new AppError('internal', {}, { cause: error });
}

/** The body of an RFC 9457 problem document. */
export function problemDocument({ code, facts: known }: Failure, requestId: string) {
  const { http, title } = errorTable[code];
  const { fields, detail, ...facts } = known;
  return {
    ...facts,
    type: `https://vybekart.dev/problems/${code.replaceAll('_', '-')}`,
    title,
    status: http,
    code,
    instance: `/requests/${requestId}`,
    ...(detail ? { detail } : {}),
    ...(fields
      ? {
          errors: fields.map(({ path, ...rest }) => ({ pointer: pointerTo(path), ...rest })),
        }
      : {}),
  };
}

/** `price.amountMinor` as a JSON pointer in a fragment (RFC 6901). */
function pointerTo(path: string): string {
  return `#/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('.', '/')}`;
}

/** Methods that the protocol knows for a path; empty when the path is unknown. */
function allowedMethods(url: string): string[] {
  const path = url.split('?', 1)[0]?.split('/') ?? [];
  const matching = Object.values(routes).filter((route) => {
    const pattern = route.path.split('/');
    return (
      pattern.length === path.length && pattern.every((part, i) => part.startsWith(':') || part === path[i])
    );
  });
  return [...new Set(matching.map((route) => route.method))];
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    let error = toAppError(thrown);
    if (error.code === 'not_found' && thrown instanceof HttpException) {
      const allowed = allowedMethods(request.url);
      if (allowed.length > 0) {
        error = new AppError('method_not_allowed');
        reply.header('allow', allowed.join(', '));
      }
    }
    sendProblem(request, reply, error);
  }
}

/** Answers with a problem document; the log gets what went wrong, the caller what to do about it. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  logProblem(request.log, error);
  reply
    .status(errorTable[error.code].http)
    .headers(problemHeaders(error))
    .send(problemDocument(error, request.id));
}

export function logProblem(log: Pick<Log, 'error' | 'debug'>, error: AppError, facts: object = {}): void {
  const { code } = error;
  if (errorTable[code].http >= 500) {
    log.error({ ...facts, err: error.cause ?? error, code }, 'a request failed');
  } else {
    log.debug({ ...facts, code, facts: error.facts }, 'a request was refused');
  }
}

/** What goes with the document: how to sign in after 401, when to come again after `retryAfterMs`. */
export function problemHeaders({ code, facts }: AppError): Record<string, string> {
  return {
    'content-type': problemType,
    ...(errorTable[code].http === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
    ...(facts.retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(facts.retryAfterMs / 1000)) }),
  };
}
