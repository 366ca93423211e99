import type { QueryResult } from 'pg';
import { stockReservation } from '../catalog/stock-reservation.ts';
import type { Database } from '../platform/database.ts';

/** `lines`: each variant once. `fingerprint`: of the whole request, kept beside its key. */
export interface PlacementRequest {
  orderId: string;
  buyerId: string;
  streamId: string | null;
  key: string;
  fingerprint: Buffer;
  address: object | null;
  lines: readonly { variantId: string; quantity: number; expectedUnitPriceMinor: number }[];
}

/** One line of a request after the statement; the offer is null when there is no such live variant. */
export interface PlacedLine {
  /** Of the request, from 1. */
  ordinal: number;
  isGranted: boolean;
  isEligible: boolean;
  isKnown: boolean;
  variantId: string;
  quantity: number;
  available: number | null;
  title: string;
  variantTitle: string;
  imageId: string | null;
  productId: string;
  unitPriceMinor: number;
  currency: string;
  shopId: string;
  shopHandle: string;
  shopName: string;
  createdAtMs: number;
}

/** An order with its payment, and the answer that tells its buyer. */
export interface PaidFor {
  orderId: string;
  provider: string;
  paymentIntentId: string;
  body: string;
}

/** The answer to a request that placed nothing. */
export interface Refusal {
  buyerId: string;
  key: string;
  fingerprint: Buffer;
  status: number;
  body: string;
}

export const placeOrderRoute = 'placeOrder';
/** How long a checkout may be at work before the same key may take it over. */
export const checkoutLockSeconds = 30;

/**
 * The orders among which a buyer's unpaid ones are counted. Looking at the newest alone costs the same for everybody;
 * an older one that is still unpaid is about to expire.
 */
export const newestOrders = (buyerId: string) =>
  `select status from orders where buyer_id = ${buyerId} order by id desc limit 20`;

const place = `
  with lines as materialized (
    select * from unnest($1::int[], $2::int[], $3::uuid[], $4::int[], $5::int[])
      as line(ordinal, position, variant_id, quantity, price_minor)
  ),
  requests as materialized (
    select request.*, coalesce((
      select true from orders placed
      where placed.buyer_id = request.buyer_id and placed.idempotency_key = request.key limit 1
    ), (
      select true from idempotency_keys refused
      where refused.actor_id = request.buyer_id and refused.route = '${placeOrderRoute}' and refused.key = request.key
      limit 1
    ), false) as is_known,
    row_number() over (partition by buyer_id order by ordinal) + (
      select count(*) filter (where status = 'pending') from (${newestOrders('request.buyer_id')}) as newest
    ) as unpaid_orders
    from unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::bytea[], $11::text[])
      with ordinality as request(order_id, buyer_id, stream_id, key, fingerprint, address, ordinal)
  ),
  ${stockReservation.offers},
  eligible as materialized (
    select request.ordinal, (array_agg(offer.shop_id))[1] as shop_id, min(offer.currency) as currency,
           sum(line.quantity::bigint * line.price_minor) as total_minor
    from requests request
    join lines line on line.ordinal = request.ordinal
    left join offers offer on offer.variant_id = line.variant_id
    left join streams stream on stream.id = request.stream_id
    where not request.is_known and request.unpaid_orders <= $13::int
    group by request.ordinal
    having bool_and(coalesce(offer.price_minor = line.price_minor and offer.owner_id <> request.buyer_id, false))
      and bool_and(request.stream_id is null
        or coalesce(stream.shop_id = offer.shop_id and stream.status in ('live', 'interrupted'), false))
      and count(distinct offer.shop_id) = 1 and count(distinct offer.currency) = 1
      and sum(line.quantity::bigint * line.price_minor) <= $14::int
  ),
  ${stockReservation.grant},
  new_orders as (
    insert into orders (id, buyer_id, shop_id, stream_id, status, currency, total_minor, shipping_address,
                        idempotency_key, fingerprint, checkout_locked_until, created_at, hold_expires_at)
    select request.order_id, request.buyer_id, eligible.shop_id, request.stream_id, 'pending', eligible.currency,
           eligible.total_minor, request.address::jsonb, request.key, request.fingerprint,
           now() + make_interval(secs => ${checkoutLockSeconds}), date_trunc('milliseconds', now()),
           date_trunc('milliseconds', now()) + make_interval(secs => $12)
    from granted join eligible using (ordinal) join requests request using (ordinal)
  ),
  new_items as (
    insert into order_items (order_id, position, variant_id, product_id, title, variant_title, image_id, quantity,
                             unit_price_minor)
    select request.order_id, line.position, line.variant_id, offer.product_id, offer.title, offer.variant_title,
           offer.image_id, line.quantity, line.price_minor
    from granted join requests request using (ordinal) join lines line using (ordinal)
    join offers offer using (variant_id)
  )
  select line.ordinal, granted.ordinal is not null as "isGranted", eligible.ordinal is not null as "isEligible",
         request.is_known as "isKnown", line.variant_id as "variantId", line.quantity, offer.available, offer.title,
         offer.variant_title as "variantTitle", offer.image_id as "imageId", offer.product_id as "productId",
         offer.price_minor as "unitPriceMinor", offer.currency, offer.shop_id as "shopId",
         offer.shop_handle as "shopHandle", offer.shop_name as "shopName",
         floor(extract(epoch from now()) * 1000)::float8 as "createdAtMs"
  from lines line
  join requests request using (ordinal)
  left join eligible using (ordinal)
  left join granted using (ordinal)
  left join offers offer using (variant_id)
  order by line.ordinal, line.position`;

