create table payments (
  order_id uuid primary key references orders,
  provider text not null,
  payment_intent_id text unique,
  status text not null,
  amount_minor integer not null,
  amount_received_minor integer not null default 0,
  currency text not null,
  -- When this status was true at the provider.
  observed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

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
  reason text not null,
  restock boolean not null default false,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  idempotency_key text not null unique,
  provider_refund_id text unique,
  created_at timestamptz not null default now()
);
create index refunds_order on refunds (order_id);
