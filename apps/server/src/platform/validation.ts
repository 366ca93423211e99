import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, type FieldError } from './app-error.ts';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
}

/** The fields of a failed parse, as problem documents and acknowledgements name them. */
function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, 20).map((issue) => ({
    path: (issue.path ?? [])
      .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
      .join('.'),
    code: issue.code ?? 'custom',
    detail: issue.message,
  }));
}

/** Parses outside input; throws `validation_failed` with the fields. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (!result.success) throw new AppError('validation_failed', { fields: fieldErrors(result.error.issues) });
  return result.data;
}

/** Checks every `@Body({ schema })`, `@Query({ schema })` and `@Param(name, { schema })`. */
export const validationPipe = () =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => new AppError('validation_failed', { fields: fieldErrors(issues) }),
  });
