-- Orders and items have no foreign keys to what is never deleted: the one statement that places orders writes them
-- together from rows that it reads and locks, and checking each once more would cost a third of it.
-- fillfactor leaves room for heap-only updates of an order's first minutes.
create table orders (
  id uuid primary key,
  buyer_id uuid not null,
  shop_id uuid not null,
  stream_id uuid references streams,
  status text not null check (status in
    ('pending', 'processing', 'closing', 'expired', 'canceled', 'paid', 'refund_pending', 'refunded', 'partially_refunded')),
  -- Why a closing order closes: it becomes `expired` or `canceled`.
  closing_to text check (closing_to in ('expired', 'canceled')),
  -- When somebody last tried to finish closing it.
  closing_checked_at timestamptz,
  currency text not null,
  total_minor integer not null check (total_minor > 0),
  refunded_minor integer not null default 0 check (refunded_minor >= 0),
  shipping_address jsonb,
  fulfilment_status text not null default 'none' check (fulfilment_status in
    ('none', 'packed', 'shipped', 'delivered', 'returned')),
  carrier text,
  tracking_number text,
  is_disputed boolean not null default false,
  -- The key under which it was placed, and what was asked for under it.
  idempotency_key text not null,
  fingerprint bytea not null,
  -- Until then somebody is at work to make its payment; afterwards the same key may go on with it.
  checkout_locked_until timestamptz not null,
  -- Set in `pending` alone: in no other state does the hold end by time.
  hold_expires_at timestamptz,
  paid_at timestamptz,
  created_at timestamptz not null default now(),
  check (refunded_minor <= total_minor),
  check (status <> 'closing' or closing_to is not null),
  check ((status = 'pending') = (hold_expires_at is not null)),
  -- Also finds a buyer's orders.
  unique (buyer_id, idempotency_key)
) with (fillfactor = 80);
create index orders_shop on orders (shop_id, id);
create index orders_stream on orders (stream_id) where stream_id is not null;
create index orders_unpaid on orders (buyer_id) where status = 'pending';
create index orders_hold on orders (hold_expires_at) where hold_expires_at is not null;
create index orders_closing on orders (closing_checked_at) where status = 'closing';

-- Title and price as the buyer saw them, and the hold: reserved = sum(quantity) of a variant's active reservations.
create table order_items (
  order_id uuid not null,
  position integer not null,
  variant_id uuid not null,
  product_id uuid not null,
  title text not null,
  variant_title text not null,
  image_id uuid,
  quantity integer not null check (quantity > 0),
  unit_price_minor integer not null check (unit_price_minor > 0),
  reservation text not null default 'active' check (reservation in ('active', 'committed', 'released')),
  primary key (order_id, variant_id)
) with (fillfactor = 80);
create index order_items_reserved on order_items (variant_id) where reservation = 'active';

-- Answers to requests with an Idempotency-Key, as they were sent. Without an answer yet: the request is at work, and
-- may be taken over after `locked_until`. For a new order its own row is the claim on the key.
create table idempotency_keys (
  actor_id uuid not null,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  locked_until timestamptz,
  status_code integer,
  body text,
  created_at timestamptz not null default now(),
  check ((status_code is null) = (body is null)),
  primary key (actor_id, route, key)
);
-- Only ever read for the oldest rows, which lie together.
create index idempotency_keys_age on idempotency_keys using brin (created_at);
