import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import type { ProductRow, VariantRow } from './product-view.ts';

export interface NewVariant {
  id: string;
  title: string;
  sku: string | null;
  priceMinor: number | null;
  onHand: number;
}

export interface NewProduct {
  id: string;
  shopId: string;
  title: string;
  description: string;
  imageIds: readonly string[];
  priceMinor: number;
  currency: string;
  variants: readonly NewVariant[];
}

export interface ProductChanges {
  title?: string | undefined;
  description?: string | undefined;
  imageIds?: readonly string[] | undefined;
  priceMinor?: number | undefined;
}

/** Products and their variants; deleted products are invisible here. */
export class CatalogStore {
  async insert(executor: Executor, product: NewProduct): Promise<void> {
    await executor
      .insertInto('products')
      .values({
        id: product.id,
        shop_id: product.shopId,
        title: product.title,
        description: product.description,
        image_ids: [...product.imageIds],
        price_minor: product.priceMinor,
        currency: product.currency,
      })
      .execute();
    await executor
      .insertInto('variants')
      .values(
        product.variants.map((variant, position) => ({
          id: variant.id,
          product_id: product.id,
          position,
          title: variant.title,
          sku: variant.sku,
          price_minor: variant.priceMinor,
          on_hand: variant.onHand,
        })),
      )
      .execute();
  }

  byIds(executor: Executor, ids: readonly string[]): Promise<ProductRow[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.#select(executor)
      .where('products.id', 'in', [...ids])
      .execute();
  }

  /** Newest first; `before`: the last id of the page before. */
  list(
    executor: Executor,
    page: { shopHandle?: string | undefined; before?: string | undefined; limit: number },
  ): Promise<ProductRow[]> {
    let query = this.#select(executor).orderBy('products.id', 'desc').limit(page.limit);
    if (page.shopHandle !== undefined) query = query.where('shops.handle', '=', page.shopHandle);
    if (page.before !== undefined) query = query.where('products.id', '<', page.before);
    return query.execute();
  }

  variantsOf(executor: Executor, productIds: readonly string[]): Promise<VariantRow[]> {
    if (productIds.length === 0) return Promise.resolve([]);
    return executor
      .selectFrom('variants')
      .select(['id', 'product_id', 'title', 'sku', 'price_minor', 'on_hand', 'reserved'])
      .where('product_id', 'in', [...productIds])
      .orderBy('product_id')
      .orderBy('position')
      .execute();
  }

  /** False when the product is not this shop's, is deleted, or has another version than `version`. */
  async update(
    executor: Executor,
    product: { id: string; shopId: string; version?: number | undefined },
    changes: ProductChanges,
  ): Promise<boolean> {
    let query = executor
      .updateTable('products')
      .set({
        version: sql`version + 1`,
        ...(changes.title === undefined ? {} : { title: changes.title }),
        ...(changes.description === undefined ? {} : { description: changes.description }),
        ...(changes.imageIds === undefined ? {} : { image_ids: [...changes.imageIds] }),
        ...(changes.priceMinor === undefined ? {} : { price_minor: changes.priceMinor }),
      })
      .where('id', '=', product.id)
      .where('shop_id', '=', product.shopId)
      .where('deleted_at', 'is', null);
    if (product.version !== undefined) query = query.where('version', '=', product.version);
    const { numUpdatedRows } = await query.executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async delete(executor: Executor, product: { id: string; shopId: string }): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('products')
      .set({ deleted_at: sql`now()`, version: sql`version + 1` })
      .where('id', '=', product.id)
      .where('shop_id', '=', product.shopId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  #select(executor: Executor) {
    return executor
      .selectFrom('products')
      .innerJoin('shops', 'shops.id', 'products.shop_id')
      .select([
        'products.id',
        'products.shop_id',
        'shops.handle as shop_handle',
        'shops.name as shop_name',
        'products.title',
        'products.description',
        'products.image_ids',
        'products.price_minor',
        'products.currency',
        'products.version',
        'products.created_at',
      ])
      .where('products.deleted_at', 'is', null);
  }
}
