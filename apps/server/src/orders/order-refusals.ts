import { maxAmountMinor } from '@vybekart/contract';
import { sql } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { OrderOptions } from './order-options.ts';
import { hasUnpaidOrders, type PlacementRequest } from './placement.store.ts';

interface Offer {
  id: string;
  price_minor: number;
  currency: string;
  shop_id: string;
  owner_id: string;
}

/** Says why a request could not be placed; of one that is paid in advance it is asked only after it was not. */
export class OrderRefusals {
  constructor(
    private readonly database: Database,
    private readonly options: OrderOptions,
  ) {}

  /** Null when there is nothing wrong with it any more, so that it may be placed again. */
  async explain(request: PlacementRequest): Promise<AppError | null> {
    const offers = await this.#offers(request.lines.map((line) => line.variantId));
    const shopIds = new Set<string>();
    const currencies = new Set<string>();
    let totalMinor = 0;
    for (const { variantId, quantity } of request.lines) {
      const offer = offers.get(variantId);
      if (!offer) return new AppError('not_found', { variantId });
      if (offer.owner_id === request.buyerId) return new AppError('own_product', { variantId });
      shopIds.add(offer.shop_id);
      currencies.add(offer.currency);
      totalMinor += offer.price_minor * quantity;
    }
    if (shopIds.size > 1 || currencies.size > 1) return oneSellerOnly();
    const problem = await this.#streamProblem(request, [...shopIds][0]);
    if (problem) return problem;
    for (const { variantId, expectedUnitPriceMinor } of request.lines) {
      const currentUnitPriceMinor = offers.get(variantId)?.price_minor;
      if (currentUnitPriceMinor !== expectedUnitPriceMinor) {
        return new AppError('price_changed', { variantId, currentUnitPriceMinor });
      }
    }
    if (totalMinor > maxAmountMinor) return new AppError('limit_reached', { maxTotalMinor: maxAmountMinor });
    return this.#limitProblem(request.buyerId);
  }

  /** What speaks against paying at the door; to be asked before placing. */
  async explainCash(request: PlacementRequest): Promise<AppError | null> {
    const { maxConfirmedOrders } = this.options;
    const { rows } = await sql<{ isOffered: boolean; confirmed: number }>`
      select coalesce((
               select bool_and(shops.cash_on_delivery) from variants
               join products on products.id = variants.product_id
               join shops on shops.id = products.shop_id
               where variants.id = any(${request.lines.map((line) => line.variantId)}::uuid[])
             ), true) as "isOffered",
             (select count(*) from orders where buyer_id = ${request.buyerId} and status = 'confirmed') as confirmed
      `.execute(this.database.db);
    if (rows[0]?.isOffered === false) {
      return new AppError('validation_failed', {
        fields: [{ path: 'paymentMethod', code: 'not_offered', detail: 'this shop is paid online' }],
      });
    }
    return (rows[0]?.confirmed ?? 0) < maxConfirmedOrders ? null : tooManyPromised(maxConfirmedOrders);
  }

  async #offers(variantIds: readonly string[]): Promise<Map<string, Offer>> {
    const rows = await this.database.db
      .selectFrom('variants')
      .innerJoin('products', 'products.id', 'variants.product_id')
      .innerJoin('shops', 'shops.id', 'products.shop_id')
      .select(({ fn }) => [
        'variants.id',
        fn.coalesce('variants.price_minor', 'products.price_minor').as('price_minor'),
        'products.currency',
        'products.shop_id',
        'shops.owner_id',
      ])
      .where('variants.id', 'in', [...variantIds])
      .where('products.deleted_at', 'is', null)
      .execute();
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** The product must be of the show's shop, and the show on air and open to the buyer. */
  async #streamProblem(
    { streamId, buyerId }: PlacementRequest,
    shopId: string | undefined,
  ): Promise<AppError | null> {
    if (streamId === null) return null;
    const stream = await this.database.db
      .selectFrom('streams')
      .leftJoin('stream_guests', (join) =>
        join.onRef('stream_guests.stream_id', '=', 'streams.id').on('stream_guests.user_id', '=', buyerId),
      )
      .select(['shop_id', 'status', 'visibility', 'stream_guests.user_id as guest_id'])
      .where('id', '=', streamId)
      .executeTakeFirst();
    if (!stream || stream.shop_id !== shopId) return new AppError('not_found', { streamId });
    if (stream.visibility === 'private' && stream.guest_id === null) return new AppError('stream_private');
    const isLive = stream.status === 'live' || stream.status === 'interrupted';
    return isLive ? null : new AppError('stream_not_live', { streamId, streamStatus: stream.status });
  }

  async #limitProblem(buyerId: string): Promise<AppError | null> {
    const { maxUnpaidOrders } = this.options;
    const query = `select ${hasUnpaidOrders('$1', '$2')} as "isFull"`;
    const { rows } = await this.database.pool.query<{ isFull: boolean }>(query, [
      buyerId,
      maxUnpaidOrders - 1,
    ]);
    return rows[0]?.isFull
      ? new AppError('limit_reached', { maxUnpaidOrders, detail: 'Pay or cancel an open order first.' })
      : null;
  }
}

export const tooManyPromised = (maxConfirmedOrders: number) =>
  new AppError('limit_reached', { maxConfirmedOrders, detail: 'Too many parcels are still to be paid.' });

function oneSellerOnly(): AppError {
  return new AppError('validation_failed', {
    fields: [{ path: 'items', code: 'one_seller', detail: 'must be from one shop and in one currency' }],
  });
}
