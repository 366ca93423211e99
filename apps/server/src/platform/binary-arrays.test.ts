import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { byteaArray, int4Array, textArray, uuidArray } from './binary-arrays.ts';
import { Database } from './database.ts';

test('PostgreSQL reads the arrays that were written: empty ones, nulls and any text', async () => {
  await using test = await createTestDatabase();
  await using database = new Database(test.url, { warn: () => {} });
  const uuids = ['0190a5c2-7d0e-7c4b-8f3a-0123456789ab', null, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  const numbers = [0, -1, 2_147_483_647];
  const texts = ['', null, '{"a":"\\\\"}', 'नमस्ते 🛍️', 'NULL'];
  const bytes = [Buffer.alloc(0), Buffer.from([0, 255, 92])];
  const { rows } = await database.batches.query(
    `select $1::uuid[]::text[] as uuids, $2::int[] as numbers, $3::text[] as texts, $4::bytea[] as bytes,
            cardinality($5::uuid[]) as none`,
    [uuidArray(uuids), int4Array(numbers), textArray(texts), byteaArray(bytes), uuidArray([])],
  );
  expect(rows).toEqual([{ uuids, numbers, texts, bytes, none: 0 }]);
});

test('what is no UUID is refused here', () => {
  expect(() => uuidArray(['0190a5c2-7d0e-7c4b-8f3a-01234567'])).toThrow(RangeError);
});
