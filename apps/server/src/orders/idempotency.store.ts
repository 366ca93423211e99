import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import { fingerprint, type KeyedRequest, lockSeconds } from './keyed-request.ts';
import { placeOrderRoute } from './placement.store.ts';

/** An order in one of these may still change. */
const openStatuses = sql`('pending', 'processing', 'confirmed', 'closing', 'refund_pending')`;

/**
 * Idempotency keys with the answers that were given under them (draft-ietf-httpapi-idempotency-key-header-07). The
 * answer with a placed order is kept for the order, which has the key.
 */
export class IdempotencyStore {
  /** What was asked under the key, and the answer; nulls while there is none yet. */
  async find(executor: Executor, { actorId, route, key }: KeyedRequest) {
    const { rows } = await sql<{ fingerprint: Buffer; status_code: number | null; body: string | null }>`
      select fingerprint, status_code, body from idempotency_keys
      where actor_id = ${actorId} and route = ${route} and key = ${key}
      union all
      select placed.fingerprint, 201, answer.body
      from orders placed join order_answers answer on answer.order_id = placed.id
      where placed.buyer_id = ${actorId} and placed.idempotency_key = ${key} and ${route} = ${placeOrderRoute}
      limit 1`.execute(executor);
    return rows[0];
  }

  /** False when the key was used before. */
  async claim(executor: Executor, request: KeyedRequest): Promise<boolean> {
    const { actorId, route, key, orderId, asked } = request;
    const { numInsertedOrUpdatedRows } = await executor
      .insertInto('idempotency_keys')
      .values({
        actor_id: actorId,
        route,
        key,
        order_id: orderId,
        fingerprint: fingerprint(asked),
        locked_until: lockEnd,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** True for one caller, once whoever claimed the key has gone without an answer; `isLeft`: who is known to be gone. */
  async takeOver(executor: Executor, request: KeyedRequest, isLeft: boolean): Promise<boolean> {
    const { numUpdatedRows } = await this.#unanswered(executor, request, { locked_until: lockEnd })
      .$if(!isLeft, (query) => query.where('locked_until', '<=', sql<Date>`now()`))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Lets the same key be tried again at once. */
  async unlock(executor: Executor, request: KeyedRequest): Promise<void> {
    await this.#unanswered(executor, request, { locked_until: sql<Date>`now()` }).execute();
  }

  async finish(
    executor: Executor,
    request: KeyedRequest,
    answer: { status: number; body: string },
  ): Promise<void> {
    const values = { status_code: answer.status, body: answer.body, locked_until: null };
    await this.#unanswered(executor, request, values).execute();
  }

  /** Forgets keys a day after their use, but not while their order may still change. */
  async purge(executor: Executor): Promise<void> {
    await sql`
      delete from idempotency_keys where (actor_id, route, key) in (
        select old.actor_id, old.route, old.key from idempotency_keys old
        where old.created_at < now() - interval '24 hours'
          and not exists (
            select from orders where orders.id = old.order_id and orders.status in ${openStatuses})
          and not exists (
            select from orders where orders.buyer_id = old.actor_id and orders.idempotency_key = old.key
              and orders.status in ${openStatuses})
        limit 5000)`.execute(executor);
    await sql`
      delete from order_answers where order_id in (
        select old.order_id from order_answers old join orders on orders.id = old.order_id
        where old.created_at < now() - interval '24 hours' and orders.status not in ${openStatuses}
        limit 5000)`.execute(executor);
  }

  #unanswered(
    executor: Executor,
    request: KeyedRequest,
    values: {
      locked_until: Date | ReturnType<typeof sql<Date>> | null;
      status_code?: number;
      body?: string;
    },
  ) {
    return executor
      .updateTable('idempotency_keys')
      .set(values)
      .where('actor_id', '=', request.actorId)
      .where('route', '=', request.route)
      .where('key', '=', request.key)
      .where('status_code', 'is', null);
  }
}

const lockEnd = sql<Date>`now() + make_interval(secs => ${lockSeconds})`;
