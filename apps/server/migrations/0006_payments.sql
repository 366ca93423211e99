-- What we know of an order's PaymentIntent. `version` counts the snapshots applied: a snapshot that was fetched
-- before another one was applied is thrown away and fetched again.
create table payments (
  -- Written only by statements that read the order's row.
  order_id uuid primary key,
  provider text not null,
  payment_intent_id text not null unique,
  status text not null check (status in ('open', 'processing', 'succeeded', 'canceled')),
  amount_minor integer not null,
  amount_received_minor integer not null default 0,
  currency text not null,
  is_disputed boolean not null default false,
  version integer not null default 1,
  -- When the provider was last asked about it.
  observed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
) with (fillfactor = 80);
create index payments_open on payments (observed_at) where status in ('open', 'processing');

-- Every verified webhook event, stored before it is answered.
create table payment_events (
  id text primary key,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  -- Set when the event contradicts our order (amount, currency): a person must look.
  quarantined_because text
);

create table refunds (
  id uuid primary key,
  order_id uuid not null references orders,
  amount_minor integer not null check (amount_minor > 0),
  reason text not null check (reason in ('requested_by_seller', 'late_payment')),
  restock boolean not null default false,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  idempotency_key text not null unique,
  provider_refund_id text unique,
  -- When the provider was last asked about it.
  observed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index refunds_order on refunds (order_id);
create index refunds_pending on refunds (observed_at) where status = 'pending';

-- Up to when the provider's list of PaymentIntents was compared with ours.
create table payment_watermarks (
  provider text primary key,
  listed_until timestamptz not null
);
