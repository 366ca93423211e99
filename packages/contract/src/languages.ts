import { z } from 'zod';

/** What screens, receipts and pushes are written in. */
export const Language = z.enum(['en', 'hi']);
export type Language = z.infer<typeof Language>;

/** How each language writes numbers and dates (BCP 47): as in India. */
export const locales: Record<Language, string> = { en: 'en-IN', hi: 'hi-IN' };
