import {
  type CreateProduct,
  Id,
  type PageQuery,
  type Pin,
  type Product,
  type StockAdjustment,
  type StockMovement,
  type UpdateProduct,
  type Variant,
} from '@vybekart/contract';
import type { UploadsService } from '../accounts/uploads.service.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Events } from '../platform/events.ts';
import { newId } from '../platform/ids.ts';
import type { CatalogStore, NewVariant } from './catalog.store.ts';
import { type ProductRow, toPin, toProduct, toVariant } from './product-view.ts';
import type { StockStore, VariantStock } from './stock.store.ts';
import type { StockLedgerStore } from './stock-ledger.store.ts';

type SellerCaller = Caller & { shopId: string };
const maxOnHand = 1_000_000;

/** What a shop sells and how much of it is there. */
export class CatalogService {
  constructor(
    private readonly database: Database,
    private readonly store: CatalogStore,
    private readonly stock: StockStore,
    private readonly ledger: StockLedgerStore,
    private readonly uploads: UploadsService,
    private readonly events: Events,
  ) {}

  async create(seller: SellerCaller, input: CreateProduct): Promise<Product> {
    await this.uploads.requireOwned(seller.userId, input.imageIds, 'imageIds');
    const id = newId();
    const variants = newVariants(input);
    await this.database.transaction(async (trx) => {
      await this.store.insert(trx, {
        id,
        shopId: seller.shopId,
        title: input.title,
        description: input.description ?? '',
        imageIds: input.imageIds,
        priceMinor: input.price.amountMinor,
        currency: input.price.currency,
        variants,
      });
      await this.stock.recordInitial(trx, seller.userId, variants);
    });
    return this.get(id, seller);
  }

