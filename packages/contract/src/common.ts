import { z } from 'zod';
import { type ErrorCode, errorTable } from './errors.ts';

/** UUIDv7, lower case. */
export const Id = z.uuid().toLowerCase();
/** ISO-8601 UTC with milliseconds, `2026-01-31T09:30:00.000Z`. */
export const Timestamp = z.iso.datetime({ precision: 3 });

/** Currencies we can charge, with the number of decimals of their minor unit (docs.stripe.com/currencies). */
export const currencyExponent = { inr: 2, usd: 2, eur: 2, gbp: 2, jpy: 0, kwd: 3 } as const;
export const Currency = z.enum(['inr', 'usd', 'eur', 'gbp', 'jpy', 'kwd']);
export type Currency = z.infer<typeof Currency>;

/** The largest amount that Stripe accepts has eight digits (docs.stripe.com/currencies#minimum-and-maximum). */
export const maxAmountMinor = 99_999_999;
/** An amount of money in minor units: 129900 of `inr` is ₹1,299.00. */
export const Money = z
  .strictObject({ amountMinor: z.int().min(0).max(maxAmountMinor), currency: Currency })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof Money>;
export const Price = Money.refine((money) => money.amountMinor > 0, {
  error: 'must be more than zero',
  path: ['amountMinor'],
}).refine((money) => currencyExponent[money.currency] < 3 || money.amountMinor % 10 === 0, {
  // docs.stripe.com/currencies#three-decimal
  error: 'must end in 0: cards know two decimals of this currency',
  path: ['amountMinor'],
});

// C0, C1, half surrogate pairs (PostgreSQL's jsonb refuses them), bidirectional overrides and isolates (they can make text read as something else), line separators.
const forbiddenCharacters = /(?!\n)\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;
const stackedMarks = /\p{M}{9,}/u;
const invisibleOnly = /^[\s\p{Cf}\p{Z}]*$/u;

/** The number of characters as a reader counts them (UAX #29 grapheme clusters where the engine has them). */
export function graphemeCount(text: string): number {
  if (typeof Intl === 'undefined' || !('Segmenter' in Intl)) return [...text].length;
  let count = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) count += 1;
  return count;
}

/**
 * Text that a person typed: trimmed, NFC, `min`..`max` graphemes, without control or bidirectional characters
 * or towers of combining marks. Escaping is the business of whoever shows it.
 */
export function text(options: { min: number; max: number; multiline?: boolean }) {
  return z
    .string()
    .max(options.max * 16)
    .transform((value) => value.normalize('NFC').trim())
    .superRefine((value, context) => {
      const fail = (message: string) => context.addIssue({ code: 'custom', message });
      if (forbiddenCharacters.test(value) || (!options.multiline && value.includes('\n'))) {
        fail('holds characters that are not allowed');
      }
      if (stackedMarks.test(value)) fail('holds too many combining marks');
      if (options.min > 0 && invisibleOnly.test(value)) fail('is empty');
      const length = graphemeCount(value);
      if (length < options.min) fail(`must have at least ${options.min} characters`);
      if (length > options.max) fail(`must have at most ${options.max} characters`);
    });
}

/** `?limit=1..100&cursor=`; the cursor is opaque. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(200).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const ErrorCodeSchema = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);

/** RFC 9457 problem document; facts of the code (`available`, `streamId`, ...) stand beside the fixed fields. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: ErrorCodeSchema,
    detail: z.string().optional(),
    instance: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
    retryAfterMs: z.int().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
