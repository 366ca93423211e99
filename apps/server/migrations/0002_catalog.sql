create table products (
  id uuid primary key,
  shop_id uuid not null references shops,
  title text not null,
  description text not null default '',
  image_ids uuid[] not null default '{}',
  price_minor integer not null check (price_minor > 0),
  currency text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index products_shop on products (shop_id, id) where deleted_at is null;
create index products_listed on products (id) where deleted_at is null;

-- available = on_hand - reserved. fillfactor leaves room for heap-only updates of a hot row.
create table variants (
  id uuid primary key,
  product_id uuid not null references products,
  position integer not null,
  title text not null,
  sku text,
  -- Null: the product's price.
  price_minor integer check (price_minor > 0),
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null default 0 check (reserved >= 0),
  check (reserved <= on_hand),
  unique (product_id, position)
) with (fillfactor = 50);

-- Append-only ledger: on_hand = sum(delta) for each variant.
create table stock_movements (
  id bigint generated always as identity primary key,
  variant_id uuid not null references variants,
  delta integer not null check (delta <> 0),
  kind text not null check (kind in ('initial', 'adjustment', 'sale', 'restock')),
  reason text not null default '',
  order_id uuid,
  actor_id uuid references users,
  created_at timestamptz not null default now()
);
create index stock_movements_variant on stock_movements (variant_id, id);
-- An order is sold once and put back once.
create unique index stock_movements_order on stock_movements (order_id, variant_id, kind)
  where order_id is not null;
