import { expect } from 'vitest';
import type { Shop } from './start-shop.ts';

/** What must hold for stock, holds, orders and money at every commit; answers the sentences that do not. */
export async function brokenInvariants(shop: Shop): Promise<string[]> {
  const rules: [sentence: string, query: string][] = [
    ['0 <= reserved <= on hand', 'select id from variants where reserved < 0 or reserved > on_hand'],
    [
      'reserved = sum of active holds',
      `select v.id from variants v where reserved <>
         (select coalesce(sum(quantity), 0) from order_items i where i.variant_id = v.id and reservation = 'active')`,
    ],
    [
      'on hand = sum of movements',
      `select v.id from variants v where on_hand <>
         (select coalesce(sum(delta), 0) from stock_movements m where m.variant_id = v.id)`,
    ],
    [
      'each movement says what was on the shelf after it',
      `select m.variant_id as id from
         (select *, sum(delta) over (partition by variant_id order by id) as figure from stock_movements) m
       where m.on_hand_after <> m.figure`,
    ],
    [
      'an order holds stock exactly while it is open',
      `select o.id from orders o join order_items i on i.order_id = o.id
       where (i.reservation = 'active') <> (o.status in ('pending', 'processing', 'confirmed', 'closing'))`,
    ],
    [
      'a sale is written once for what was paid, and never for what was not',
      `select o.id from orders o join order_items i on i.order_id = o.id
       left join stock_movements m on m.order_id = o.id and m.variant_id = i.variant_id and m.kind = 'sale'
       where (o.paid_at is not null) <> (m.id is not null) or m.delta <> -i.quantity`,
    ],
    [
      'paid only with the money of exactly this order',
      `select o.id from orders o left join payments p on p.order_id = o.id where o.paid_at is not null
         and (p.status is distinct from 'succeeded' or p.amount_received_minor <> o.total_minor
              or p.currency <> o.currency)`,
    ],
    [
      'the cash book says collected exactly for what was paid at the door',
      `select o.id from cash_payments c join orders o on o.id = c.order_id
       where (c.status = 'collected') <> (o.paid_at is not null)`,
    ],
    [
      'what was promised can be collected',
      `select o.id from orders o left join cash_payments c on c.order_id = o.id
       where o.status = 'confirmed' and (c.status is distinct from 'open' or c.confirmed_at is null)`,
    ],
    [
      'goods that were refused at the door are off the shelf',
      `select o.id from orders o where o.fulfilment_status = 'returned' and o.paid_at is null
         and (o.status <> 'canceled' or exists (
           select from order_items i where i.order_id = o.id and i.reservation <> 'released'))`,
    ],
    [
      'refunds never exceed the total',
      `select o.id from orders o join refunds r on r.order_id = o.id where r.status <> 'failed'
       group by o.id having sum(r.amount_minor) > o.total_minor`,
    ],
    [
      'the total is the sum of what the buyer saw',
      `select o.id from orders o join order_items i on i.order_id = o.id
       group by o.id having sum(i.quantity * i.unit_price_minor) <> o.total_minor`,
    ],
  ];
  const broken: string[] = [];
  for (const [sentence, query] of rules) {
    const rows = await shop.rows<{ id: string }>(query);
    if (rows.length > 0) broken.push(`${sentence}: ${rows.map((row) => row.id).join(', ')}`);
  }
  return broken;
}

export async function expectInvariants(shop: Shop): Promise<void> {
  expect(await brokenInvariants(shop)).toEqual([]);
}
