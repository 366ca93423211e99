import { type ErrorCode, errorTable, isErrorCode, type Problem, type SocketError } from '@vybekart/contract';

/** A code of the contract's table, or what keeps a request from being answered at all. */
export type FailureCode = ErrorCode | 'network' | 'timeout';

/** Why something was refused, ready to show; `retryAfterMs` for a countdown. */
export interface Failure {
  code: FailureCode;
  message: string;
  retryAfterMs: number | null;
}

interface Facts {
  code: FailureCode;
  message?: string;
  status?: number | null;
  problem?: Problem | null;
  retryAfterMs?: number | null;
}

const withoutAnswer: Record<'network' | 'timeout', string> = {
  network: 'The server cannot be reached.',
  timeout: 'The server did not answer in time.',
};

/**
 * A request that failed, by REST or by socket.
 * `status` is null when no HTTP answer came; `problem` is the RFC 9457 document of a REST answer, with the facts
 * of the code beside the fixed fields (`problem.available` of `out_of_stock`).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: FailureCode;
  readonly status: number | null;
  readonly problem: Problem | null;
  readonly retryAfterMs: number | null;

  constructor(facts: Facts) {
    super(facts.message ?? titleOf(facts.code));
    this.code = facts.code;
    this.status = facts.status ?? null;
    this.problem = facts.problem ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** From the `error` of a negative acknowledgement; one that names no code of ours counts as `internal`. */
  static fromSocket(error: SocketError | undefined): ApiError {
    const code = isErrorCode(error?.code) ? error.code : 'internal';
    return new ApiError({
      code,
      message: error?.message,
      status: errorTable[code].http,
      retryAfterMs: error?.retryAfterMs,
    });
  }

  /** The plain facts, for a view. */
  toFailure(): Failure {
    return { code: this.code, message: this.message, retryAfterMs: this.retryAfterMs };
  }

  /** Whatever was thrown, as an ApiError: anything unknown counts as `network`. */
  static from(error: unknown): ApiError {
    return error instanceof ApiError ? error : new ApiError({ code: 'network' });
  }
}

function titleOf(code: FailureCode): string {
  return code === 'network' || code === 'timeout' ? withoutAnswer[code] : errorTable[code].title;
}
