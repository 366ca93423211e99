import type { PaymentMethod } from '@vybekart/contract';
import type { QueryResult } from 'pg';
import { stockReservation } from '../catalog/stock-reservation.ts';
import { byteaArray, int4Array, textArray, uuidArray } from '../platform/binary-arrays.ts';
import type { Database } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';
import { fingerprint, lockSeconds } from './keyed-request.ts';

/** `lines`: each variant once. `asked`: the whole request, of which a fingerprint is kept beside its key. */
export interface PlacementRequest {
  buyerId: string;
  streamId: string | null;
  paymentMethod: PaymentMethod;
  key: string;
  asked: readonly unknown[];
  address: object | null;
  lines: readonly { variantId: string; quantity: number; expectedUnitPriceMinor: number }[];
}

/**
 * What became of a request. `granted`: its order is placed. `known`: its key was used before. `eligible`: nothing is
 * wrong with it, but not all that it asks for was left when its turn came. `refused`: something else is wrong.
 */
type Outcome = 'granted' | 'known' | 'eligible' | 'refused';

/** A live variant as it is sold now. */
interface Offer {
  variantId: string;
  /** Before the statement. */
  available: number;
  title: string;
  variantTitle: string;
  imageId: string | null;
  productId: string;
  unitPriceMinor: number;
  currency: string;
  shopId: string;
  shopHandle: string;
  shopName: string;
}

/** What the orders of one batch have in common; the times are ISO 8601. */
interface PlacedTogether {
  /** Of the variants that were asked for, by their ids; those that there are not are left out. */
  offers: ReadonlyMap<string, Offer>;
  createdAt: string;
  holdExpiresAt: string;
}

export interface PlacedOne extends PlacedTogether {
  orderId: string;
}

/** `outcomes`: of each request, in their order. `orderIds`: likewise, of those that were granted. */
export interface PlacedBatch extends PlacedTogether {
  outcomes: Outcome[];
  orderIds: string[];
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
  asked: readonly unknown[];
  status: number;
  body: string;
}

export const placeOrderRoute = 'placeOrder';

/** A select list that gives one row for each place of some arrays. */
const eachOf = (columns: Record<string, string>) =>
  Object.entries(columns)
    .map(([name, array]) => `unnest(${array}) as ${name}`)
    .join(', ');

/** Whether a buyer has more unpaid orders than `count`; looks no further, because it is asked for every order. */
export const hasUnpaidOrders = (buyerId: string, count: string) => `
  exists (select from orders where buyer_id = ${buyerId} and status = 'pending' offset ${count})`;

/**
 * What is judged are narrow rows, one for each line; the wide ones are joined where they are written. OFFSET 0 keeps an
 * EXISTS a look by key.
 */
