import { expect } from 'vitest';

/** A database to ask. */
export interface RowSource {
  rows<Row extends object>(query: string, values?: unknown[]): Promise<Row[]>;
}

/** A sentence with the number of the invariant that it is of, and a query for the ids of what contradicts it. */
type Rule = [sentence: string, query: string];

const paidStatuses = `('paid', 'refund_pending', 'refunded', 'partially_refunded')`;

/** What must hold at every commit. */
const always: Rule[] = [
  ['I1: 0 <= reserved <= on hand', 'select id from variants where reserved < 0 or reserved > on_hand'],
  [
    'I2: reserved = sum of active holds',
    `select v.id from variants v where reserved <>
       (select coalesce(sum(quantity), 0) from order_items i where i.variant_id = v.id and reservation = 'active')`,
  ],
  [
    'I3: on hand = sum of movements',
    `select v.id from variants v where on_hand <>
       (select coalesce(sum(delta), 0) from stock_movements m where m.variant_id = v.id)`,
  ],
  [
    'I3: each movement says what was on the shelf after it',
    `select m.variant_id as id from
       (select *, sum(delta) over (partition by variant_id order by id) as figure from stock_movements) m
     where m.on_hand_after <> m.figure`,
  ],
  [
    'I4: no more units are paid for than were ever put on sale',
    `select i.variant_id as id from order_items i join orders o on o.id = i.order_id where o.paid_at is not null
     group by i.variant_id having sum(i.quantity) >
       (select coalesce(sum(delta), 0) from stock_movements m where m.variant_id = i.variant_id and delta > 0)`,
  ],
  [
    'I5: an order holds stock exactly while it is open',
    `select o.id from orders o join order_items i on i.order_id = o.id
     where (i.reservation = 'active') <> (o.status in ('pending', 'processing', 'confirmed', 'closing'))`,
  ],
  [
    'I5: a hold is committed only for money, and released only without it or before it came late',
    `select o.id from orders o join order_items i on i.order_id = o.id
     where (i.reservation = 'committed' and (o.paid_at is null or o.status not in ${paidStatuses}))
        or (i.reservation = 'released' and o.status not in ('expired', 'canceled') and o.paid_at is null
            and not exists (select from refunds r where r.order_id = o.id and r.reason = 'late_payment'))
        or (i.reservation = 'released' and o.paid_at is not null and o.closing_to is distinct from 'expired')`,
  ],
  [
    'I5: the holds of an order end alike',
    'select order_id as id from order_items group by order_id having count(distinct reservation) > 1',
  ],
  [
    'I5: a sale is written once for what was paid, and never for what was not',
    `select o.id from orders o join order_items i on i.order_id = o.id
     left join stock_movements m on m.order_id = o.id and m.variant_id = i.variant_id and m.kind = 'sale'
     where (o.paid_at is not null) <> (m.id is not null) or m.delta <> -i.quantity
     union all
     select order_id from stock_movements where kind = 'sale' group by order_id, variant_id having count(*) > 1`,
  ],
  [
    'I6: paid only with the money of exactly this order',
    `select o.id from orders o left join payments p on p.order_id = o.id where o.paid_at is not null
       and (p.status is distinct from 'succeeded' or p.amount_received_minor <> o.total_minor
            or p.currency <> o.currency)`,
  ],
  [
    'I6: an order is paid from the moment on at which it says so',
    `select id from orders where paid_at is null and status in ('paid', 'partially_refunded')
        or paid_at is not null and status not in ${paidStatuses}`,
  ],
  [
    'I6: the cash book says collected exactly for what was paid at the door',
    `select o.id from cash_payments c join orders o on o.id = c.order_id
     where (c.status = 'collected') <> (o.paid_at is not null)`,
  ],
  [
    'I6: what was promised can be collected',
    `select o.id from orders o left join cash_payments c on c.order_id = o.id
     where o.status = 'confirmed' and (c.status is distinct from 'open' or c.confirmed_at is null)`,
  ],
  [
    'I7: money that came too late goes back once and whole',
    `select o.id from orders o where o.paid_at is null and o.status in ('refund_pending', 'refunded')
       and not exists (select from refunds r where r.order_id = o.id and r.reason = 'late_payment')
     union all
     select o.id from orders o join refunds r on r.order_id = o.id and r.reason = 'late_payment'
     group by o.id, o.total_minor, o.paid_at
     having count(*) > 1 or sum(r.amount_minor) <> o.total_minor or o.paid_at is not null`,
  ],
  [
    'I8: refunds never exceed the total',
    `select o.id from orders o join refunds r on r.order_id = o.id where r.status <> 'failed'
     group by o.id, o.total_minor having sum(r.amount_minor) > o.total_minor`,
  ],
  [
    'I8: one refund for each key, and one of ours for each of the provider',
    `select min(order_id::text) as id from refunds group by idempotency_key having count(*) > 1
     union all
     select min(order_id::text) from refunds group by provider_refund_id
     having provider_refund_id is not null and count(*) > 1`,
  ],
  [
    'I8: an order says what went back',
    `select o.id from orders o where o.status in ('paid', 'refunded', 'partially_refunded')
       and (o.refunded_minor <> (select coalesce(sum(r.amount_minor), 0) from refunds r
                                 where r.order_id = o.id and r.status = 'succeeded')
            or (o.status = 'refunded') <> (o.refunded_minor = o.total_minor)
            or (o.status = 'paid') <> (o.refunded_minor = 0))`,
  ],
  [
    'I8: the cash book says what was paid back by hand',
    `select r.order_id as id from refunds r join payments p on p.order_id = r.order_id
     left join cash_refunds c on c.id = r.id
     where p.provider = 'cash_on_delivery' and r.status = 'succeeded'
       and (c.order_id is distinct from r.order_id or c.amount_minor <> r.amount_minor)
     union all
     select c.order_id from cash_refunds c left join refunds r on r.id = c.id where r.id is null`,
  ],
  [
    'I9: one order for each buyer and key',
    'select min(id::text) as id from orders group by buyer_id, idempotency_key having count(*) > 1',
  ],
  [
    'I9: one hold for each line of an order, and none without lines',
    `select order_id as id from order_items group by order_id, variant_id having count(*) > 1
     union all
     select o.id from orders o where not exists (select from order_items i where i.order_id = o.id)`,
  ],
  [
    'I9: one payment for each order',
    `select order_id as id from payments group by order_id having count(*) > 1
     union all
     select min(order_id::text)::uuid from payments group by payment_intent_id having count(*) > 1`,
  ],
  [
    'I9: the answer kept for a key is of the order that was placed under it',
    `select order_id as id from order_answers where body::jsonb #>> '{order,id}' is distinct from order_id::text`,
  ],
  ['I10: what is final stays, and what changes goes only ways that exist', 'select id from watched.moves'],
  [
    'I11: the total is the sum of what the buyer saw',
    `select o.id from orders o join order_items i on i.order_id = o.id
     group by o.id, o.total_minor having sum(i.quantity * i.unit_price_minor) <> o.total_minor`,
  ],
  [
    'I11: a payment asks for the total',
    `select o.id from orders o join payments p on p.order_id = o.id
     where p.amount_minor <> o.total_minor or p.currency <> o.currency`,
  ],
  [
    'I12: the seller is told once of an order, and only of one that is paid or promised',
    `select o.id from notifications n join orders o on o.id = n.order_id left join cash_payments c on c.order_id = o.id
     where n.kind = 'new_order' group by o.id, o.paid_at, c.confirmed_at
     having count(*) > 1 or (o.paid_at is null and c.confirmed_at is null)`,
  ],
  [
    'I17: money and stock are whole numbers of a size that every client can count',
    `select table_name || '.' || column_name as id from information_schema.columns
     where table_schema = 'public' and data_type <> 'integer'
       and (column_name like '%\\_minor' or column_name in ('quantity', 'on_hand', 'reserved', 'delta', 'on_hand_after'))`,
  ],
  [
    'I18: a hold is without an end only while the bank decides, a parcel is promised, or its order closes',
    `select o.id from orders o join order_items i on i.order_id = o.id
     where i.reservation = 'active' and o.hold_expires_at is null
       and o.status not in ('processing', 'confirmed', 'closing')`,
  ],
  [
    'I20: units come back only by what puts them back',
    `select m.variant_id as id from stock_movements m
     left join orders o on o.id = m.order_id
     left join order_items i on i.order_id = m.order_id and i.variant_id = m.variant_id
     where (m.kind in ('sale', 'restock', 'return')) <> (m.order_id is not null)
        or (m.kind = 'sale' and m.delta >= 0)
        or (m.kind in ('restock', 'return') and (m.delta is distinct from i.quantity
            or (o.paid_at is null and o.fulfilment_status <> 'returned')))
     union all
     select variant_id from stock_movements where kind in ('restock', 'return')
     group by order_id, variant_id having count(*) > 1`,
  ],
  [
    'I20: goods that were refused at the door are off the shelf',
    `select o.id from orders o where o.fulfilment_status = 'returned' and o.paid_at is null
       and (o.status <> 'canceled' or exists (
         select from order_items i where i.order_id = o.id and i.reservation <> 'released'))`,
  ],
];

