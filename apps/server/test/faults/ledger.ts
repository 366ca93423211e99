import type { StripeEmulator } from '@vybekart/emulators';
import type pg from 'pg';
import { expect } from 'vitest';
import { brokenInvariants, type RowSource } from '../commerce/invariants.ts';
import { stripeContradictions } from '../commerce/stripe-books.ts';
import { eventually } from '../support/eventually.ts';

/**
 * Everything that must hold of stock, holds, orders and money, and that the server finishes whatever a fault has cut
 * off, asked of a database directly; `stripe`: whose books say the same as ours.
 */
export async function expectLedgerAtRest(database: pg.Pool, stripe?: StripeEmulator): Promise<void> {
  const source: RowSource = { rows: async (query, values) => (await database.query(query, values)).rows };
  expect(await brokenInvariants(source)).toEqual([]);
  const broken = async () => [
    ...(await brokenInvariants(source, 'at rest')),
    ...(stripe ? await stripeContradictions(source, stripe) : []),
  ];
  await eventually('everything to be finished', async () => (await broken()).length === 0, 60_000).catch(
    async () => expect(await broken()).toEqual([]),
  );
}