const place = `
  with requests as materialized (
    select request.*,
           unpaid_allowed < 0 or ${hasUnpaidOrders('request.buyer_id', 'greatest(0, unpaid_allowed)')} as owes_enough,
           exists (
             select from orders placed
             where placed.buyer_id = request.buyer_id and placed.idempotency_key = request.key offset 0
           ) or exists (
             select from idempotency_keys refused
             where refused.actor_id = request.buyer_id and refused.route = '${placeOrderRoute}'
               and refused.key = request.key offset 0
           ) as is_known
    from (
      select ${eachOf({
        ordinal: '$2::int[]',
        order_id: '$3::uuid[]',
        buyer_id: '$4::uuid[]',
        stream_id: '$5::uuid[]',
        first_variant_id: '$6::uuid[]',
        total_minor: '$7::int[]',
        unpaid_allowed: '$8::int[]',
        key: '$9::text[]',
        fingerprint: '$10::bytea[]',
        address: '$11::text[]',
      })}
    ) as request
  ),
  ${stockReservation.offers},
  judged as materialized (
    select line.ordinal, line.position, line.variant_id, line.quantity, request.order_id,
           offer.on_hand, offer.reserved,
           not request.is_known and not request.owes_enough and request.total_minor <= $17::int
             and coalesce(offer.unit_price_minor = line.price_minor and offer.owner_id <> request.buyer_id, false)
             and (line.position = 0 or (request.first_variant_id, offer.shop_id, offer.currency) in (
               select variant_id, shop_id, currency from offers
             ))
             and (request.stream_id is null or exists (
               select from streams
               where id = request.stream_id and shop_id = offer.shop_id and status in ('live', 'interrupted')
                 and (visibility = 'public' or exists (
                   select from stream_guests guest
                   where guest.stream_id = streams.id and guest.user_id = request.buyer_id offset 0
                 )) offset 0
             )) as is_eligible
    from (
      select ${eachOf({
        ordinal: '$12::int[]',
        position: '$13::int[]',
        variant_id: '$14::uuid[]',
        quantity: '$15::int[]',
        price_minor: '$16::int[]',
      })}
    ) as line
    join requests request on request.ordinal = line.ordinal
    left join offers offer on offer.variant_id = line.variant_id
  ),
  ${stockReservation.grant},
  new_orders as (
    insert into orders (id, buyer_id, shop_id, stream_id, status, currency, total_minor, shipping_address,
                        idempotency_key, fingerprint, checkout_locked_until, created_at, hold_expires_at)
    select request.order_id, request.buyer_id, offer.shop_id, request.stream_id, 'pending', offer.currency,
           request.total_minor, request.address::jsonb, request.key, request.fingerprint,
           now() + make_interval(secs => ${lockSeconds}), date_trunc('milliseconds', now()),
           date_trunc('milliseconds', now()) + make_interval(secs => $18)
    from requests request
    join offers offer on offer.variant_id = request.first_variant_id
    where request.ordinal in (select ordinal from granted)
  ),
  new_items as (
    insert into order_items (order_id, position, variant_id, product_id, title, variant_title, image_id, quantity,
                             unit_price_minor)
    select granted.order_id, granted.position, offer.variant_id, offer.product_id, offer.title, offer.variant_title,
           offer.image_id, granted.quantity, offer.unit_price_minor
    from granted join offers offer on offer.variant_id = granted.variant_id
  )
  select floor(extract(epoch from now()) * 1000)::float8 as "createdAtMs", (
           select string_agg(case when is_known then 'known'
                                  when ordinal in (select ordinal from granted) then 'granted'
                                  when ordinal in (select ordinal from demanded) then 'eligible'
                                  else 'refused' end, ',' order by ordinal)
           from requests
         ) as outcomes, (
           select coalesce(json_agg(json_build_object(
             'variantId', variant_id, 'available', on_hand - reserved, 'title', title, 'variantTitle', variant_title,
             'imageId', image_id, 'productId', product_id, 'unitPriceMinor', unit_price_minor, 'currency', currency,
             'shopId', shop_id, 'shopHandle', shop_handle, 'shopName', shop_name)), '[]')
           from offers
         ) as offers`;

/**
 * The order's row is locked against closing, so that a buyer gets a client secret only while the hold is there and
 * whoever closes the order sees its payment. (Looking first is cheaper than ON CONFLICT, and OFFSET 0 keeps it a look
 * by key.) Who writes the same at the same moment gets a unique violation.
 */
const recordPayments = `
  with paid as materialized (
    select placed.status = 'pending' as is_pending, placed.total_minor, placed.currency, done.*
    from (
      select ${eachOf({
        order_id: '$1::uuid[]',
        provider: '$2::text[]',
        payment_intent_id: '$3::text[]',
        body: '$4::text[]',
      })}
    ) as done
    cross join lateral (
      select status, total_minor, currency from orders where id = done.order_id for share
    ) as placed
  ),
  new_payments as (
    insert into payments (order_id, provider, payment_intent_id, status, amount_minor, currency)
    select order_id, provider, payment_intent_id, 'open', total_minor, currency from paid
    where not exists (select from payments known where known.order_id = paid.order_id offset 0)
  ),
  answered as (
    insert into order_answers (order_id, body)
    select order_id, body from paid
    where is_pending and not exists (select from order_answers known where known.order_id = paid.order_id offset 0)
  )
  select string_agg(order_id::text, ',') as pending from paid where is_pending`;

/** As above, who writes the same key at the same moment gets a unique violation. */
const storeRefusals = `
  with refusals as materialized (
    select refusal.*,
           exists (
             select from idempotency_keys known
             where known.actor_id = refusal.actor_id and known.route = '${placeOrderRoute}'
               and known.key = refusal.key offset 0
           ) or exists (
             select from orders placed
             where placed.buyer_id = refusal.actor_id and placed.idempotency_key = refusal.key
               and placed.id is distinct from refusal.order_id offset 0
           ) or exists (
             select from order_answers answer where answer.order_id = refusal.order_id offset 0
           ) as is_known
    from (
      select ${eachOf({
        ordinal: '$1::int[]',
        actor_id: '$2::uuid[]',
        key: '$3::text[]',
        fingerprint: '$4::bytea[]',
        status_code: '$5::int[]',
        body: '$6::text[]',
        order_id: '$7::uuid[]',
      })}
    ) as refusal
  ),
  kept as (
    insert into idempotency_keys (actor_id, route, key, fingerprint, status_code, body)
    select actor_id, '${placeOrderRoute}', key, fingerprint, status_code, body from refusals where not is_known
  )
  select string_agg(ordinal::text, ',') as known from refusals where is_known`;

