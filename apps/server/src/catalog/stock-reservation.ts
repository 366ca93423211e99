/**
 * The one way stock is reserved: common table expressions that the statement placing orders builds on, so that an
 * order and its hold are one statement and one commit.
 *
 * `offers` needs `$1`, the ids of the variants, and gives each live one as it is sold now, locked, with `on_hand` and
 * `reserved` before this statement. `grant` needs `judged`, the lines of all orders with `ordinal` (of the order),
 * `variant_id`, `quantity`, both of these and `is_eligible` (the order may have this line); it gives `demanded`, the
 * lines of orders all of whose lines are eligible, and of these `granted`: every line of the order got its quantity.
 *
 * The row locks decide, also between nodes, and are taken in the order of the variants' ids. Orders are served in
 * their order: one is granted when all that eligible orders up to it ask for is there. An order that is not granted
 * although each of its lines would fit into what is left after the statement has only been waiting behind a larger
 * one: place it again.
 *
 * The new stock is computed from the locked row alone. An UPDATE first makes its row from the version that the
 * statement's snapshot sees, and a check constraint may refuse that one although it is out of date.
 */
export const stockReservation = {
  offers: `
    locked as materialized (
      select id, product_id, title, price_minor, on_hand, reserved
      from variants where id = any($1::uuid[])
      order by id for no key update
    ),
    offers as materialized (
      select locked.id as variant_id, locked.title as variant_title, locked.on_hand, locked.reserved,
             coalesce(locked.price_minor, product.price_minor) as unit_price_minor,
             product.id as product_id, product.title, product.image_ids[1] as image_id, product.currency,
             shop.id as shop_id, shop.owner_id, shop.handle as shop_handle, shop.name as shop_name
      from locked
      join products product on product.id = locked.product_id and product.deleted_at is null
      join shops shop on shop.id = product.shop_id
    )`,
  grant: `
    demanded as materialized (
      select *, sum(quantity) over (partition by variant_id order by ordinal) as up_to_here
      from judged where ordinal not in (select ordinal from judged where not is_eligible)
    ),
    granted as materialized (
      select * from demanded
      where ordinal not in (select ordinal from demanded where up_to_here > on_hand - reserved)
    ),
    taken as (
      update variants set reserved = taken.reserved, on_hand = taken.on_hand
      from (
        select variant_id, on_hand, reserved + sum(quantity)::int as reserved
        from granted group by variant_id, on_hand, reserved
      ) as taken
      where variants.id = taken.variant_id
    )`,
} as const;
