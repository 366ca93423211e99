import type { Executor } from '../platform/database.ts';

export interface PinRow {
  product_id: string;
  variant_id: string | null;
}

/** The products on screen, the newest first. Call within the room's lock. */
export class PinsStore {
  list(executor: Executor, streamId: string): Promise<PinRow[]> {
    return executor
      .selectFrom('pins')
      .select(['product_id', 'variant_id'])
      .where('stream_id', '=', streamId)
      .orderBy('seq', 'desc')
      .execute();
  }

  /** Puts a product in front; those beyond `limit` fall off. */
  async put(
    executor: Executor,
    pin: { streamId: string; productId: string; variantId: string | null; seq: number },
    limit: number,
  ): Promise<void> {
    const { streamId, seq } = pin;
    await executor
      .insertInto('pins')
      .values({ stream_id: streamId, product_id: pin.productId, variant_id: pin.variantId, seq })
      .onConflict((conflict) =>
        conflict.columns(['stream_id', 'product_id']).doUpdateSet({ variant_id: pin.variantId, seq }),
      )
      .execute();
    const kept = (await this.list(executor, streamId)).slice(0, limit).map((row) => row.product_id);
    await executor
      .deleteFrom('pins')
      .where('stream_id', '=', streamId)
      .where('product_id', 'not in', kept)
      .execute();
  }

  /** False when the product was not pinned. */
  async remove(executor: Executor, streamId: string, productId: string): Promise<boolean> {
    const result = await executor
      .deleteFrom('pins')
      .where('stream_id', '=', streamId)
      .where('product_id', '=', productId)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }
}
