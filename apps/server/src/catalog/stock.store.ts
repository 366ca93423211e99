import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import type { VariantRow } from './product-view.ts';

/** The part of an order that concerns stock. */
export interface Quantity {
  variantId: string;
  quantity: number;
}

export interface VariantStock {
  variantId: string;
  productId: string;
  available: number;
}

interface OwnedVariant extends VariantRow {
  product_price_minor: number;
  currency: string;
}

/**
 * Stock and its ledger. Every change of `on_hand` has a movement of the same size in the same transaction, written
 * under the variant's lock. Whoever locks several variants locks them in the order of their ids, after the order's
 * own row.
 */
export class StockStore {
  async recordInitial(
    executor: Executor,
    actorId: string,
    variants: readonly { id: string; onHand: number }[],
  ): Promise<void> {
    const stocked = variants.filter((variant) => variant.onHand > 0);
    if (stocked.length === 0) return;
    await executor
      .insertInto('stock_movements')
      .values(
        stocked.map((variant) => ({
          variant_id: variant.id,
          delta: variant.onHand,
          on_hand_after: variant.onHand,
          kind: 'opening',
          actor_id: actorId,
        })),
      )
      .execute();
  }

  /** The variant locked for a change, or undefined when it is not this shop's. */
  async lockOwned(executor: Executor, variantId: string, shopId: string): Promise<OwnedVariant | undefined> {
    const { rows } = await sql<OwnedVariant>`
      select v.id, v.product_id, v.title, v.sku, v.price_minor, v.on_hand, v.reserved,
             p.price_minor as product_price_minor, p.currency
      from variants v join products p on p.id = v.product_id
      where v.id = ${variantId} and p.shop_id = ${shopId} and p.deleted_at is null
      for no key update of v`.execute(executor);
    return rows[0];
  }

  async adjust(
    executor: Executor,
    movement: { variantId: string; delta: number; reason: string; actorId: string; key?: string | null },
  ): Promise<void> {
    await sql`
      with changed as (
        update variants set on_hand = on_hand + ${movement.delta} where id = ${movement.variantId}
        returning id, on_hand)
      insert into stock_movements (variant_id, delta, on_hand_after, kind, reason, actor_id, idempotency_key)
      select id, ${movement.delta}::int, on_hand, 'adjustment', ${movement.reason}, ${movement.actorId}::uuid,
             ${movement.key ?? null}::text
      from changed`.execute(executor);
  }

  /** What was changed under a key; the variant must be locked. */
  async adjustment(
    executor: Executor,
    variantId: string,
    key: string,
  ): Promise<{ delta: number; reason: string } | undefined> {
    return executor
      .selectFrom('stock_movements')
      .select(['delta', 'reason'])
      .where('variant_id', '=', variantId)
      .where('idempotency_key', '=', key)
      .executeTakeFirst();
  }

  /** Turns the active holds of an order into a sale. The order's row must be locked. */
  async commitHolds(executor: Executor, orderId: string): Promise<Quantity[]> {
    const held = await this.#endHolds(executor, orderId, 'committed');
    await sql`
      with changed as (
        update variants v set on_hand = v.on_hand - item.quantity, reserved = v.reserved - item.quantity
        from order_items item where item.order_id = ${orderId} and item.variant_id = v.id
        returning v.id, v.on_hand, item.quantity, item.order_id)
      insert into stock_movements (variant_id, delta, on_hand_after, kind, order_id)
      select id, -quantity, on_hand, 'sale', order_id from changed
    `.execute(executor);
    return held;
  }

  /** Gives the active holds of an order back to the shelf. The order's row must be locked. */
  async releaseHolds(executor: Executor, orderId: string): Promise<Quantity[]> {
    const held = await this.#endHolds(executor, orderId, 'released');
    await sql`
      update variants v set reserved = v.reserved - item.quantity
      from order_items item where item.order_id = ${orderId} and item.variant_id = v.id`.execute(executor);
    return held;
  }

  /** Sells what an order asked for although its hold is gone: all of it, or false and nothing. */
  async sellWithoutHold(executor: Executor, orderId: string): Promise<boolean> {
    const { rows } = await sql<{ fits: boolean }>`
      with locked as materialized (
        select id, on_hand - reserved as available from variants
        where id in (select variant_id from order_items where order_id = ${orderId})
        order by id for no key update)
      select coalesce(bool_and(item.quantity <= locked.available), false) as fits
      from order_items item join locked on locked.id = item.variant_id
      where item.order_id = ${orderId} and item.reservation = 'released'`.execute(executor);
    if (!rows[0]?.fits) return false;
    await sql`
      with changed as (
        update variants v set on_hand = v.on_hand - item.quantity
        from order_items item where item.order_id = ${orderId} and item.variant_id = v.id
        returning v.id, v.on_hand, item.quantity, item.order_id)
      insert into stock_movements (variant_id, delta, on_hand_after, kind, order_id)
      select id, -quantity, on_hand, 'sale', order_id from changed
    `.execute(executor);
    return true;
  }

  /**
   * Puts every unit of a sold order back on the shelf: a `return` when its parcel was on its way or there, else a
   * `restock`. Throws on the second time for the same order.
   */
  async restock(executor: Executor, orderId: string): Promise<Quantity[]> {
    await this.#lock(executor, orderId);
    await sql`
      with changed as (
        update variants v set on_hand = v.on_hand + item.quantity
        from order_items item where item.order_id = ${orderId} and item.variant_id = v.id
        returning v.id, v.on_hand, item.quantity, item.order_id)
      insert into stock_movements (variant_id, delta, on_hand_after, kind, order_id)
      select changed.id, changed.quantity, changed.on_hand,
             case when o.fulfilment_status in ('shipped', 'delivered', 'returned') then 'return' else 'restock' end, o.id
      from changed join orders o on o.id = changed.order_id
    `.execute(executor);
    return this.ofOrder(executor, orderId);
  }

  /** What an order asked for, whatever became of its hold. */
  ofOrder(executor: Executor, orderId: string): Promise<Quantity[]> {
    return executor
      .selectFrom('order_items')
      .select(['variant_id as variantId', 'quantity'])
      .where('order_id', '=', orderId)
      .execute();
  }

  async isRestocked(executor: Executor, orderId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('stock_movements')
      .select('id')
      .where('order_id', '=', orderId)
      .where('kind', 'in', ['restock', 'return'])
      .executeTakeFirst();
    return row !== undefined;
  }

  /** What can be bought now; unknown variants are left out. */
  async ofVariants(executor: Executor, variantIds: readonly string[]): Promise<VariantStock[]> {
    if (variantIds.length === 0) return [];
    return executor
      .selectFrom('variants')
      .select(['id as variantId', 'product_id as productId'])
      .select(sql<number>`on_hand - reserved`.as('available'))
      .where('id', 'in', [...variantIds])
      .execute();
  }

  async #endHolds(executor: Executor, orderId: string, reservation: 'committed' | 'released') {
    await this.#lock(executor, orderId);
    const held = await executor
      .updateTable('order_items')
      .set({ reservation })
      .where('order_id', '=', orderId)
      .where('reservation', '=', 'active')
      .returning(['variant_id as variantId', 'quantity'])
      .execute();
    // All of an order's holds end together; anything else must undo the whole transaction.
    if (held.length === 0) throw new Error(`order ${orderId} has no active hold to end as ${reservation}`);
    return held;
  }

  async #lock(executor: Executor, orderId: string): Promise<void> {
    await sql`
      select from variants where id in (select variant_id from order_items where order_id = ${orderId})
      order by id for no key update`.execute(executor);
  }
}
