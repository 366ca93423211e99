import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, type FieldError } from './app-error.ts';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  /** Of fields that the schema does not know. */
  readonly keys?: readonly string[] | undefined;
}

const maxFields = 20;
const maxPathLength = 100;

/** The fields of a failed parse, as problem documents and acknowledgements name them. */
function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap(fieldsOf).slice(0, maxFields);
}

/** An object with fields that nobody knows is one issue: each of them is named. */
function fieldsOf({ path = [], code = 'custom', message, keys = [''] }: Issue): FieldError[] {
  const parent = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.slice(0, maxFields).map((key) => ({
    path: [...parent, key].filter(Boolean).join('.').slice(0, maxPathLength),
    code,
    detail: code === 'unrecognized_keys' ? 'is no field here' : message,
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
