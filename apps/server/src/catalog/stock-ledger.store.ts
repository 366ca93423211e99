import type { StockMovement, StockMovementKind } from '@vybekart/contract';
import type { Executor } from '../platform/database.ts';

/** Reads the ledger that the stock store writes. */
export class StockLedgerStore {
  async isOwn(executor: Executor, variantId: string, shopId: string): Promise<boolean> {
    const row = await executor
      .selectFrom('variants')
      .innerJoin('products', 'products.id', 'variants.product_id')
      .select('variants.id')
      .where('variants.id', '=', variantId)
      .where('products.shop_id', '=', shopId)
      .where('products.deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Newest first; `before`: the last id of the page before. */
  async movements(
    executor: Executor,
    variantId: string,
    page: { before?: number | undefined; limit: number },
  ): Promise<StockMovement[]> {
    let query = executor
      .selectFrom('stock_movements as movement')
      .leftJoin('users as actor', 'actor.id', 'movement.actor_id')
      .select([
        'movement.id',
        'movement.kind',
        'movement.delta',
        'movement.on_hand_after',
        'movement.reason',
        'movement.order_id',
        'movement.actor_id',
        'movement.created_at',
        'actor.display_name as actor_name',
      ])
      .where('movement.variant_id', '=', variantId)
      .orderBy('movement.id', 'desc')
      .limit(page.limit);
    if (page.before !== undefined) query = query.where('movement.id', '<', page.before);
    const rows = await query.execute();
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind as StockMovementKind,
      delta: row.delta,
      onHandAfter: row.on_hand_after,
      reason: row.reason,
      orderId: row.order_id,
      by: row.actor_id ? { id: row.actor_id, displayName: row.actor_name ?? '' } : null,
      createdAt: row.created_at.toISOString(),
    }));
  }
}