/** What must hold besides when everything that was begun has had its time, also after a crash. */
const atRest: Rule[] = [
  [
    'I6: no event contradicts its order',
    'select id from payment_events where quarantined_because is not null',
  ],
  [
    'I7: money that came has its order, or goes back',
    `select o.id from orders o join payments p on p.order_id = o.id
     where p.status = 'succeeded' and o.status not in ${paidStatuses}`,
  ],
  [
    'I12: the seller is told of each order that is paid or promised',
    `select o.id from orders o left join cash_payments c on c.order_id = o.id
     where (o.paid_at is not null or c.confirmed_at is not null) and not exists (
       select from notifications n join shops s on s.owner_id = n.user_id
       where s.id = o.shop_id and n.order_id = o.id and n.kind = 'new_order')`,
  ],
  [
    'I18: no hold outlives its time',
    `select id from orders where status = 'pending' and hold_expires_at < now() - interval '10 seconds'`,
  ],
  ['I19: nothing is left closing', `select id from orders where status = 'closing'`],
  [
    'I19: an order that closed can be paid no more',
    `select o.id from orders o join payments p on p.order_id = o.id
     where o.status in ('expired', 'canceled') and p.status <> 'canceled'`,
  ],
  [
    'I19: an order that waits for a refund has one under way, or one that failed',
    `select o.id from orders o where o.status = 'refund_pending' and coalesce(
       (select r.status from refunds r where r.order_id = o.id order by r.id desc limit 1), 'none')
       not in ('pending', 'failed')`,
  ],
  [
    'I19: a refund under way was sent',
    `select order_id as id from refunds where status = 'pending' and provider_refund_id is null`,
  ],
  ['I19: every stored event is applied', 'select id from payment_events where processed_at is null'],
  [
    'I19: no job is left or fails',
    `select concat_ws(' ', task_identifier, last_error) as id from graphile_worker.jobs
     where attempts > 0 or locked_at is not null or run_at <= now()`,
  ],
];

/** All sentences. */
export const sentences = [...always, ...atRest].map(([sentence]) => sentence);

/** The sentences that do not hold, with the ids of what contradicts them; all of one moment. */
export async function brokenInvariants(
  source: RowSource,
  when: 'now' | 'at rest' = 'now',
): Promise<string[]> {
  const rules = when === 'now' ? always : [...always, ...atRest];
  const queries = rules.map(
    ([, query], index) => `(select ${index} as rule, broken.id::text from (${query}) as broken limit 20)`,
  );
  const rows = await source.rows<{ rule: number; ids: string }>(
    `select rule, string_agg(id, ', ') as ids from (${queries.join(' union all ')}) as every
     group by rule order by rule`,
  );
  return rows.map(({ rule, ids }) => `${rules[rule]?.[0]}: ${ids}`);
}

export async function expectInvariants(source: RowSource): Promise<void> {
  expect(await brokenInvariants(source)).toEqual([]);
}