/**
 * The order's row is locked against closing, so that a buyer gets a client secret only while the hold is there and
 * whoever closes the order sees its payment.
 */
const recordPayments = `
  with done as materialized (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
      as done(order_id, provider, payment_intent_id, body)
  ),
  locked as materialized (
    select placed.* from (select order_id from done order by order_id) as wanted
    cross join lateral (
      select id, buyer_id, idempotency_key, fingerprint, total_minor, currency, status from orders
      where id = wanted.order_id for share
    ) as placed
  ),
  new_payments as (
    insert into payments (order_id, provider, payment_intent_id, status, amount_minor, currency)
    select locked.id, done.provider, done.payment_intent_id, 'open', locked.total_minor, locked.currency
    from done join locked on locked.id = done.order_id
    on conflict do nothing
  ),
  answered as (
    insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
    select locked.buyer_id, '${placeOrderRoute}', locked.idempotency_key, locked.fingerprint, 201, done.body
    from done join locked on locked.id = done.order_id and locked.status = 'pending'
    on conflict do nothing
  )
  select id from locked where status = 'pending'`;

const storeRefusals = `
  insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
  select refusal.actor_id, '${placeOrderRoute}', refusal.key, refusal.fingerprint, refusal.status_code, refusal.body
  from unnest($1::uuid[], $2::text[], $3::bytea[], $4::int[], $5::text[])
    as refusal(actor_id, key, fingerprint, status_code, body)
  on conflict do nothing
  returning actor_id || ':' || key as "actorAndKey"`;

/**
 * The three statements behind POST /orders, each for many requests at once and each one commit. They are prepared
 * once for each connection, which halves what the database spends on them.
 */
export class PlacementStore {
  constructor(private readonly database: Database) {}

  /**
   * Places what can be placed: order, items, holds and claim on the key together. Answers every line of every
   * request.
   */
  async place(
    requests: readonly PlacementRequest[],
    limits: { holdSeconds: number; maxUnpaidOrders: number; maxTotalMinor: number },
  ): Promise<PlacedLine[]> {
    const lines = requests.flatMap((request, index) =>
      request.lines.map((line, position) => ({ ...line, ordinal: index + 1, position })),
    );
    const { rows } = await this.#run<PlacedLine>('place-orders', place, [
      lines.map((line) => line.ordinal),
      lines.map((line) => line.position),
      lines.map((line) => line.variantId),
      lines.map((line) => line.quantity),
      lines.map((line) => line.expectedUnitPriceMinor),
      requests.map((request) => request.orderId),
      requests.map((request) => request.buyerId),
      requests.map((request) => request.streamId),
      requests.map((request) => request.key),
      requests.map((request) => request.fingerprint),
      requests.map((request) => (request.address ? JSON.stringify(request.address) : null)),
      limits.holdSeconds,
      limits.maxUnpaidOrders,
      limits.maxTotalMinor,
    ]);
    return rows;
  }

  /** Writes payments down and finishes the requests whose orders are still pending; answers which ones are. */
  async recordPayments(paid: readonly PaidFor[]): Promise<Set<string>> {
    const { rows } = await this.#run<{ id: string }>('record-payments', recordPayments, [
      paid.map((payment) => payment.orderId),
      paid.map((payment) => payment.provider),
      paid.map((payment) => payment.paymentIntentId),
      paid.map((payment) => payment.body),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  /** Finishes requests that placed nothing; answers the `<buyer>:<key>` of those that were not known before. */
  async storeRefusals(refusals: readonly Refusal[]): Promise<Set<string>> {
    const { rows } = await this.#run<{ actorAndKey: string }>('store-refusals', storeRefusals, [
      refusals.map((refusal) => refusal.buyerId),
      refusals.map((refusal) => refusal.key),
      refusals.map((refusal) => refusal.fingerprint),
      refusals.map((refusal) => refusal.status),
      refusals.map((refusal) => refusal.body),
    ]);
    return new Set(rows.map((row) => row.actorAndKey));
  }

  #run<Row extends object>(name: string, text: string, values: unknown[]): Promise<QueryResult<Row>> {
    return this.database.pool.query<Row>({ name, text, values });
  }
}
