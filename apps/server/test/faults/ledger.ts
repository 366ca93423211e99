import type pg from 'pg';
import { expect } from 'vitest';
import { brokenInvariants } from '../commerce/invariants.ts';

type RowSource = Parameters<typeof brokenInvariants>[0];

/** Everything that must hold of stock, holds, orders and money, asked of a database directly. */
export async function expectSoundLedger(database: pg.Pool): Promise<void> {
  const rows = async <Row extends object>(query: string, values: unknown[] = []) =>
    (await database.query<Row>(query, values)).rows;
  // The rules only ask for rows.
  const source: Pick<RowSource, 'rows'> = { rows };
  expect(await brokenInvariants(source as RowSource)).toEqual([]);
}
