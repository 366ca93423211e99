import pg from 'pg';
import { expect, test } from 'vitest';
import { SystemClock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentRequests } from './idempotent-requests.ts';

test('work that the database cut off is nobody’s here until its lock ends, and then anybody’s', async () => {
  let passedMs = 0;
  const clock = new (class extends SystemClock {
    override monotonicMs = () => passedMs;
  })();
  await using database = new Database('postgres://nobody@127.0.0.1:1/none', { warn: () => {} });
  const requests = new IdempotentRequests(database, new IdempotencyStore(), clock, { hasOtherNodes: true });
  const request = { actorId: 'a', route: 'cancelOrder', key: 'key-00000001', orderId: null, asked: [] };
  const down = new pg.DatabaseError('the database system is shutting down', 0, 'error');
  down.code = '57P03';

  await expect(requests.alone(request, () => Promise.reject(down))).rejects.toBe(down);
  expect(requests.wasLeft(request)).toBe(true);
  passedMs = 29_999;
  expect(requests.wasLeft(request)).toBe(true);
  passedMs = 30_000;
  expect(requests.wasLeft(request)).toBe(false);
});
