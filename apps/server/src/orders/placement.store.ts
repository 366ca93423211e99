import type { PaymentMethod } from '@vybekart/contract';
import type { QueryResult } from 'pg';
import { stockReservation } from '../catalog/stock-reservation.ts';
import type { Database } from '../platform/database.ts';

/** `lines`: each variant once. `fingerprint`: of the whole request, kept beside its key. */
export interface PlacementRequest {
  orderId: string;
  buyerId: string;
  streamId: string | null;
  paymentMethod: PaymentMethod;
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

/** The answer to a request that placed nothing, or whose order came to nothing. */
export interface Refusal {
  buyerId: string;
  key: string;
  /** The order that was placed under the key and came to nothing; null when none was. */
  orderId: string | null;
  fingerprint: Buffer;
  status: number;
  body: string;
}

export const placeOrderRoute = 'placeOrder';
/** How long a checkout may be at work before the same key may take it over. */
export const checkoutLockSeconds = 30;

/**
 * Rows from arrays whose lengths the planner cannot see. A plan for the very batch would seem cheaper than the one for
 * any batch, although making it takes several times as long as running it; so it is made once for each connection.
 */
const unnest = (...arrays: string[]) => `unnest(${arrays.map((array) => `(select ${array})`).join(', ')})`;

/** How many orders of a buyer are unpaid; counts no further than to `max`, because it is asked for every order. */
export const unpaidOrders = (buyerId: string, max: string) => `
  select count(*) from (
    select from orders where buyer_id = ${buyerId} and status = 'pending' limit ${max}
  ) as unpaid`;

const place = `
  with requests as (
    select request.*, coalesce((
      select true from orders placed
      where placed.buyer_id = request.buyer_id and placed.idempotency_key = request.key limit 1
    ), (
      select true from idempotency_keys refused
      where refused.actor_id = request.buyer_id and refused.route = '${placeOrderRoute}' and refused.key = request.key
      limit 1
    ), false) as is_known,
    row_number() over (partition by buyer_id order by ordinal)
      + (${unpaidOrders('request.buyer_id', '(select $13::int)')}) as unpaid_orders
    from ${unnest('$6::uuid[]', '$7::uuid[]', '$8::uuid[]', '$9::text[]', '$10::bytea[]', '$11::text[]')}
      with ordinality as request(order_id, buyer_id, stream_id, key, fingerprint, address, ordinal)
  ),
  ${stockReservation.offers},
  asked as (
    select request.*, line.position, line.variant_id, line.quantity, line.price_minor,
           offer.available, offer.unit_price_minor, offer.title, offer.variant_title, offer.image_id,
           offer.product_id, offer.currency, offer.shop_id, offer.shop_handle, offer.shop_name,
           first_value(offer.shop_id) over in_order as order_shop_id,
           first_value(offer.currency) over in_order as order_currency,
           offer.unit_price_minor = line.price_minor and offer.owner_id <> request.buyer_id as is_offered,
           request.stream_id is null
             or stream.shop_id = offer.shop_id and stream.status in ('live', 'interrupted') as is_on_air
    from ${unnest('$1::int[]', '$2::int[]', '$3::uuid[]', '$4::int[]', '$5::int[]')}
      as line(ordinal, position, variant_id, quantity, price_minor)
    join requests request on request.ordinal = line.ordinal
    left join offers offer on offer.variant_id = line.variant_id
    left join streams stream on stream.id = request.stream_id
    window in_order as (partition by request.ordinal order by line.position)
  ),
  judged as (
    select asked.*,
           sum(quantity::bigint * price_minor) over whole_order as total_minor,
           not is_known and unpaid_orders <= $13::int
             and sum(quantity::bigint * price_minor) over whole_order <= $14::int
             and bool_and(coalesce(is_offered and is_on_air, false)
               and shop_id = order_shop_id and currency = order_currency) over whole_order as is_eligible
    from asked
    window whole_order as (partition by ordinal)
  ),
  ${stockReservation.grant},
  new_orders as (
    insert into orders (id, buyer_id, shop_id, stream_id, status, currency, total_minor, shipping_address,
                        idempotency_key, fingerprint, checkout_locked_until, created_at, hold_expires_at)
    select order_id, buyer_id, shop_id, stream_id, 'pending', currency, total_minor, address::jsonb, key, fingerprint,
           now() + make_interval(secs => ${checkoutLockSeconds}), date_trunc('milliseconds', now()),
           date_trunc('milliseconds', now()) + make_interval(secs => $12)
    from decided where is_granted and position = 0
  ),
  new_items as (
    insert into order_items (order_id, position, variant_id, product_id, title, variant_title, image_id, quantity,
                             unit_price_minor)
    select order_id, position, variant_id, product_id, title, variant_title, image_id, quantity, price_minor
    from decided where is_granted
  )
  select ordinal, is_granted as "isGranted", is_eligible as "isEligible", is_known as "isKnown",
         variant_id as "variantId", quantity, available, title, variant_title as "variantTitle",
         image_id as "imageId", product_id as "productId", unit_price_minor as "unitPriceMinor", currency,
         shop_id as "shopId", shop_handle as "shopHandle", shop_name as "shopName",
         floor(extract(epoch from now()) * 1000)::float8 as "createdAtMs"
  from decided order by ordinal, position`;

/**
 * The order's row is locked against closing, so that a buyer gets a client secret only while the hold is there and
 * whoever closes the order sees its payment. (Looking first is cheaper than ON CONFLICT, and OFFSET 0 keeps it a look
 * by key.) Who writes the same at the same moment gets a unique violation.
 */
const recordPayments = `
  with done as materialized (
    select * from ${unnest('$1::uuid[]', '$2::text[]', '$3::text[]', '$4::text[]')}
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
    where not exists (select from payments known where known.order_id = done.order_id offset 0)
  ),
  answered as (
    insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
    select locked.buyer_id, '${placeOrderRoute}', locked.idempotency_key, locked.fingerprint, 201, done.body
    from done join locked on locked.id = done.order_id and locked.status = 'pending'
    where not exists (
      select from idempotency_keys known
      where known.actor_id = locked.buyer_id and known.route = '${placeOrderRoute}'
        and known.key = locked.idempotency_key offset 0)
  )
  select id from locked where status = 'pending'`;

const storeRefusals = `
  insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
  select refusal.actor_id, '${placeOrderRoute}', refusal.key, refusal.fingerprint, refusal.status_code, refusal.body
  from ${unnest('$1::uuid[]', '$2::text[]', '$3::bytea[]', '$4::int[]', '$5::text[]', '$6::uuid[]')}
    as refusal(actor_id, key, fingerprint, status_code, body, order_id)
  where not exists (
    select from orders placed
    where placed.buyer_id = refusal.actor_id and placed.idempotency_key = refusal.key
      and placed.id is distinct from refusal.order_id)
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

  /** Finishes requests that come to nothing; answers the `<buyer>:<key>` of those that were not known before. */
  async storeRefusals(refusals: readonly Refusal[]): Promise<Set<string>> {
    const { rows } = await this.#run<{ actorAndKey: string }>('store-refusals', storeRefusals, [
      refusals.map((refusal) => refusal.buyerId),
      refusals.map((refusal) => refusal.key),
      refusals.map((refusal) => refusal.fingerprint),
      refusals.map((refusal) => refusal.status),
      refusals.map((refusal) => refusal.body),
      refusals.map((refusal) => refusal.orderId),
    ]);
    return new Set(rows.map((row) => row.actorAndKey));
  }

  #run<Row extends object>(name: string, text: string, values: unknown[]): Promise<QueryResult<Row>> {
    return this.database.pool.query<Row>({ name, text, values });
  }
}
