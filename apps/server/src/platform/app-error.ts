import { type ErrorCode, errorTable } from '@vybekart/contract';

/** One field that a person can mend: `path` names it (`items.0.quantity`), `code` is the rule that failed. */
export interface FieldError {
  path: string;
  code: string;
  detail: string;
}

export interface ErrorFacts {
  /** What went wrong this time, in one sentence that may be shown. */
  detail?: string;
  retryAfterMs?: number;
  fields?: FieldError[];
  [fact: string]: unknown;
}

/** What an answer says of a failure: a code of the contract's closed table with the facts that belong to it. */
export interface Failure {
  readonly code: ErrorCode;
  /** Shown to the caller: no secrets. */
  readonly facts: ErrorFacts;
}

/**
 * Every expected failure: a code of the contract's closed table and the facts that belong to it
 * (`new AppError('out_of_stock', { variantId, available: 0 })`). Facts are shown to the caller: no secrets.
 */
export class AppError extends Error implements Failure {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    readonly facts: ErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${facts.detail ?? errorTable[code].title}`, options);
  }
}
