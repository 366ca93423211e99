import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tablesSource } from '../../../scripts/generate-tables.ts';
import { createTestDatabase } from './support/database.ts';

test('the table types describe exactly the migrated database', async () => {
  await using database = await createTestDatabase();
  const committed = await readFile(new URL('../src/platform/tables.ts', import.meta.url), 'utf8');
  const withoutLayout = (source: string) => source.replaceAll(/\s+/g, ' ');
  expect(withoutLayout(committed)).toBe(withoutLayout(await tablesSource(database.url)));
});