/**
 * The three statements behind POST /orders, each for many requests at once and each one commit. They are prepared
 * once for each connection, which halves what the database spends on them.
 */
export class PlacementStore {
  constructor(private readonly database: Database) {}

  /** Places what can be placed: order, items, holds and claim on the key together. */
  async place(
    requests: readonly PlacementRequest[],
    limits: { holdSeconds: number; maxUnpaidOrders: number; maxTotalMinor: number },
  ): Promise<PlacedBatch> {
    const orderIds = requests.map(() => newId());
    const lines = requests.flatMap((request, index) =>
      request.lines.map((line, position) => ({ ...line, ordinal: index + 1, position })),
    );
    const { rows } = await this.#run<{ outcomes: string; offers: Offer[]; createdAtMs: number }>(
      'place-orders',
      place,
      [
        uuidArray([...new Set(lines.map((line) => line.variantId))]),
        int4Array(requests.map((_, index) => index + 1)),
        uuidArray(orderIds),
        uuidArray(requests.map((request) => request.buyerId)),
        uuidArray(requests.map((request) => request.streamId)),
        uuidArray(requests.map((request) => request.lines[0]?.variantId ?? null)),
        int4Array(requests.map((request) => Math.min(totalMinor(request), limits.maxTotalMinor + 1))),
        int4Array(unpaidAllowed(requests, limits.maxUnpaidOrders)),
        textArray(requests.map((request) => request.key)),
        byteaArray(requests.map((request) => fingerprint(request.asked))),
        textArray(requests.map((request) => (request.address ? JSON.stringify(request.address) : null))),
        int4Array(lines.map((line) => line.ordinal)),
        int4Array(lines.map((line) => line.position)),
        uuidArray(lines.map((line) => line.variantId)),
        int4Array(lines.map((line) => line.quantity)),
        int4Array(lines.map((line) => line.expectedUnitPriceMinor)),
        limits.maxTotalMinor,
        limits.holdSeconds,
      ],
    );
    const [batch] = rows;
    if (!batch) throw new Error('the statement that places orders answered nothing');
    return {
      outcomes: batch.outcomes.split(',') as Outcome[],
      orderIds,
      offers: new Map(batch.offers.map((offer) => [offer.variantId, offer])),
      createdAt: new Date(batch.createdAtMs).toISOString(),
      holdExpiresAt: new Date(batch.createdAtMs + limits.holdSeconds * 1000).toISOString(),
    };
  }

  /** Writes payments down and finishes the requests whose orders are still pending; false for each that is not. */
  async recordPayments(paid: readonly PaidFor[]): Promise<boolean[]> {
    const { rows } = await this.#run<{ pending: string | null }>('record-payments', recordPayments, [
      uuidArray(paid.map((payment) => payment.orderId)),
      textArray(paid.map((payment) => payment.provider)),
      textArray(paid.map((payment) => payment.paymentIntentId)),
      textArray(paid.map((payment) => payment.body)),
    ]);
    const pending = new Set(rows[0]?.pending?.split(','));
    return paid.map(({ orderId }) => pending.has(orderId));
  }

  /** Finishes requests that come to nothing; false for each whose key was used before. */
  async storeRefusals(refusals: readonly Refusal[]): Promise<boolean[]> {
    const { rows } = await this.#run<{ known: string | null }>('store-refusals', storeRefusals, [
      int4Array(refusals.map((_, index) => index + 1)),
      uuidArray(refusals.map((refusal) => refusal.buyerId)),
      textArray(refusals.map((refusal) => refusal.key)),
      byteaArray(refusals.map((refusal) => fingerprint(refusal.asked))),
      int4Array(refusals.map((refusal) => refusal.status)),
      textArray(refusals.map((refusal) => refusal.body)),
      uuidArray(refusals.map((refusal) => refusal.orderId)),
    ]);
    const known = new Set(rows[0]?.known?.split(',').map(Number));
    return refusals.map((_, index) => !known.has(index + 1));
  }

  #run<Row extends object>(name: string, text: string, values: unknown[]): Promise<QueryResult<Row>> {
    return this.database.batches.query<Row>({ name, text, values });
  }
}

/** At the prices that the buyer has seen. */
export function totalMinor({ lines }: Pick<PlacementRequest, 'lines'>): number {
  return lines.reduce((total, line) => total + line.quantity * line.expectedUnitPriceMinor, 0);
}

/** How many unpaid orders each buyer may have besides this one and those that stand before it; may be negative. */
function unpaidAllowed(requests: readonly PlacementRequest[], maxUnpaidOrders: number): number[] {
  const left = new Map<string, number>();
  return requests.map(({ buyerId }) => {
    const allowed = (left.get(buyerId) ?? maxUnpaidOrders) - 1;
    left.set(buyerId, allowed);
    return allowed;
  });
}