  async list(
    query: { shop?: string | undefined; cursor?: string | undefined; limit: number },
    viewer: Caller | null,
  ): Promise<{ items: Product[]; nextCursor: string | null }> {
    const rows = await this.store.list(this.database.db, {
      shopHandle: query.shop?.toLowerCase(),
      before: cursorId(query.cursor),
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const items = await this.#withVariants(shown, viewer?.shopId ?? null);
    return { items, nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null };
  }

  async get(id: string, viewer: Caller | null): Promise<Product> {
    const [product] = await this.productsByIds([id], viewer?.shopId ?? null);
    if (!product) throw new AppError('not_found');
    return product;
  }

  /**
   * The version that the seller has seen comes in the body (`conflict` when it is stale) or as If-Match
   * (`precondition_failed`); without either the last change wins.
   */
  async update(
    seller: SellerCaller,
    id: string,
    input: UpdateProduct,
    ifMatch: string | undefined,
  ): Promise<Product> {
    const present = await this.#own(seller, id);
    const matched = matchedVersion(ifMatch);
    if (matched !== undefined && matched !== present.version) {
      throw new AppError('precondition_failed', { version: present.version });
    }
    if (input.price && input.price.currency !== present.price.currency) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'price.currency', code: 'fixed', detail: 'cannot change once the product exists' }],
      });
    }
    if (input.imageIds) await this.uploads.requireOwned(seller.userId, input.imageIds, 'imageIds');
    const isUpdated = await this.store.update(
      this.database.db,
      { id, shopId: seller.shopId, version: input.version ?? matched },
      {
        title: input.title,
        description: input.description,
        imageIds: input.imageIds,
        priceMinor: input.price?.amountMinor,
      },
    );
    if (!isUpdated) {
      const { version } = await this.#own(seller, id);
      throw new AppError(matched === undefined ? 'conflict' : 'precondition_failed', { version });
    }
    return this.get(id, seller);
  }

  async delete(seller: SellerCaller, id: string): Promise<void> {
    const isDeleted = await this.store.delete(this.database.db, { id, shopId: seller.shopId });
    if (!isDeleted) throw new AppError('not_found');
  }

  async adjustStock(
    seller: SellerCaller,
    variantId: string,
    input: StockAdjustment,
    key: string | null,
  ): Promise<Variant> {
    return this.database.transaction(async (trx) => {
      const variant = await this.stock.lockOwned(trx, variantId, seller.shopId);
      if (!variant) throw new AppError('not_found');
      const price = { price_minor: variant.product_price_minor, currency: variant.currency };
      const earlier = key === null ? undefined : await this.stock.adjustment(trx, variantId, key);
      if (earlier) {
        const isSame = earlier.delta === input.delta && earlier.reason === input.reason;
        if (!isSame) throw new AppError('idempotency_key_reused');
        return toVariant(variant, price, true);
      }
      const onHand = variant.on_hand + input.delta;
      if (onHand < variant.reserved) {
        throw new AppError('stock_reserved', { reserved: variant.reserved, onHand: variant.on_hand });
      }
      if (onHand > maxOnHand) {
        throw new AppError('validation_failed', {
          fields: [{ path: 'delta', code: 'too_big', detail: `would make more than ${maxOnHand} units` }],
        });
      }
      await this.stock.adjust(trx, { variantId, actorId: seller.userId, key, ...input });
      await this.events.publish(trx, 'stock.changed', { variantIds: [variantId] });
      return toVariant({ ...variant, on_hand: onHand }, price, true);
    });
  }

  /** Every change of a variant's stock, the newest first. */
  async stockMovements(
    seller: SellerCaller,
    variantId: string,
    query: PageQuery,
  ): Promise<{ items: StockMovement[]; nextCursor: string | null }> {
    const { db } = this.database;
    const page = { before: cursorNumber(query.cursor), limit: query.limit + 1 };
    if (!(await this.ledger.isOwn(db, variantId, seller.shopId))) throw new AppError('not_found');
    const rows = await this.ledger.movements(db, variantId, page);
    const items = rows.slice(0, query.limit);
    return { items, nextCursor: rows.length > query.limit ? String(items.at(-1)?.id) : null };
  }

  /** Products that exist, in the order asked for; deleted ones are left out. */
  async productsByIds(ids: readonly string[], viewerShopId: string | null = null): Promise<Product[]> {
    const rows = await this.store.byIds(this.database.db, ids);
    const products = await this.#withVariants(rows, viewerShopId);
    const byId = new Map(products.map((product) => [product.id, product]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** What a show of this shop may put on screen. Throws `not_found` for what is another shop's or deleted. */
  async pinnable(productId: string, shopId: string): Promise<Pin> {
    const [product] = await this.productsByIds([productId]);
    if (product?.shop.id !== shopId) throw new AppError('not_found');
    return toPin(product);
  }

  /** What can be bought of each variant of a product now; empty for an unknown or deleted one. */
  async availability(productId: string): Promise<VariantStock[]> {
    const [product] = await this.productsByIds([productId]);
    return (product?.variants ?? []).map(({ id, available }) => ({ variantId: id, productId, available }));
  }

  /** What can be bought now of the variants that a `stock.changed` event names. */
  stockOf(variantIds: readonly string[]): Promise<VariantStock[]> {
    return this.stock.ofVariants(this.database.db, variantIds);
  }

  async #own(seller: SellerCaller, id: string): Promise<Product> {
    const product = await this.get(id, seller);
    if (product.shop.id !== seller.shopId) throw new AppError('not_found');
    return product;
  }

  async #withVariants(rows: readonly ProductRow[], viewerShopId: string | null): Promise<Product[]> {
    const executor: Executor = this.database.db;
    const ids = rows.map((row) => row.id);
    const variants = Map.groupBy(await this.store.variantsOf(executor, ids), (row) => row.product_id);
    return rows.map((row) => toProduct(row, variants.get(row.id) ?? [], viewerShopId));
  }
}

/** `"3"` is version 3 (RFC 9110 section 13.1.1). Undefined for no condition; what is no version of ours is never met. */
function matchedVersion(ifMatch: string | undefined): number | undefined {
  const tag = ifMatch?.trim();
  if (tag === undefined || tag === '*') return undefined;
  return Number(/^"([0-9]{1,9})"$/.exec(tag)?.[1] ?? -1);
}

function newVariants(input: CreateProduct): NewVariant[] {
  const variants = input.variants ?? [{ title: 'Standard', stock: input.stock ?? 0 }];
  return variants.map((variant) => ({
    id: newId(),
    title: variant.title,
    sku: ('sku' in variant ? variant.sku : undefined) ?? null,
    priceMinor: ('price' in variant ? variant.price?.amountMinor : undefined) ?? null,
    onHand: variant.stock,
  }));
}

/** The id that a page ended with. Throws `validation_failed` for anything else. */
export function cursorId(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Id.safeParse(cursor);
  if (id.success) return id.data;
  throw noCursor();
}

function cursorNumber(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(cursor)) return Number(cursor);
  throw noCursor();
}

function noCursor(): AppError {
  return new AppError('validation_failed', {
    fields: [{ path: 'cursor', code: 'format', detail: 'is no cursor of this list' }],
  });
}
