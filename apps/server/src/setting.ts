import { z } from 'zod';

/** One environment variable: how it is read, what it means, and what stands in its place when it is unset. */
export interface Setting<T> {
  schema: z.ZodType<T>;
  accepts: string;
  meaning: string;
  whenUnset: string;
}

export const setting = <T>(
  schema: z.ZodType<T>,
  accepts: string,
  meaning: string,
  whenUnset: string,
): Setting<T> => ({
  schema,
  accepts,
  meaning,
  whenUnset,
});

export const port = z.coerce.number().int().min(0).max(65535);
export const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));
